"""The part of the build step that runs a build and shows it while it runs."""

from __future__ import annotations

import asyncio
import gc
import time

from textual import on, work
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer

from screens.step_screen import StepScreen
from tui.core.building.attempt import Attempt, Result
from tui.core.building.events import BuildCancelled
from tui.core.building.fold import fold_all
from tui.core.building.log.save import log_name, save_log
from tui.core.building.replayed import Pace, Replay
from tui.core.building.summary import how_far, percent, short_progress
from tui.core.dataclass import dataclass
from tui.core.errors import CondockError
from tui.core.proof.before import search_before
from tui.core.untrusted_text import printable
from tui.widgets.build_outcome import BuildOutcome
from tui.widgets.build_view import FRAME, BuildView
from tui.widgets.log_pane import LogPane


class LiveBuild(BuildView):
    """A view of a build that runs it, and says beside itself how far it is."""

    @dataclass
    class Ended(Message):
        """The stream of events is over; `error` says why, where it never began."""

        attempt: Attempt
        error: CondockError | None = None

    running: reactive[bool] = reactive(False, init=False)
    words: reactive[str] = reactive("", init=False)
    """How far it is, in a few characters; empty where none runs."""

    def __init__(self, outcome: BuildOutcome, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._outcome = outcome
        self.began = 0.0
        """When it was started, by the monotonic clock."""
        self._attempt: Attempt | None = None
        self._cancel = asyncio.Event()
        self._frames: Timer | None = None
        self.pace: Pace | None = None
        """How fast it is played, where it is a recording."""

    @property
    def now(self) -> float:
        """Seconds since the epoch by the builder's clock; by that of the recording, where one is played."""
        if self.pace and self.progress.started is not None:
            return self.progress.started + self.pace.elapsed
        return super().now

    def start(self, attempt: Attempt) -> None:
        """Show this build from its beginning, and run it."""
        self._attempt, self._cancel = attempt, asyncio.Event()
        self.pace = attempt.pace if isinstance(attempt, Replay) else None
        self.begin()
        self.running, self.began = True, time.monotonic()
        gc.collect()
        gc.freeze()  # the collector's pauses are what one feels while lines stream by
        self._frames = self._frames or self.set_interval(FRAME, self.next_frame)
        self._frames.resume()
        self._run(attempt)

    def stop(self) -> None:
        """Ask the build to end, if one runs."""
        if self.running:
            self._cancel.set()
            self._outcome.say("Stopping …")

    def rest(self) -> None:
        """Be done, now that it is known what came of it: nothing says before that it has ended."""
        self.running, self.words = False, ""

    def abandoned(self) -> Result | None:
        """The result of the build that runs, which ends as condock is left; None where none runs."""
        if not self.running or self._attempt is None:
            return None
        progress = fold_all(self.progress, self._arrived)
        if progress.outcome is None:
            progress = fold_all(progress, (BuildCancelled(),))
        return self._attempt.ended(progress, self.log_shown, time.time())

    @work(exclusive=True, group="build", exit_on_error=True, description="Building the image")
    async def _run(self, attempt: Attempt) -> None:
        error = None
        try:
            if not isinstance(attempt, Replay):
                sent = await asyncio.to_thread(search_before, attempt)
                if sent and sent.unread:
                    self.notify(sent.words, severity="warning", markup=False)
            async with attempt.run(self._cancel) as batches:
                async for events in batches:
                    self.receive(events)
        except CondockError as caught:
            error = caught
        self.post_message(self.Ended(attempt, error))

    def watch_words(self, words: str) -> None:
        if words:
            self.post_message(StepScreen.BuildStands(words, percent=percent(self.progress)))

    def draw_received(self) -> None:
        super().draw_received()
        if self.running:
            self.words = short_progress(self.progress, self.now)
        if self._attempt and self.running and not self._cancel.is_set():
            self._say_progress(self._attempt)

    def _say_progress(self, attempt: Attempt) -> None:
        far = how_far(self.progress, self.now)
        if self.pace:
            doing = f"A recording, {self.pace.words}."
        else:
            doing = f"Building {attempt.project.plan.build.image}"
            far = " · ".join(filter(None, (far, attempt.time_left(self.progress, self.now).rstrip("."))))
        self._outcome.say_progress(doing, far, percent(self.progress))

    @on(Ended)
    def _ended(self) -> None:
        self.draw_received()
        if self._frames is not None:
            self._frames.pause()

    @on(LogPane.SaveRequested)
    def _save_log(self, event: LogPane.SaveRequested) -> None:
        if self._attempt is None:
            return
        project = self._attempt.project
        name = log_name(project.plan.build.image, time.time())
        try:
            save_log(self.log_shown, project.path, name, event.step)
        except CondockError as error:
            self._outcome.add(str(error), bad=True)
        else:
            self._outcome.add(f"The log is saved as {printable(name)}, in your folder.")
