"""Build: the build as it runs, and what came of it."""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Button, Static

from screens.step_screen import StepScreen
from tui.core.errors import CondockError, ExitCode, Problem
from tui.core.image.build import image_size, run_build
from tui.core.image.command import run_command
from tui.core.image.events import BuildCancelled, BuildEvent, BuildFailed, BuildSucceeded
from tui.core.image.log import BuildLog
from tui.core.image.progress import BuildProgress, fold_all
from tui.core.image.summary import progress_line, summarise
from tui.core.project import Project
from tui.core.steps import STEPS, Step, obstacles
from tui.widgets.build_steps import BuildSteps
from tui.widgets.log_view import LogView

_FRAME = 1 / 20  # seconds: the log is drawn this often, however fast it comes


class BuildScreen(StepScreen):
    """The last step."""

    step = STEPS[7]
    next_label = "Build"

    HELP = """
    **Build** runs the command you saw in the preview. The steps are on the list; choose one to see its
    output alone. The log follows its end until you scroll up; `End` follows again.

    `ctrl+x` stops the build. Going back to another step does not stop it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+x", "cancel", "Stop", id="build.cancel", tooltip="Stop the build"),
    ]

    @dataclass
    class Ended(Message):
        """The stream of events is over; `error` says why, where it never began."""

        error: CondockError | None = None

    @dataclass
    class SizeFound(Message):
        """The engine told the size of the image that this progress made."""

        size: int | None
        progress: BuildProgress

    progress: reactive[BuildProgress] = reactive(BuildProgress())
    running: reactive[bool] = reactive(False)

    def compose_body(self) -> ComposeResult:
        yield Static(id="build-status")
        with Container(id="build-panes"):
            yield BuildSteps(id="build-steps")
            yield LogView(BuildLog(), id="build-log")

    def on_mount(self) -> None:
        self._pending: list[BuildEvent] = []
        self._log = BuildLog()
        self._cancel = asyncio.Event()
        self._clock_offset = 0.0
        self._built = self.current
        self._frames = self.set_interval(_FRAME, self._draw, pause=True)
        self.query_one("#next", Button).focus()
        self._say(Content("Ready. Nothing has been built yet."))

    def find_problems(self, project: Project) -> tuple[Problem, ...]:
        return tuple(problem for _, problem in _obstacles(project))

    def action_mend(self) -> None:
        """Go to the step where the first problem is mended."""
        if found := _obstacles(self.current):
            step, problem = found[0]
            self.post_message(self.MendRequested(step.key, problem))

    def watch_problems(self, before: tuple[Problem, ...], problems: tuple[Problem, ...]) -> None:
        super().watch_problems(before, problems)
        if self.running:
            self.query_one("#next", Button).disabled = False  # it stops the build, whatever else is wrong

    # Running

    def press_next(self) -> None:
        """The one button starts the build, and stops it while it runs."""
        if self.running:
            self.action_cancel()
        else:
            self.action_next()

    def action_next(self) -> None:
        if not self.running and not self.problems:
            self._start()

    def _start(self) -> None:
        self._built = self.current
        self.query_one(BuildSteps).highlighted = 0
        self.query_one(LogView).step = None
        self._pending, self._log = [], BuildLog()
        self._cancel = asyncio.Event()
        self.progress = BuildProgress()
        self.query_one(LogView).show(self._log)
        self.running = True
        self._frames.resume()
        self._build(self._built)

    @work(exclusive=True, group="build", exit_on_error=True, description="Building the image")
    async def _build(self, project: Project) -> None:
        error = None
        try:
            async with run_build(project, os.environ, self._cancel) as batches:
                async for events in batches:
                    self._pending += events
        except CondockError as caught:
            error = caught
        self.post_message(self.Ended(error))

    def action_cancel(self) -> None:
        if self.running:
            self._cancel.set()
            self._say(Content("Stopping …"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "cancel":
            return True if self.running else None
        if action == "next" and self.running:
            return None
        return super().check_action(action, parameters)

    # Drawing

    def _draw(self) -> None:
        events, self._pending = self._pending, []
        if events:
            for event in events:
                self._log.add(event)
            self.progress = fold_all(self.progress, events)
            if self.progress.time is not None:
                self._clock_offset = self.progress.time - time.monotonic()
            self.query_one(LogView).grow()
        now = time.monotonic() + self._clock_offset
        self.query_one(BuildSteps).show(self.progress, now)
        if self.running and not self._cancel.is_set():
            self._say(Content(progress_line(self.progress, self._built.plan.build.image, now)))

    def watch_running(self, running: bool) -> None:
        button = self.query_one("#next", Button)
        button.label = "Stop" if running else "Build again" if self.progress.outcome else "Build"
        button.variant = "error" if running else "primary"
        self.refresh_bindings()

    def _say(self, text: Content) -> None:
        self.query_one("#build-status", Static).update(text)

    # The end

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        self._draw()
        self._frames.pause()
        self.running = False
        if event.error is not None:
            self._say(Content.styled(str(event.error), "$text-error"))
            return
        match self.progress.outcome:
            case BuildSucceeded(image=image):
                self._show_outcome(None)
                self._ask_size(image or self._built.plan.build.image, self.progress)
            case BuildFailed() | BuildCancelled():
                self._show_outcome(None)

    @work(thread=True, exclusive=True, group="size", description="Asking for the image's size")
    def _ask_size(self, image: str, progress: BuildProgress) -> None:
        self.post_message(self.SizeFound(image_size(image, os.environ), progress))

    @on(SizeFound)
    def _size_found(self, event: SizeFound) -> None:
        if event.progress is self.progress:
            self._show_outcome(event.size)

    def _show_outcome(self, size: int | None) -> None:
        summary = summarise(self.progress, self._built.plan.build.image, size)
        style = {True: "bold $text-success", False: "bold $text-error"}[summary.good]
        lines = [Content.styled(summary.headline, style), *map(Content, summary.details)]
        if summary.good:
            lines.append(Content(f"Run it: {run_command(self._built.plan)}"))
        self._say(Content("\n").join(lines))
        failed = self.progress.failed
        if failed is not None and self._log.numbers(failed.id):
            self.query_one(BuildSteps).choose(failed.id)

    @on(BuildSteps.Chosen)
    def _chosen(self, event: BuildSteps.Chosen) -> None:
        self.query_one(LogView).step = event.step

    # Leaving

    def quit_question(self) -> str:
        return "The build is running. Leaving stops it." if self.running else ""

    def outcome(self) -> tuple[ExitCode, str]:
        if self.progress.outcome is None:
            return ExitCode.DONE, ""
        summary = summarise(self.progress, self._built.plan.build.image)
        code = ExitCode.DONE if summary.good else ExitCode.BUILD_FAILED
        return code, "\n".join((summary.headline, *summary.details))


def _obstacles(project: Project) -> tuple[tuple[Step, Problem], ...]:
    """What is in the way of building what the project says now."""
    found = obstacles(project)
    if found or project.is_written():
        return found
    problem = Problem("The files are not written as they are shown.", "Write them in the preview.", "files")
    return ((STEPS[6], problem),)
