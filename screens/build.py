"""Build: the build as it runs, and what came of it."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Button

from screens.step_screen import StepScreen
from tui.core.building.attempt import Attempt, Result, prepare
from tui.core.building.build import image_size
from tui.core.building.events import BuildEvent, BuildSucceeded
from tui.core.building.failure.diagnosis import Diagnosis
from tui.core.building.failure.trial_run import Trial, try_image
from tui.core.building.key.key_record import check_key_problems
from tui.core.building.key.key_use import key_unused
from tui.core.building.log.save import log_name, save_log
from tui.core.building.progress import BuildProgress
from tui.core.building.summary import progress_line
from tui.core.dockerfile.command import run_command
from tui.core.engine.contexts import reaching
from tui.core.engine.place import place_advice
from tui.core.errors import CondockError, ExitCode, Problem
from tui.core.navigation import build_obstacles
from tui.core.project import Project
from tui.core.steps import step_of
from tui.core.text import printable
from tui.widgets.build_outcome import BuildOutcome
from tui.widgets.build_view import FRAME, BuildView
from tui.widgets.log_pane import LogPane
from tui.widgets.step_rail import RailStep

_TRY = "f6 starts it for a moment, without network, to see whether it does."


class BuildScreen(StepScreen):
    """The last step."""

    step = step_of("build")
    next_label = "Build"

    HELP = """
    **Build** runs the command you saw in the preview. The steps are on the list; choose one to see its
    output alone. `f3` shows instead what ran **when**, with the critical path marked.

    The log follows its end until you scroll up; `End` follows again. In it: `/` searches, `n` and `N` go from
    match to match, `w` wraps, `t` shows times, `c` copies, `s` saves it to a file.

    `ctrl+x` stops the build. Going back to another step does not stop it.

    BuildKit's cache does not know keys: what came **from the cache** says nothing about yours. `f4` runs the
    authenticated steps again, with the key as it is now. `f6` starts the finished image for a moment, without
    network, and says whether it runs.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+x", "cancel", "Stop", id="build.cancel", tooltip="Stop the build"),
        Binding("f3", "timeline", "Timeline", id="build.timeline", tooltip="What ran when, instead of the log"),
        Binding("f4", "check_key", "Check key", id="build.check_key", tooltip="Run the authenticated steps again"),
        Binding("f6", "try_image", "Try", id="build.try", tooltip="Start the image for a moment"),
    ]

    @dataclass
    class Ended(Message):
        """The stream of events is over; `error` says why, where it never began."""

        attempt: Attempt
        error: CondockError | None = None

    @dataclass
    class Tried(Message):
        """The image was started."""

        trial: Trial

    @dataclass
    class SizeFound(Message):
        """The engine told the size, in bytes, of the image that this build made."""

        size: int | None
        result: Result

    running: reactive[bool] = reactive(False, init=False)

    def __init__(self, project: Project, rail: tuple[RailStep, ...]) -> None:
        super().__init__(project, rail)
        self._attempt: Attempt | None = None
        self._arrived: list[BuildEvent] = []
        self._result: Result | None = None
        self._cancel = asyncio.Event()

    def compose_body(self) -> ComposeResult:
        yield BuildOutcome(id="build-status")
        yield BuildView(id="build-view")

    def on_mount(self) -> None:
        self._frames = self.set_interval(FRAME, self._draw, pause=True)
        self.query_one("#next", Button).focus()
        self._outcome.say("Ready. Nothing has been built yet.")
        for advice in place_advice(self.current.plan, self.current.engine):
            self._outcome.add(f"Note: {advice}")

    @property
    def _outcome(self) -> BuildOutcome:
        return self.query_one(BuildOutcome)

    @property
    def _view(self) -> BuildView:
        return self.query_one(BuildView)

    @property
    def progress(self) -> BuildProgress:
        """How far the build is, as it is drawn."""
        return self._view.progress

    @property
    def _built(self) -> Project:
        """The project as it was when the last build began."""
        return self._attempt.project if self._attempt else self.current

    @property
    def _how_to_run(self) -> str:
        return f"Run it: {run_command(self._built.plan)}"

    def find_problems(self, project: Project) -> tuple[Problem, ...]:
        return tuple(problem for _, problem in build_obstacles(project))

    def action_mend(self) -> None:
        """Go to the step where the first problem is mended, or what the last build failed at."""
        if found := build_obstacles(self.current):
            step, problem = found[0]
            self.post_message(self.MendRequested(step.key, problem))
        elif diagnosis := self._mendable():
            self.post_message(self.MendRequested(diagnosis.step, diagnosis.problem, back=True))

    def _mendable(self) -> Diagnosis | None:
        """Why the last build failed, where another step is the place to mend it."""
        diagnosis = self._result.diagnosis if self._result else None
        return diagnosis if diagnosis and diagnosis.step != self.step.key else None

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

    def action_check_key(self) -> None:
        """Build again with the authenticated steps run anew."""
        if self.running or self.problems:
            return
        if found := check_key_problems(self.current):
            self._outcome.say(str(found[0]), bad=True)
        else:
            self._start(check_key=True)

    def resume(self) -> None:
        self.action_next()

    def _start(self, *, check_key: bool = False) -> None:
        self._attempt = prepare(self.current, os.environ, time.time(), check_key=check_key)
        self._arrived, self._result, self._cancel = [], None, asyncio.Event()
        self._view.begin()
        self.running = True
        gc.collect()
        gc.freeze()  # the collector's pauses are what one feels while lines stream by
        self._frames.resume()
        self._build(self._attempt)

    @work(exclusive=True, group="build", exit_on_error=True, description="Building the image")
    async def _build(self, attempt: Attempt) -> None:
        error = None
        try:
            async with attempt.run(self._cancel) as batches:
                async for events in batches:
                    self._arrived += events
        except CondockError as caught:
            error = caught
        self.post_message(self.Ended(attempt, error))

    def action_cancel(self) -> None:
        if self.running:
            self._cancel.set()
            self._outcome.say("Stopping …")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "cancel":
            return self.running
        if action == "next" and self.running:
            return None
        if action == "check_key":
            return self._result is not None and bool(key_unused(self._result.progress))
        if action == "try_image":
            return self._result is not None and isinstance(self._result.progress.outcome, BuildSucceeded)
        if action == "mend" and not self.problems:
            return True if self._mendable() else None
        return super().check_action(action, parameters)

    def _draw(self) -> None:
        events, self._arrived = self._arrived, []
        self._view.draw(events)
        if self._attempt and self.running and not self._cancel.is_set():
            line = progress_line(self.progress, self._built.plan.build.image, self._view.now)
            self._outcome.say(f"{line} {self._attempt.time_left(self.progress, self._view.now)}")

    def action_timeline(self) -> None:
        self._view.toggle_timeline()

    def watch_running(self, running: bool) -> None:
        button = self.query_one("#next", Button)
        button.label = "Stop" if running else "Build again" if self.progress.outcome else "Build"
        button.variant = "error" if running else "primary"
        self.refresh_bindings()

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        self._draw()
        self._frames.pause()
        self.running = False
        if event.error is not None:
            self._outcome.say(str(event.error), bad=True)
            return
        self._result = event.attempt.ended(self.progress, self._view.log_shown, time.time())
        self._show_outcome(self._result)
        if isinstance(self.progress.outcome, BuildSucceeded):
            self._ask_size(self._result)

    @work(thread=True, exclusive=True, group="size", description="Asking for the image's size")
    def _ask_size(self, result: Result) -> None:
        build = self._built.plan.build
        self.post_message(self.SizeFound(image_size(build.image, reaching(os.environ, build.context)), result))

    @on(SizeFound)
    def _size_found(self, event: SizeFound) -> None:
        if event.result is self._result:
            self._result = replace(event.result, size=event.size)
            self._show_outcome(self._result)

    @work(thread=True, exclusive=True, group="trial", description="Starting the image for a moment")
    def action_try_image(self) -> None:
        """Start the image that was built, and say whether it does."""
        self.post_message(self.Tried(try_image(self._built, os.environ)))

    @on(Tried)
    def _tried(self, event: Tried) -> None:
        if self.running:
            return  # another build has begun
        self._outcome.add(event.trial.words, bad=bool(event.trial.code))
        for line in event.trial.why:
            self._outcome.add(line)

    def _show_outcome(self, result: Result) -> None:
        if result.summary.good:
            test = ("f4 runs them again, with this key.",) if result.untested else ()
            self._outcome.succeeded(result.summary, (*test, self._how_to_run, _TRY))
        else:
            self._outcome.failed(result.summary, result.diagnosis, mendable=self._mendable() is not None)
        self._view.choose_failed()
        self.refresh_bindings()

    @on(LogPane.SaveRequested)
    def _save_log(self, event: LogPane.SaveRequested) -> None:
        path = self.current.path / log_name(self._built.plan.build.image, time.time())
        try:
            save_log(self._view.log_shown, path, event.step)
        except CondockError as error:
            self._outcome.add(str(error), bad=True)
        else:
            self._outcome.add(f"The log is saved as {printable(path.name)}, in your folder.")

    def quit_question(self) -> str:
        return "The build is running. Leaving stops it." if self.running else ""

    def outcome(self) -> tuple[ExitCode, str]:
        if self._result is None:
            return ExitCode.DONE, ""
        if self._result.summary.good:
            return ExitCode.DONE, "\n".join((*self._result.lines, self._how_to_run))
        return ExitCode.BUILD_FAILED, "\n".join(self._result.lines)
