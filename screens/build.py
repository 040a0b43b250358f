"""Build: the build as it runs, and what came of it."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from dataclasses import dataclass
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Button, ContentSwitcher

from screens.step_screen import StepScreen
from tui.core.build.build import image_size, record_build, run_build
from tui.core.build.cache_truth import key_untested, key_unused
from tui.core.build.diagnosis import Diagnosis, diagnose
from tui.core.build.diagnosis import lines as diagnosis_lines
from tui.core.build.estimate import TimeLeft
from tui.core.build.events import BuildEvent, BuildSucceeded
from tui.core.build.history import History, read_history
from tui.core.build.key_record import check_key_problems, key_changed, next_cachebust
from tui.core.build.log import BuildLog
from tui.core.build.log_file import log_name, save_log
from tui.core.build.progress import BuildProgress, fold_all
from tui.core.build.summary import progress_line, summarise
from tui.core.build.trial import Trial, try_image
from tui.core.engine.contexts import reaching
from tui.core.engine.place import place_advice
from tui.core.errors import CondockError, ExitCode, Problem
from tui.core.image.command import run_command
from tui.core.project import Project
from tui.core.steps import STEPS, Step, obstacles
from tui.core.text import printable
from tui.widgets.build_outcome import BuildOutcome
from tui.widgets.build_steps import BuildSteps
from tui.widgets.log_pane import LogPane
from tui.widgets.step_list import StepList
from tui.widgets.timeline import Timeline

_TRY = "f6 starts it for a moment, without network, to see whether it does."
_FRAME = 1 / 20  # seconds: the log is drawn this often, however fast it comes


class BuildScreen(StepScreen):
    """The last step."""

    step = STEPS[7]
    next_label = "Build"

    HELP = """
    **Build** runs the command you saw in the preview. The steps are on the list; choose one to see its
    output alone. `f3` shows instead what ran **when**, with the critical path marked.

    The log follows its end until you scroll up; `End` follows again. In it: `/` searches, `n` and `N` go from
    match to match, `w` wraps, `t` shows times, `c` copies, `s` saves it to a file.

    `ctrl+x` stops the build. Going back to another step does not stop it.

    BuildKit's cache does not know keys: what came **from the cache** says nothing about yours. `f4` runs the
    authenticated steps again, with the key as it is now.
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

        error: CondockError | None = None

    @dataclass
    class Tried(Message):
        """The image was started."""

        trial: Trial

    @dataclass
    class SizeFound(Message):
        """The engine told the size of the image that this progress made."""

        size: int | None
        progress: BuildProgress

    progress: reactive[BuildProgress] = reactive(BuildProgress())
    running: reactive[bool] = reactive(False)

    def compose_body(self) -> ComposeResult:
        yield BuildOutcome(id="build-status")
        with Container(id="build-panes"):
            yield BuildSteps(id="build-steps")
            with ContentSwitcher(initial="build-log", id="build-right"):
                yield LogPane(BuildLog(), id="build-log")
                yield Timeline(id="build-timeline")

    def on_mount(self) -> None:
        self._pending: list[BuildEvent] = []
        self._log = BuildLog()
        self._cancel = asyncio.Event()
        self._clock_offset = 0.0
        self._built = self.current
        self._history = History()
        self._cachebust = ""
        self._time_left = TimeLeft(self._history)
        self._frames = self.set_interval(_FRAME, self._draw, pause=True)
        self.query_one("#next", Button).focus()
        self._outcome.say("Ready. Nothing has been built yet.")
        for advice in place_advice(self.current.plan, self.current.engine):
            self._outcome.add(f"Note: {advice}")

    @property
    def _outcome(self) -> BuildOutcome:
        return self.query_one(BuildOutcome)

    @property
    def _diagnosis(self) -> Diagnosis | None:
        """Why the build as it was run failed; nothing where it did not, or is running."""
        return None if self.running else diagnose(self.progress, self._log, self._built, time.time())

    def find_problems(self, project: Project) -> tuple[Problem, ...]:
        return tuple(problem for _, problem in _obstacles(project))

    def action_mend(self) -> None:
        """Go to the step where the first problem is mended, or what the last build failed at."""
        if found := _obstacles(self.current):
            step, problem = found[0]
            self.post_message(self.MendRequested(step.key, problem))
        elif diagnosis := self._mendable():
            self.post_message(self.MendRequested(diagnosis.step, diagnosis.problem, back=True))

    def _mendable(self) -> Diagnosis | None:
        diagnosis = self._diagnosis
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
        self._built = self.current
        self._history = read_history(self._built, os.environ)
        self._cachebust = next_cachebust(self._history, check_key=check_key, now=time.time())
        self._time_left = TimeLeft(self._history)
        self.query_one(BuildSteps).chosen = None
        self._pending, self._log = [], BuildLog()
        self._cancel = asyncio.Event()
        self.progress = BuildProgress()
        view = self.query_one(LogPane).log_view
        view.step = None
        view.show(self._log)
        self.running = True
        gc.collect()
        gc.freeze()  # the collector's pauses are what one feels while lines stream by
        self._frames.resume()
        self._build(self._built)

    @work(exclusive=True, group="build", exit_on_error=True, description="Building the image")
    async def _build(self, project: Project) -> None:
        error = None
        try:
            async with run_build(project, os.environ, self._cancel, self._cachebust) as batches:
                async for events in batches:
                    self._pending += events
        except CondockError as caught:
            error = caught
        self.post_message(self.Ended(error))

    def action_cancel(self) -> None:
        if self.running:
            self._cancel.set()
            self._outcome.say("Stopping …")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "cancel":
            return True if self.running else None
        if action == "next" and self.running:
            return None
        if action == "check_key":
            return not self.running and bool(key_unused(self.progress))
        if action == "try_image":
            return not self.running and isinstance(self.progress.outcome, BuildSucceeded)
        if action == "mend" and not self.problems:
            return True if self._mendable() else None
        return super().check_action(action, parameters)

    # Drawing

    def _draw(self) -> None:
        events, self._pending = self._pending, []
        if events:
            self._log.add(*events)
            self.progress = fold_all(self.progress, events)
            if self.progress.time is not None:
                self._clock_offset = self.progress.time - time.monotonic()
            self.query_one(LogPane).grow()
        now = time.monotonic() + self._clock_offset
        self.query_one(BuildSteps).show(self.progress, now)
        if self.query_one(Timeline).display:
            self.query_one(Timeline).show(self.progress, now)
        if self.running and not self._cancel.is_set():
            line = progress_line(self.progress, self._built.plan.build.image, now)
            self._outcome.say(f"{line} {self._time_left(self.progress, now)}")

    def action_timeline(self) -> None:
        switcher = self.query_one(ContentSwitcher)
        switcher.current = "build-log" if switcher.current == "build-timeline" else "build-timeline"
        self._draw()

    def watch_running(self, running: bool) -> None:
        button = self.query_one("#next", Button)
        button.label = "Stop" if running else "Build again" if self.progress.outcome else "Build"
        button.variant = "error" if running else "primary"
        self.refresh_bindings()

    # The end

    @on(Ended)
    def _ended(self, event: Ended) -> None:
        self._draw()
        self._frames.pause()
        self.running = False
        if event.error is not None:
            self._outcome.say(str(event.error), bad=True)
            return
        self._changed = key_changed(self._built, os.environ, self._history)
        record_build(self._built, os.environ, self.progress, time.time(), self._cachebust)
        self._show_outcome(None)
        if isinstance(self.progress.outcome, BuildSucceeded):
            self._ask_size(self._built.plan.build.image, self.progress)

    @work(thread=True, exclusive=True, group="size", description="Asking for the image's size")
    def _ask_size(self, image: str, progress: BuildProgress) -> None:
        env = reaching(os.environ, self._built.plan.build.context)
        self.post_message(self.SizeFound(image_size(image, env), progress))

    @on(SizeFound)
    def _size_found(self, event: SizeFound) -> None:
        if event.progress is self.progress:
            self._show_outcome(event.size)

    @work(thread=True, exclusive=True, group="trial", description="Starting the image for a moment")
    def action_try_image(self) -> None:
        """Start the image that was built, and say whether it does."""
        self.post_message(self.Tried(try_image(self._built, os.environ)))

    @on(Tried)
    def _tried(self, event: Tried) -> None:
        diagnosis = event.trial.diagnosis
        self._outcome.add(event.trial.words, bad=bool(event.trial.code))
        for line in diagnosis_lines(diagnosis) if diagnosis else ():
            self._outcome.add(line)

    def _show_outcome(self, size: int | None) -> None:
        plan = self._built.plan
        summary = summarise(self.progress, plan.build.image, size, self._changed)
        if summary.good:
            test = ("f4 runs them again, with this key.",) if key_untested(self.progress) else ()
            self._outcome.succeeded(summary, (*test, f"Run it: {run_command(plan)}", _TRY))
        else:
            self._outcome.failed(summary, self._diagnosis, mendable=self._mendable() is not None)
        failed = self.progress.failed
        if failed is not None and self._log.numbers(failed.id):
            self.query_one(BuildSteps).choose(failed.id)
        self.refresh_bindings()

    @on(StepList.Chosen)
    def _chosen(self, event: StepList.Chosen) -> None:
        self.query_one(LogPane).log_view.step = event.step

    @on(LogPane.SaveRequested)
    def _save_log(self, event: LogPane.SaveRequested) -> None:
        path = self.current.path / log_name(self._built.plan.build.image, time.time())
        try:
            save_log(self._log, path, event.step)
        except CondockError as error:
            self._outcome.add(str(error), bad=True)
        else:
            self._outcome.add(f"The log is saved as {printable(path.name)}, in your folder.")

    # Leaving

    def quit_question(self) -> str:
        return "The build is running. Leaving stops it." if self.running else ""

    def outcome(self) -> tuple[ExitCode, str]:
        if self.progress.outcome is None:
            return ExitCode.DONE, ""
        summary = summarise(self.progress, self._built.plan.build.image)
        code = ExitCode.DONE if summary.good else ExitCode.BUILD_FAILED
        said = diagnosis_lines(diagnosis) if (diagnosis := self._diagnosis) else summary.details
        return code, "\n".join(dict.fromkeys((summary.headline, *said)))


def _obstacles(project: Project) -> tuple[tuple[Step, Problem], ...]:
    """What is in the way of building what the project says now."""
    found = obstacles(project)
    if found or project.is_written():
        return found
    problem = Problem("The files are not written as they are shown.", "Write them in the preview.", "files")
    return ((STEPS[6], problem),)
