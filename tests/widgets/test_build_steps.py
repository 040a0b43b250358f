from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tui.core.image.events import BuildCancelled, BuildEvent, BuildFailed, BuildSucceeded, StepUpdated
from tui.core.image.progress import BuildProgress, fold_all
from tui.widgets.build_steps import BuildSteps

LOAD = "[internal] load build definition from Dockerfile"
FROM = "[builder 1/3] FROM docker.io/continuumio/miniconda3"
RUN = "[builder 2/3] RUN conda env create"
COPY = "[stage-1 2/2] COPY --from=builder /env /env"


class StepsApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.chosen: list[str | None] = []

    def compose(self) -> ComposeResult:
        yield BuildSteps(id="steps")

    @on(BuildSteps.Chosen)
    def _chosen(self, event: BuildSteps.Chosen) -> None:
        self.chosen.append(event.step)

    @property
    def steps(self) -> BuildSteps:
        return self.query_one(BuildSteps)

    def rows(self) -> list[str]:
        return [str(option.prompt) for option in self.steps.options]


@asynccontextmanager
async def steps_app(
    events: Iterable[BuildEvent], now: float = 20.0
) -> AsyncIterator[tuple[StepsApp, Pilot[None]]]:
    app = StepsApp()
    async with app.run_test(size=(60, 12)) as pilot:
        app.steps.show(fold_all(BuildProgress(), events), now)
        await pilot.pause()
        app.steps.focus()
        await pilot.pause()
        app.chosen.clear()
        yield app, pilot


WAITING = StepUpdated("c", COPY)
RUNNING = StepUpdated("b", RUN, started=10.0)
DONE = StepUpdated("b", RUN, started=10.0, completed=12.5)
CACHED = StepUpdated("a", FROM, started=10.0, completed=10.0, cached=True)
FAILED = StepUpdated("b", RUN, started=10.0, completed=12.5, error="exit code: 1")


@pytest.mark.parametrize(
    ("events", "row"),
    [
        ([WAITING], "·         stage-1 2/2 COPY --from=builder /env /env"),
        ([RUNNING], "▶   10.0s builder 2/3 RUN conda env create"),
        ([DONE], "✓    2.5s builder 2/3 RUN conda env create"),
        ([CACHED], "≡  cached builder 1/3 FROM docker.io/continuumio/miniconda3"),
        ([FAILED, BuildFailed(1, "exit code: 1")], "✗    2.5s builder 2/3 RUN conda env create"),
        ([RUNNING, BuildCancelled()], "-    0.0s builder 2/3 RUN conda env create"),
        ([RUNNING, BuildSucceeded("", 3.0)], "✓    0.0s builder 2/3 RUN conda env create"),
        ([StepUpdated("i", LOAD, started=19.9)], "▶    0.1s Load build definition from Dockerfile"),
    ],
)
async def test_each_step_has_its_mark_time_and_name(events: list[BuildEvent], row: str) -> None:
    async with steps_app(events) as (app, _):
        assert app.rows() == ["All output", row]


async def test_choosing_says_which_step_and_the_first_row_is_all() -> None:
    async with steps_app([CACHED, RUNNING]) as (app, pilot):
        await pilot.press("down")
        await pilot.press("down")
        await pilot.press("home")
        await pilot.pause()
        assert app.chosen == ["a", "b", None]


async def test_the_highlighted_step_stays_when_the_order_changes() -> None:
    async with steps_app([RUNNING]) as (app, pilot):
        await pilot.press("down")
        await pilot.pause()
        assert app.chosen == ["b"]
        load = StepUpdated("i", LOAD, started=1.0)
        app.steps.show(fold_all(BuildProgress(), [RUNNING, load, CACHED]), 20.0)
        await pilot.pause()
        assert app.rows()[0] == "All output"
        assert app.steps.highlighted == 3
        assert app.rows()[3].endswith("RUN conda env create")
        assert app.chosen == ["b"]


async def test_only_the_time_moves_while_nothing_else_happens() -> None:
    progress = fold_all(BuildProgress(), [CACHED, RUNNING])
    async with steps_app([CACHED, RUNNING]) as (app, pilot):
        await pilot.press("down")
        app.steps.show(progress, 21.5)
        await pilot.pause()
        assert app.rows()[2].startswith("▶   11.5s")
        assert app.steps.highlighted == 1


async def test_a_step_can_be_chosen_by_its_id_and_an_unknown_one_is_passed_over() -> None:
    async with steps_app([CACHED, RUNNING]) as (app, pilot):
        app.steps.choose("b")
        await pilot.pause()
        app.steps.choose("nowhere")
        await pilot.pause()
        assert app.chosen == ["b"]
        assert app.steps.highlighted == 2


async def test_preparations_that_went_well_make_room() -> None:
    async with steps_app([StepUpdated("i", LOAD, started=1.0, completed=1.1), RUNNING]) as (app, _):
        assert [row[-20:] for row in app.rows()] == ["All output", "RUN conda env create"]


async def test_text_from_the_builder_is_not_markup() -> None:
    async with steps_app([StepUpdated("m", "[builder 2/3] RUN echo [/etc] [bold]x", started=1.0)]) as (app, _):
        assert app.rows()[1].endswith("RUN echo [/etc] [bold]x")


async def test_the_steps_of_another_build_start_at_all_output() -> None:
    async with steps_app([CACHED, RUNNING]) as (app, pilot):
        await pilot.press("down")
        app.steps.show(BuildProgress(), 20.0)
        await pilot.pause()
        assert app.rows() == ["All output"]
        assert app.steps.highlighted == 0
