"""Pictures of the screens. `pytest tests/looks --snapshot-update` draws them anew after a change that is meant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from tests.paths import RECORDINGS
from tests.stages.wizard import STEP_KEYS, FakeDocker, Wizard
from tui.app import CondockApp
from tui.core.project import open_project

pytestmark = pytest.mark.usefixtures("key")


class SnapCompare(Protocol):
    def __call__(
        self,
        app: CondockApp,
        *,
        terminal_size: tuple[int, int],
        run_before: Callable[[Pilot[str]], Awaitable[None]],
    ) -> bool: ...


@pytest.fixture(autouse=True)
def still_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TextArea, "cursor_blink", False)
    monkeypatch.setattr(Input, "cursor_blink", False)


def shows(step: str, theme: str = "condock-dark") -> Callable[[Pilot[str]], Awaitable[None]]:
    """Go to a step once everything was looked for."""

    async def run_before(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, CondockApp)
        run = Wizard(pilot.app, pilot)
        run.app.theme = theme
        await run.until(lambda: run.project.engine is not None and run.project.search is not None)
        await run.go(step)
        await pilot.wait_for_animation()

    return run_before


@pytest.mark.parametrize("step", STEP_KEYS)
def test_every_step(snap_compare: SnapCompare, folder: Path, step: str) -> None:
    assert snap_compare(CondockApp(open_project(folder)), terminal_size=(80, 24), run_before=shows(step))


@pytest.mark.parametrize("size", [(60, 20), (120, 40)], ids=["small", "large"])
@pytest.mark.parametrize("step", ["account", "preview", "build"])
def test_other_sizes(snap_compare: SnapCompare, folder: Path, step: str, size: tuple[int, int]) -> None:
    assert snap_compare(CondockApp(open_project(folder)), terminal_size=size, run_before=shows(step))


def test_a_light_theme(snap_compare: SnapCompare, folder: Path) -> None:
    run_before = shows("application", "condock-light")
    assert snap_compare(CondockApp(open_project(folder)), terminal_size=(80, 24), run_before=run_before)


def test_a_problem(snap_compare: SnapCompare, folder: Path) -> None:
    (folder / "environment.yml").write_text("dependencies:\n\t- python\n")
    project = open_project(folder).change("application", port="99999")

    async def run_before(pilot: Pilot[str]) -> None:
        await shows("dependencies")(pilot)

    assert snap_compare(CondockApp(project), terminal_size=(80, 24), run_before=run_before)


def test_a_question(snap_compare: SnapCompare, folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM scratch\n")

    async def run_before(pilot: Pilot[str]) -> None:
        await shows("preview")(pilot)
        assert isinstance(pilot.app, CondockApp)
        run = Wizard(pilot.app, pilot)
        await run.press("ctrl+n")
        await run.until(lambda: run.asked)

    assert snap_compare(CondockApp(open_project(folder)), terminal_size=(80, 24), run_before=run_before)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["usual", "large"])
def test_a_failed_build(
    snap_compare: SnapCompare, folder: Path, docker: FakeDocker, size: tuple[int, int]
) -> None:
    docker.plays(RECORDINGS / "wrong-key.rawjson", code=1)

    async def run_before(pilot: Pilot[str]) -> None:
        await shows("preview")(pilot)
        assert isinstance(pilot.app, CondockApp)
        run = Wizard(pilot.app, pilot)
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "build")
        await run.press("ctrl+n")
        await run.until(lambda: not run.build.running and run.build.progress.outcome is not None)
        await pilot.wait_for_animation()

    assert snap_compare(CondockApp(open_project(folder)), terminal_size=size, run_before=run_before)
