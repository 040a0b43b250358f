from __future__ import annotations

import re

import pytest
from textual.app import App, ComposeResult

from tui.core.solving.solution import SolveProgress, Stage
from tui.widgets import solve_panel
from tui.widgets.solve_panel import SolvePanel


class PanelApp(App[None]):
    def compose(self) -> ComposeResult:
        yield SolvePanel()


async def test_a_solve_shows_its_seconds_and_moves_unless_nothing_is_to_move(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]
    monkeypatch.setattr(solve_panel, "monotonic", lambda: clock[0])
    app = PanelApp()
    async with app.run_test() as pilot:
        panel = app.query_one(SolvePanel)
        panel.states = {"linux-64": SolveProgress(Stage.SOLVING)}
        await pilot.pause()
        first = str(panel.render())
        clock[0] = 112.3
        assert str(panel.render()) != first
        assert re.fullmatch(r"[⠋-⠿] linux-64: solving, 12 s", str(panel.render()))
        app.animation_level = "none"
        assert str(panel.render()) == "… linux-64: solving, 12 s"
