"""The wizard: which step is on, the project it works on, themes, palette, quit."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.css.query import NoMatches
from textual.screen import Screen

from screens import import_screens, screen_of
from screens.step_screen import StepScreen
from tui.core.assets import ASSETS
from tui.core.errors import ExitCode
from tui.core.navigation import neighbour, next_towards
from tui.core.overview.leaving import leaving_words
from tui.core.project import Project
from tui.core.steps import STEPS, step_of, step_problems
from tui.project_app import ProjectApp
from tui.trail import Trail
from tui.widgets.dialogs import ConfirmDialog, Dialog
from tui.widgets.stepper import StepState


class CondockApp(ProjectApp):
    """The wizard over one project; returns the outcome to print once the terminal is normal again."""

    TITLE = "condock"
    screen_of = staticmethod(screen_of)
    CSS_PATH = sorted(ASSETS.glob("*.tcss"))
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "toggle_help", "Help", id="app.help", tooltip="Keys and help for what has the focus"),
        Binding("ctrl+q", "quit", "Quit", id="app.quit", tooltip="Leave condock", priority=True),
    ]

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._trail = Trail()
        self._screens: dict[str, StepScreen] = {}
        self._building = ""  # how far the build is that runs

    def on_mount(self) -> None:
        self.go_to(self._trail.current)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._terminate)
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        """After the first frame: what was imported stays, and the collector need not walk it again."""
        gc.freeze()
        gc.enable()
        self.begin()
        self.run_worker(import_screens, thread=True, description="Importing the other steps")

    # The project

    @property
    def is_at_build(self) -> bool:
        return self._trail.current == "build"

    def typed(self) -> Project | None:
        project = self.project
        with suppress(KeyError, NoMatches):  # before the first step stands
            return self._screens[self._trail.current].typed(project) if project else None
        return project

    def watch_project(self) -> None:
        self._show(self._screens[self._trail.current])

    def _show(self, screen: StepScreen) -> None:
        screen.steps = self._trail.shown(self.project)
        screen.building = self._building
        screen.project = self.project

    # The way through the steps

    @on(StepScreen.Completed)
    def _next(self) -> None:
        if self.project is None or step_problems(step_of(self._trail.current), self.project):
            return
        if self._trail.mending is None:
            self.go_to(neighbour(self.project, self._trail.current, 1))
            return
        self.go_to(next_towards(self.project, self._trail.current, self._trail.mending))
        if self._trail.current == self._trail.mending:
            self._trail.mending = None
            self._screens[self._trail.current].call_after_refresh(self._screens[self._trail.current].resume)

    @on(StepScreen.Returned)
    def _back(self) -> None:
        self._trail.mending = None
        if self.project is not None:
            self.go_to(neighbour(self.project, self._trail.current, -1))

    @on(StepScreen.JumpRequested)
    def _jump(self, event: StepScreen.JumpRequested) -> None:
        self._trail.mending = None
        self.go_to(event.key)

    @on(StepScreen.MendRequested)
    def _mend(self, event: StepScreen.MendRequested) -> None:
        self._trail.mending = event.then or None
        self.go_to(event.step)
        screen = self._screens[event.step]
        if event.problem is not None:
            screen.call_after_refresh(screen.focus_problem, event.problem)
        elif event.step == event.then:
            self._trail.mending = None
            screen.call_after_refresh(screen.resume)

    def go_to(self, key: str) -> None:
        """Show the step with this key."""
        if self.project is None or isinstance(self.screen, Dialog):
            return
        self._trail.at(key)
        if key not in self._screens:
            screen = self.screen_of(key)(self.project, self._trail.shown(self.project))
            screen.building = self._building
            self.install_screen(screen, key)
            self._screens[key] = screen
        else:
            self._show(self._screens[key])
        if isinstance(self.screen, StepScreen):
            self.switch_screen(key)
        else:
            self.push_screen(key)
        self.ask_for_trust()

    # The build that runs, seen from every step

    @on(StepScreen.BuildStands)
    def _build_stands(self, event: StepScreen.BuildStands) -> None:
        ended = StepState.PROBLEM if event.failed else StepState.DONE if event.failed is False else None
        self._building, self._trail.build = event.words, StepState.RUNNING if event.words else ended
        screen = self._screens[self._trail.current]
        screen.building, screen.steps = self._building, self._trail.shown(self.project)

    @on(StepScreen.StopRequested)
    def _stop_build(self) -> None:
        self._screens["build"].action_stop_build()

    @on(StepScreen.Doubted)
    def _doubted(self, event: StepScreen.Doubted) -> None:
        self._trail.doubt(event.step, event.project)
        self._show(self._screens[self._trail.current])

    # Commands

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        for step in STEPS:
            yield SystemCommand(f"Go to: {step.title}", step.summary, lambda key=step.key: self.go_to(key))
        yield from super().get_system_commands(screen)

    async def action_quit(self) -> None:
        """Leave; asks first where something would be lost."""
        self._ask_to_quit()

    @work(group="quit", exclusive=True, description="Asking before leaving")
    async def _ask_to_quit(self) -> None:
        questions = [screen.quit_question() for screen in self._screens.values()]
        question = " ".join(filter(None, [*questions, self.unwritten()]))
        if not question or await self.push_screen_wait(ConfirmDialog("Leave condock?", question, yes="Leave")):
            self.forget()
            self._leave(ExitCode.DONE)

    def _terminate(self) -> None:
        self.keep()
        self._leave(ExitCode.INTERRUPTED)

    def _leave(self, code: ExitCode) -> None:
        outcomes = [screen.outcome() for screen in self._screens.values()]
        failed = max((came for came, _ in outcomes), default=ExitCode.DONE)
        texts = [text for _, text in outcomes if text]
        if self.project:
            texts = [*texts, *leaving_words(self.project, Path(), ended=bool(texts))]
        self.exit("\n".join(texts), return_code=code or failed)


def run_wizard(project: Project) -> tuple[int, str]:
    """Run the wizard in this terminal; gives the exit code and the outcome to print."""
    gc.disable()  # until the first frame: the collector would walk all that was imported, several times
    app = CondockApp(project)
    app.follow_terminal()
    signal.signal(signal.SIGHUP, partial(_hang_up, app))
    outcome = app.run()
    return app.return_code or ExitCode.DONE, outcome or ""


def _hang_up(app: CondockApp, number: int, frame: object) -> None:
    """End as by default, with what was typed kept; the build's watchdog sees to the rest.

    With the terminal gone Textual's writer blocks the loop (8.2.8), so that no handler of the loop's would run.
    """
    app.keep()
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
