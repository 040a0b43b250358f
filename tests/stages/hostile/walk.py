"""A walk through the wizard by somebody in a hurry: every step, every check, Enter to every question."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

from textual.pilot import Pilot
from textual.widgets import Button

from screens.dialogs.online_check import OnlineCheckDialog
from screens.step_screen import StepScreen
from tests.stages.frames import unseen
from tui.app import CondockApp
from tui.core.errors import CondockError
from tui.core.first_plan import with_bases
from tui.core.project import open_project
from tui.core.steps import STEPS

_PATIENCE = 10.0
"""Seconds that one step may take to come to rest."""


def walk(folder: Path) -> str:
    """Everything that was on the screen on the way, or the sentences for why there was no way."""
    try:
        project = open_project(folder)
    except CondockError as error:
        return str(error)
    return asyncio.run(_walked(CondockApp(replace(project, plan=with_bases(project.plan)))))


async def _walked(app: CondockApp) -> str:
    async with app.run_test(size=(110, 32), notifications=True) as pilot:
        with unseen(app):
            return "\n".join(await _Walk(app, pilot).all_steps())


class _Walk:
    def __init__(self, app: CondockApp, pilot: Pilot[str]) -> None:
        self._app, self._pilot = app, pilot
        self._seen: list[str] = []

    async def all_steps(self) -> list[str]:
        await self._rest()
        for step in STEPS:
            if not self._is_on(step.key):
                self._app.go_to(step.key)
            await self._rest()
            await getattr(self, f"_{step.key}", self._nothing)()
            self._look()
            await self._pilot.press("ctrl+n")
            await self._rest()
        await self._pilot.press("ctrl+q")
        await self._rest()
        return self._seen

    async def _nothing(self) -> None:
        pass

    async def _account(self) -> None:
        self._app.screen.query_one("#check-online", Button).press()
        await self._rest()
        self._look()
        await self._pilot.press("escape")

    async def _dependencies(self) -> None:
        await self._pilot.press("f5")

    async def _secret(self) -> None:
        button = self._app.screen.query_one("#write-dotenv", Button)
        if button.region and not button.disabled:
            button.press()
            await self._pilot.pause()
            self._look()
            await self._pilot.press("tab", "enter")

    def _is_on(self, key: str) -> bool:
        return isinstance(self._app.screen, StepScreen) and self._app.screen.step.key == key

    async def _rest(self) -> None:
        """Until nothing is at work any more, answering questions with what has the focus."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            await self._pilot.pause()
            if not isinstance(self._app.screen, StepScreen | OnlineCheckDialog):
                self._look()
                await self._pilot.press("enter")
            elif not self._busy():
                break
            else:
                await asyncio.sleep(0.01)

    def _busy(self) -> bool:
        return any(not worker.is_finished for worker in self._app.workers)

    def _look(self) -> None:
        rows = self._app.screen._compositor.render_strips()
        self._seen.append("\n".join(strip.text.rstrip() for strip in rows))
