"""The wizard: how it begins and ends, and the list of all that can be done."""

from __future__ import annotations

import asyncio
import gc
import os
import select
import signal
import sys
from collections.abc import Iterable
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Thread
from typing import ClassVar

from textual import work
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from screens import import_screens
from screens.palette_commands import StepCommand, run_command, step_commands
from tui.core.assets import ASSETS
from tui.core.errors import ExitCode
from tui.core.project import Project
from tui.core.steps import STEPS
from tui.prepared_screen import make_ready
from tui.steps_app import StepsApp
from tui.widgets.dialogs import ConfirmDialog

STEPS_SHEET = ASSETS / "steps.tcss"
"""The looks of what the first frame has not: to parse them takes as long as a tenth of it."""


class CondockApp(StepsApp):
    """The wizard over one project; returns the outcome to print once the terminal is normal again."""

    TITLE = "condock"
    CSS_PATH = ASSETS / "condock.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "toggle_help", "Help", id="app.help", tooltip="Keys and help for what has the focus"),
        Binding("ctrl+q", "quit", "Quit", id="app.quit", tooltip="Leave condock", priority=True),
    ]

    def on_mount(self) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._terminate)
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        """After the first frame: what was imported stays, and the collector need not walk it again."""
        gc.freeze()
        gc.enable()
        self.stylesheet.read(STEPS_SHEET)
        if len(self.screen_stack) > 1:  # a key came before
            self.refresh_css(animate=False)
        self.begin()
        if not self.is_headless:  # tests have many apps in one process
            self.collector.begin(self)
            self.prepare()

    @work(group="prepare", description="Making the steps that come")
    async def prepare(self) -> None:
        """Have each step there before it is asked for, made while nobody presses a key."""
        await asyncio.to_thread(import_screens)
        for step in STEPS:
            await self.collector.rest()
            if self.project and step.key not in self._screens:
                await make_ready(self, self._make(step.key, self.project), self.collector.rest)

    # Commands

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The actions of this step, the steps in their order, the actions of the others, and the wizard's own."""
        here = self._trail.current
        actions = {
            step.key: [
                SystemCommand(command.title, command.about, partial(self._do_there, step.key, command))
                for command in step_commands(self.screen_of(step.key), is_here=step.key == here)
            ]
            for step in STEPS
        }
        yield from actions.pop(here)
        for number, step in enumerate(STEPS, 1):
            yield SystemCommand(f"Go to: {number} {step.title}", step.summary, partial(self.go_to, step.key))
        yield from chain.from_iterable(actions.values())
        yield from self.own_commands()

    def _do_there(self, key: str, command: StepCommand) -> None:
        self.go_to(key)
        screen = self._screens[key]
        screen.call_after_refresh(run_command, screen, command)

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
            from tui.core.overview.parting_words import leaving_words

            texts = [*texts, *leaving_words(self.project, Path(), ended=bool(texts))]
        self.exit("\n".join(texts), return_code=code or failed)


def run_wizard(project: Project) -> tuple[int, str]:
    """Run the wizard in this terminal; gives the exit code and the outcome to print."""
    app = CondockApp(project)
    app.follow_terminal()
    signal.signal(signal.SIGHUP, partial(_hang_up, app))
    Thread(target=_watch_terminal, daemon=True).start()
    outcome = app.run()
    return app.return_code or ExitCode.DONE, outcome or ""


def _watch_terminal() -> None:
    """Say that the terminal is gone: the kernel tells its first program alone, such as a `make` that waits."""
    terminal = select.poll()
    terminal.register(sys.stdin, 0)
    if any(event & select.POLLHUP for _, event in terminal.poll()):
        os.kill(os.getpid(), signal.SIGHUP)


def _hang_up(app: CondockApp, number: int, frame: object) -> None:
    """End as by default, with what was typed kept; the build's watchdog sees to the rest.

    With the terminal gone Textual's writer blocks the loop (8.2.8), so that no handler of the loop's would run.
    """
    try:
        app.keep()
    finally:
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
