from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.events import MouseScrollUp
from textual.pilot import Pilot

from tui.core.building.events import (
    BuildCancelled,
    BuildEvent,
    BuildFailed,
    BuildSucceeded,
    LineBegun,
    OutputReceived,
    StepUpdated,
    TransferUpdated,
)
from tui.core.building.fold import fold_all
from tui.core.building.progress import BuildProgress
from tui.widgets.build_steps import BuildSteps

LOAD = "[internal] load build definition from Dockerfile"
FROM = "[builder 1/3] FROM docker.io/continuumio/miniconda3"
RUN = "[builder 2/3] RUN conda env create"
COPY = "[stage-1 2/2] COPY --from=builder /env /env"


def pull(digest: str, current: int) -> TransferUpdated:
    return TransferUpdated("a", f"sha256:{digest * 64}", "downloading", current, 10**7, started=10.0)


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
        return [self.steps.row_text(row) for row in range(len(self.steps.rows))]

    def on_screen(self) -> list[str]:
        return [self.steps.render_line(y).text.rstrip() for y in range(self.steps.size.height)]


@asynccontextmanager
async def steps_app(
    events: Iterable[BuildEvent], now: float = 20.0, width: int = 60
) -> AsyncIterator[tuple[StepsApp, Pilot[None]]]:
    app = StepsApp()
    async with app.run_test(size=(width, 12)) as pilot:
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
        ([WAITING], "·        stage-1 2/2 COPY --from=builder /env /env"),
        ([RUNNING], "▶  10.0s builder 2/3 RUN conda env create"),
        ([DONE], "✓   2.5s builder 2/3 RUN conda env create"),
        ([CACHED], "≡ cached builder 1/3 FROM docker.io/continuumio/miniconda3"),
        ([FAILED, BuildFailed(1, "exit code: 1")], "✗   2.5s builder 2/3 RUN conda env create"),
        ([RUNNING, BuildCancelled()], "-   0.0s builder 2/3 RUN conda env create"),
        ([RUNNING, BuildSucceeded("", 3.0)], "✓   0.0s builder 2/3 RUN conda env create"),
        (
            [StepUpdated("b", "[builder 2/3] RUN A=1 B_C=2 conda x", started=10.0)],
            "▶  10.0s builder 2/3 RUN conda x",
        ),
        ([StepUpdated("i", LOAD, started=19.9)], "▶   0.1s Load build definition from Dockerfile"),
    ],
)
async def test_each_step_has_its_mark_time_and_name(events: list[BuildEvent], row: str) -> None:
    async with steps_app(events) as (app, _):
        assert app.rows() == ["  All output", row]


async def test_choosing_says_which_step_and_the_first_row_is_all() -> None:
    async with steps_app([CACHED, RUNNING]) as (app, pilot):
        await pilot.press("down")
        await pilot.press("down")
        await pilot.press("home")
        await pilot.pause()
        assert app.chosen == ["a", "b", None]


async def test_the_chosen_step_stays_when_the_order_changes() -> None:
    async with steps_app([RUNNING]) as (app, pilot):
        await pilot.press("down")
        await pilot.pause()
        assert app.chosen == ["b"]
        load = StepUpdated("i", LOAD, started=1.0)
        app.steps.show(fold_all(BuildProgress(), [RUNNING, load, CACHED]), 20.0)
        await pilot.pause()
        assert app.steps.chosen == "b"
        assert app.rows()[3].endswith("RUN conda env create")
        assert app.chosen == ["b"]


async def test_a_step_is_brought_into_view_without_being_chosen() -> None:
    failed = StepUpdated("b", RUN, started=10.0, completed=10.1, error="network bridge not found")
    waiting = [StepUpdated(f"w{n}", f"[stage-1 {n:2}/40] RUN step {n}") for n in range(1, 41)]
    async with steps_app([failed, *waiting, BuildFailed(1, "exit code: 1")]) as (app, pilot):
        assert not any(row.startswith("✗") for row in app.on_screen())
        app.steps.bring("b")
        await pilot.pause()
        assert any(row.startswith("✗") for row in app.on_screen())
        assert not app.chosen


async def test_only_the_time_moves_while_nothing_else_happens() -> None:
    progress = fold_all(BuildProgress(), [CACHED, RUNNING])
    async with steps_app([CACHED, RUNNING]) as (app, pilot):
        await pilot.press("down")
        app.steps.show(progress, 21.5)
        await pilot.pause()
        assert app.rows()[2].startswith("▶  11.5s")
        assert app.steps.chosen == "a"


async def test_a_step_can_be_chosen_by_its_id_and_an_unknown_one_is_passed_over() -> None:
    async with steps_app([CACHED, RUNNING]) as (app, pilot):
        app.steps.choose("b")
        await pilot.pause()
        app.steps.choose("nowhere")
        await pilot.pause()
        assert app.chosen == ["b"]
        assert app.steps.chosen == "b"


async def test_preparations_that_went_well_make_room() -> None:
    async with steps_app([StepUpdated("i", LOAD, started=1.0, completed=1.1), RUNNING]) as (app, _):
        assert [row[-20:] for row in app.rows()] == ["  All output", "RUN conda env create"]


async def test_text_from_the_builder_is_not_markup() -> None:
    async with steps_app([StepUpdated("m", "[builder 2/3] RUN echo [/etc] [bold]x", started=1.0)]) as (app, _):
        assert app.rows()[1].endswith("RUN echo [/etc] [bold]x")


async def test_the_steps_of_another_build_start_at_all_output() -> None:
    async with steps_app([CACHED, RUNNING]) as (app, pilot):
        await pilot.press("down")
        app.steps.show(BuildProgress(), 20.0)
        await pilot.pause()
        assert app.rows() == ["  All output"]
        assert app.steps.chosen is None


async def test_the_stage_is_named_once_for_its_steps_and_again_at_the_top_of_the_screen() -> None:
    events = [
        StepUpdated(f"s{n}", f"[builder {n:2}/40] RUN step {n}", started=1.0, completed=2.0) for n in range(1, 41)
    ]
    async with steps_app(events) as (app, pilot):
        assert [row.count("builder") for row in app.rows()] == [0, 1, *[0] * 39]
        app.steps.scroll_to(y=20, animate=False)
        await pilot.pause()
        assert app.on_screen()[0] == "✓   1.0s builder 20/40 RUN step 20"
        assert app.on_screen()[1] == "✓   1.0s         21/40 RUN step 21"


async def test_the_newest_output_stands_under_a_step_that_runs_and_no_longer_when_it_has_ended() -> None:
    output = OutputReceived("b", "one\n\x1b[31mtwo\x1b[0m")
    async with steps_app([RUNNING, output]) as (app, _):
        assert app.rows()[2] == "         two"
        app.steps.show(fold_all(app.steps.progress, [LineBegun("b", "Solving environment: ...working...")]), 20.0)
        assert app.rows()[2] == "         Solving environment: ...working..."
        app.steps.show(fold_all(app.steps.progress, [DONE]), 20.0)
        assert len(app.rows()) == 2


async def test_what_is_pulled_has_a_bar_and_each_layer_has_one_where_it_is_chosen() -> None:
    pulls: list[BuildEvent] = [
        StepUpdated("a", FROM, started=10.0),
        *(pull(digest, n * 10**6) for n, digest in enumerate("89", 1)),
    ]
    async with steps_app([*pulls, pull("8", 10**7)]) as (app, _):
        assert app.rows()[2] == "         " + "━" * 12 + " 12 MB of 20 MB, downloading"
        app.steps.choose("a")
        assert [row.split() for row in app.rows()[3:]] == [
            ["8" * 12, "━" * 12, "10", "MB", "of", "10", "MB,", "downloading"],
            ["9" * 12, "━" * 12, "2", "MB", "of", "10", "MB,", "downloading"],
        ]


async def test_what_has_no_known_size_is_counted() -> None:
    sent = TransferUpdated("i", "transferring context:", "transferring", 30_000_000, started=11.0)
    async with steps_app([StepUpdated("i", "[internal] load build context", started=10.0), sent]) as (app, _):
        assert app.rows()[2] == "         30 MB, transferring context"


async def test_an_authenticated_step_from_the_cache_and_output_that_was_cut_off_are_said() -> None:
    secret = "[builder 2/3] RUN --mount=type=secret,id=K,required=true conda env create"
    cached = StepUpdated("b", secret, started=10.0, completed=10.0, cached=True)
    async with steps_app([cached]) as (app, _):
        assert app.rows()[2] == "         from cache: key not used"
    clip = OutputReceived("b", "[output clipped, log limit 2MiB reached]")
    async with steps_app([RUNNING, clip, DONE]) as (app, _):
        assert app.rows()[2] == "         ✂ output cut off by the builder at 2MiB"


def many(count: int, running: int) -> BuildProgress:
    events: list[BuildEvent] = [
        StepUpdated(f"s{n}", f"[builder {n}/{count}] RUN step {n}", (f"s{n - 1}",) if n > 1 else ())
        for n in range(1, count + 1)
    ]
    events += [
        StepUpdated(f"s{n}", f"[builder {n}/{count}] RUN step {n}", (), float(n), n + 1.0)
        for n in range(1, running)
    ]
    events.append(
        StepUpdated(f"s{running}", f"[builder {running}/{count}] RUN step {running}", (), float(running))
    )
    return fold_all(BuildProgress(), events)


async def test_the_step_that_runs_is_followed_until_one_scrolls_or_chooses() -> None:
    async with steps_app([]) as (app, pilot):
        for running in (1, 30, 60):
            app.steps.show(many(99, running), 99.0)
            await pilot.pause()
            assert any(row.endswith(f"RUN step {running}") for row in app.on_screen())
        app.steps.post_message(MouseScrollUp(app.steps, 1, 1, 0, -1, 0, False, False, False))
        await pilot.pause()
        held = app.on_screen()
        app.steps.show(many(99, 80), 99.0)
        await pilot.pause()
        assert [row[9:] for row in app.on_screen()] == [row[9:] for row in held]
        app.steps.choose("s3")
        await pilot.pause()
        app.steps.show(many(99, 90), 99.0)
        await pilot.pause()
        assert any(row.endswith("RUN step 3") for row in app.on_screen())
        await pilot.press("home")
        app.steps.show(many(99, 91), 99.0)
        await pilot.pause()
        assert any(row.endswith("RUN step 91") for row in app.on_screen())


async def test_what_one_looks_at_stays_on_its_row_when_others_come_before_it() -> None:
    async with steps_app([]) as (app, pilot):
        app.steps.show(many(50, 25), 99.0)
        app.steps.choose("s25")
        await pilot.pause()
        before = app.on_screen()
        preparations = [StepUpdated(f"p{n}", f"[internal] load {n}", started=1.0) for n in range(4)]
        app.steps.show(fold_all(app.steps.progress, preparations), 99.0)
        await pilot.pause()
        after = app.on_screen()
        assert before.index(next(row for row in before if row.endswith("step 25"))) == after.index(
            next(row for row in after if row.endswith("step 25"))
        )


async def test_a_click_chooses_the_step_also_on_the_rows_below_it() -> None:
    async with steps_app([CACHED, RUNNING, OutputReceived("b", "x")]) as (app, pilot):
        await pilot.click("#steps", offset=(12, 3))
        assert app.chosen == ["b"]
        await pilot.click("#steps", offset=(12, 0))
        assert app.chosen == ["b", None]


@pytest.mark.parametrize("width", [40, 60, 120])
async def test_long_names_end_in_a_mark(width: int) -> None:
    async with steps_app([StepUpdated("b", RUN + " x" * 200, started=10.0)]) as (app, pilot):
        await pilot.resize_terminal(width, 12)
        await pilot.pause()
        shown = app.on_screen()[1]
        assert len(shown) <= width
        assert shown.rstrip("█ ").endswith("…")


async def test_ten_thousand_steps_are_shown_and_walked_through() -> None:
    async with steps_app([]) as (app, pilot):
        app.steps.show(many(10_000, 9_000), 9_001.0)
        await pilot.pause()
        assert any(row.endswith("RUN step 9000") for row in app.on_screen())
        await pilot.press("end", "up", "pagedown")
        await pilot.pause()
        assert app.chosen[-1] == "s10000"
        assert app.on_screen()[-1].endswith("RUN step 10000")


BASE = StepUpdated("base", "[base 1/1] FROM x", (), 0.0, 2.0)
SHORT = StepUpdated("short", "[a 1/1] RUN short", ("base",), 2.0, 4.0)
LONG = StepUpdated("long", "[b 1/1] RUN --mount=type=secret,id=K long", ("base",), 2.0, 8.0)
LAST = StepUpdated("last", "[c 1/1] COPY", ("long", "short"), 8.0, 10.0)


async def test_bars_stand_over_one_axis_and_the_critical_path_is_the_bright_one() -> None:
    async with steps_app([BASE, SHORT, LONG, LAST, BuildSucceeded("", 10.0)], now=99.0, width=80) as (app, _):
        rows = app.on_screen()[1:5]
        starts, ends = [row.index("█") for row in rows], [row.rindex("█") for row in rows]
        assert starts[0] < starts[1] == starts[2] < starts[3]
        assert ends[1] < ends[2] < starts[3] and ends[0] < starts[2]
        assert ["◆" in row for row in rows] == [False, False, True, False]
        bars = [app.steps.draw(row, 79)[-1][1] for row in range(1, 5)]
        assert bars == ["bar", "rest", "bar", "bar"]


async def test_the_axis_grows_while_the_build_runs_and_stands_still_at_its_end() -> None:
    running = StepUpdated("long", "[b 1/1] RUN long", ("base",), 2.0)
    async with steps_app([BASE, running], now=4.0, width=80) as (app, _):
        early = app.rows()[1].count("█")
        app.steps.show(app.steps.progress, 8.0)
        assert 0 < app.rows()[1].count("█") < early
        app.steps.show(fold_all(app.steps.progress, [LONG, BuildSucceeded("", 8.0)]), 41.0)
        still = app.rows()
        app.steps.show(app.steps.progress, 999.0)
        assert app.rows() == still
