"""Steps that are made before they are asked for."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from textual.widget import Widget

from tests.stages.wizard import Wizard, wizard
from tui.core.steps import STEPS

pytestmark = pytest.mark.usefixtures("key")


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is looked for outside by one step alone."""
    calls = list[str]()

    def look(place: str, *_: object) -> frozenset[str]:
        calls.append(place)
        return frozenset()

    for place in (
        "screens.account.find_sites",
        "screens.base_image.local_images",
        "screens.application.find_starts",
        "screens.preview.xray_lines",
    ):
        monkeypatch.setattr(place, partial(look, place))
    return calls


async def prepared(run: Wizard) -> None:
    await run.app.prepare().wait()
    await run.pilot.pause()


def drawn(run: Wizard) -> list[str]:
    """All but the row of steps, which tells what was visited."""
    return [strip.text for strip in run.screen._compositor.render_strips()][2:]


async def test_a_step_made_before_looks_as_one_that_was_shown(folder: Path, looked: list[str]) -> None:
    steps = ("account", "dependencies", "application")
    async with wizard(folder, (120, 36)) as run:
        for step in steps:
            await run.go(step)
        shown = dict[str, tuple[list[str], str | None]]()
        for step in steps:
            await run.go(step)
            shown[step] = drawn(run), run.focus
    async with wizard(folder, (120, 36)) as run:
        await prepared(run)
        for step in steps:
            await run.go(step)
            assert (drawn(run), run.focus) == shown[step]


async def test_it_looks_for_nothing_outside_before_it_is_shown(folder: Path, looked: list[str]) -> None:
    async with wizard(folder) as run:
        looked.clear()
        await prepared(run)
        assert len(run.app._screens) == len(STEPS)
        assert looked == []
        for step in STEPS:
            await run.go(step.key)
        await run.go("account")
        await run.until(lambda: len(looked) == 4)
        assert len(set(looked)) == 4


@pytest.mark.usefixtures("engine")
async def test_the_button_that_was_barred_when_it_was_made_has_the_focus_where_it_is_not(folder: Path) -> None:
    async with wizard(folder) as run:
        await prepared(run)
        await run.go("preview")
        await run.press("ctrl+n")  # writes the files, without which nothing is built
        await run.until(lambda: run.step == "build")
        await run.pilot.pause()
        assert run.focus == "next"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("away", [True, False], ids=["written from the preview", "mended while it is shown"])
async def test_the_button_that_was_barred_when_it_was_first_shown_has_the_focus_once_it_is_not(
    folder: Path, away: bool
) -> None:
    async with wizard(folder) as run:
        await run.go("build")
        assert run.next.disabled
        if away:
            await run.press("f2", "ctrl+n")
            await run.until(lambda: run.step == "build")
        else:
            run.screen.problems = ()
        await run.until(lambda: run.focus == "next", seconds=3)


async def test_it_has_the_size_of_when_it_is_shown(folder: Path) -> None:
    async with wizard(folder) as run:
        await prepared(run)
        await run.pilot.resize_terminal(120, 36)
        await run.go("account")
        assert run.screen.has_class("-wide", "-high")


async def test_all_of_it_has_the_theme_of_when_it_is_shown(folder: Path) -> None:
    async with wizard(folder) as run:
        await prepared(run)
        await run.go("account")
        await run.go("start")
        run.app.theme = "condock-light"
        for step in ("account", "dependencies"):
            await run.go(step)
            await run.until(lambda: not dark_ones(run))


def dark_ones(run: Wizard) -> list[str]:
    """The widgets that lie on a dark ground, but for the button to press."""
    widgets = (widget for widget in run.screen.walk_children(Widget) if widget.id != "next")
    return [str(widget) for widget in widgets if widget.background_colors[1].brightness < 0.5]
