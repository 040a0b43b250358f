"""Build: the build as it runs, and what came of it."""

from __future__ import annotations

import os
import time
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from screens.parts.build_result import BuildResult
from screens.parts.ending import Ending
from screens.parts.live_build import LiveBuild
from tui.core.application.advice import command_advice
from tui.core.building.events import BuildCancelled
from tui.core.building.key.key_record import check_key_problems
from tui.core.building.timing.history import read_history
from tui.core.engine.build_settings import settings_advice
from tui.core.errors import Problem
from tui.core.navigation import Obstacles, build_obstacles
from tui.core.overview.earlier_builds import Past
from tui.core.overview.next_build import ahead, elsewhere
from tui.core.overview.unmet_imports import unmet_words
from tui.core.project import Project
from tui.core.steps import step_of
from tui.core.units import short_time
from tui.widgets.build_steps import BuildSteps
from tui.widgets.choices import Choices
from tui.widgets.dialogs import StopDialog
from tui.widgets.log_view import LogView
from tui.widgets.stepper import ShownStep

ASK_AFTER = 10.0
"""Seconds that a build runs before a question stands between it and its end."""
SAME_PRESS = 0.5
"""Seconds after its beginning in which a press of the button does not stop a build: it was pressed twice."""


class BuildScreen(Ending):
    """The last step."""

    step = step_of("build")
    first_focus = "#next"
    next_label = "Build"

    has_companion = False

    HELP = """
    **Build** runs the command you saw in the preview. The steps are on the list; choose one to see its
    output alone. The bars say what ran **when**; the bright ones are the critical path, and `◆` marks what is
    shown the key. `f3` gives all room to the log; it or `Esc` shows the steps again.

    The log follows its end until you scroll up; `End` follows again. In it: `/` searches, `n` and `N` go from
    match to match, `w` wraps or not, `t` shows times, `c` copies, `s` saves it to a file.

    What can be done once it has ended is a list above the steps: `Enter` does what is chosen there.

    `ctrl+x` stops the build. Going back to another step does not stop it.

    BuildKit's cache does not know keys: what came **from the cache** says nothing about yours. `f4` runs the
    authenticated steps again, with the key as it is now. `f6` starts the finished image for a moment, without
    network, and says whether it runs.

    Once it is built, the image is searched for your key; `f9` shows the receipt.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6", "try_image", "Try", id="build.try", tooltip="Start the image for a moment"),
        Binding(
            "f9", "receipt", "Receipt", id="build.receipt", tooltip="What was searched for the key, and found"
        ),
        Binding("r", "copy_run", "Copy run command", id="build.copy_run", tooltip="Copy how the image is run"),
        Binding("f4", "check_key", "Check key", id="build.check_key", tooltip="Run the authenticated steps again"),
        Binding("f3", "log_only", "Log only", id="build.log_only", tooltip="Give all room to the log"),
        Binding("f3", "steps_too", "Steps too", id="build.steps_too", tooltip="Show the steps again"),
    ]

    def __init__(self, project: Project, steps: tuple[ShownStep, ...]) -> None:
        super().__init__(project, steps)
        self._obstacles: Obstacles = ()
        self._outcome = BuildResult(id="build-status")
        self._build = LiveBuild(self._outcome, id="build-view")

    def compose_body(self) -> ComposeResult:
        yield self._outcome
        yield Choices(id="build-choices")
        yield self._build

    def on_mount(self) -> None:
        self.watch(self._build, "running", self._running_changed, init=False)

    def show(self, project: Project) -> None:
        """Before a build, say how it stands with this plan, and what will happen; after it, of which it was."""
        if self._build.running or self._build.progress.outcome or self._barred:
            self._tell_age(project)
            return
        past = Past(read_history(project, os.environ))
        known = past.headline(project, time.time()) if past.history.builds else "Nothing has been built yet"
        self._outcome.say(f"{known}." if self.problems else f"Ready. {known}. Enter starts the build.")
        if not self.problems and (lacks := unmet_words(project)):
            self._outcome.add(f"Note: {lacks}")
        for line in filter(None, (elsewhere(project), *ahead(project, past.history))):
            self._outcome.add(line)
        of_command = command_advice(project.plan.application, project.path)
        for advice in (*settings_advice(project.plan, project.engine), *of_command):
            self._outcome.add(f"Note: {advice}")

    def _tell_age(self, project: Project) -> None:
        """Say of a build that has ended that it was of another plan than this one, where it was."""
        result = self._outcome.result
        is_old = result is not None and not result.recorded and not result.is_of(project)
        again = "." if self.problems else ": ctrl+n builds again."
        sentence = f"This was before your last change{again}" if is_old else ""
        if sentence != self._outcome.above:
            self._outcome.say_above(sentence)
            self.offer()

    def find_problems(self, project: Project) -> tuple[Problem, ...]:
        self._obstacles = build_obstacles(project)
        return tuple(problem for _, problem in self._obstacles)

    def action_mend(self) -> None:
        """Go to the step where the first problem is mended, or what the last build failed at."""
        if self._obstacles:
            step, problem = self._obstacles[0]
            self.post_message(self.MendRequested(step.key, problem))
        elif diagnosis := self._outcome.mendable:
            self.post_message(self.MendRequested(diagnosis.step, diagnosis.problem, then=self.step.key))

    def watch_problems(self, before: tuple[Problem, ...], problems: tuple[Problem, ...]) -> None:
        super().watch_problems(before, problems)
        if self._build.running:
            self.query_one("#next").disabled = False  # it stops the build, whatever else is wrong

    # Running

    def press_next(self) -> None:
        """The one button starts the build, and stops it while it runs: not by a press that was to start it."""
        if not self._build.running:
            self.action_next()
        elif time.monotonic() - self._build.began > SAME_PRESS:
            self.action_stop_build()

    def action_next(self) -> None:
        if not self._build.running and not self.problems:
            self._start()

    def action_check_key(self) -> None:
        """Build again with the authenticated steps run anew."""
        if self._build.running or self.problems:
            return
        if found := check_key_problems(self.current):
            self._outcome.say(str(found[0]), bad=True)
        else:
            self._start(check_key=True)

    def resume(self) -> None:
        """Have Enter build: that it builds by itself the button of the step before does not say."""
        if not self._build.running and not self.problems:
            self.set_focus(self.query_one("#next"))

    def _start(self, *, check_key: bool = False) -> None:
        self._outcome.forget()
        self._barred = None
        self._build.start(self.attempt(self.current, check_key=check_key))

    @work(exclusive=True, group="stop", description="Asking before the build is stopped")
    async def action_stop_build(self) -> None:
        """Stop the build that runs; one that took a while is not lost by a slip."""
        took = time.monotonic() - self._build.began
        if not self._build.running:
            return
        question = f"It has run for {short_time(took)}. What BuildKit has finished stays in its cache."
        dialog = StopDialog("Stop the build?", question, yes="Stop the build", no="Go on")
        if took < ASK_AFTER or await self.app.push_screen_wait(dialog):
            self._build.stop()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        running, ways = self._build.running, {way.action for way in self._outcome.ways}
        offered = {
            "stop_build": running,
            "log_only": not self._build.log_only,
            "steps_too": self._build.log_only,
            **{name: name in ways for name in ("check_key", "try_image", "copy_run", "receipt")},
        }
        if action in offered:
            return offered[action]
        if action == "next" and running:
            return None
        if action == "mend":  # no step mends what this machine lacks
            elsewhere = any(step != self.step for step, _ in self._obstacles[:1])
            return True if elsewhere or (self._outcome.mendable and not self.problems) else None
        return super().check_action(action, parameters)

    def action_log_only(self) -> None:
        self._build.log_only = True
        self.query_one(LogView).focus()
        self.refresh_bindings()

    def action_steps_too(self) -> None:
        self._build.log_only = False
        self.refresh_bindings()

    def action_back(self) -> None:
        """Give back the steps before the step is left: who gave all room to the log looks for the way out."""
        if self._build.log_only:
            self.action_steps_too()
        else:
            super().action_back()

    def _running_changed(self, running: bool) -> None:
        built = self._build.progress.outcome and not self.problems  # else it may have been a recording
        again = "Build again" if built else "Build"
        self.name_next("Stop" if running else again, "error" if running else "primary")
        if running:
            self.query_one(BuildSteps).focus()  # Enter pressed once more stops nothing
            self.post_message(self.BuildStands("building"))
        self.offer()

    @on(LiveBuild.Ended)
    def _ended(self, event: LiveBuild.Ended) -> None:
        if event.error is not None:
            self._barred = event.error
            self._build.rest()
            self._outcome.say(str(event.error), bad=True)
            self.post_message(self.BuildStands("", failed=True))
            return
        result = event.attempt.ended(self._build.progress, self._build.log_shown, time.time())
        self._build.choose_failed()
        read = result.diagnosis.evidence if result.diagnosis else ()
        self._outcome.show(result, evidence_shown=self._build.shows(read))
        self._build.rest()
        # A recording that is played where nothing can be built says nothing of this plan.
        open_ = isinstance(result.progress.outcome, BuildCancelled) or (result.recorded and bool(self.problems))
        self.post_message(self.BuildStands("", None if open_ else not result.summary.good))
        diagnosis = self._outcome.mendable
        if diagnosis and not diagnosis.passes and not result.summary.good:
            self.post_message(self.Doubted(diagnosis.step, result.project, diagnosis.problem))
        if result.succeeded and not result.recorded and event.attempt.key:
            self._outcome.search(event.attempt, result, self._build.log_shown)
        self.offer()
        if self.focused in (None, self.query_one(BuildSteps)):  # it waited there for the end
            self.query_one(Choices).focus()
