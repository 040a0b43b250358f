"""The part of the build step that says what came of a build, and tries the image it made."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from threading import Event

from textual import on, work
from textual.message import Message
from textual.worker import Worker

from screens.parts.ways_on import ways_on
from tui.core.building.attempt import Attempt, Result
from tui.core.building.build import image_size
from tui.core.building.failure.diagnosis import Diagnosis
from tui.core.building.failure.trial_run import PATIENCE, Trial, try_image
from tui.core.building.held_image import is_held
from tui.core.building.log.log import BuildLog
from tui.core.building.summary import RECORDED
from tui.core.dataclass import dataclass, replace
from tui.core.dockerfile.command import run_command
from tui.core.engine.contexts import reaching
from tui.core.errors import CondockError, ExitCode
from tui.core.overview.inputs import built_inputs, keep_inputs
from tui.core.proof.after import audit_build
from tui.core.proof.docker_save import StoppedError
from tui.core.proof.held_push import push_searched
from tui.core.proof.receipt import Receipt
from tui.core.proof.receipt_words import receipt_line
from tui.widgets.build_outcome import BuildOutcome
from tui.widgets.choices import Way

_SEARCH = "search"
_SEARCHING = "Searching the image for the key …"
_STARTING = f"Starting it … it is watched until it ends or listens, for {PATIENCE:.0f} s at the most."
_NOT_TO_ITS_END = "The image was not searched for the key to its end: `condock audit` does that."


class BuildResult(BuildOutcome):
    """How the build stands, and once it has ended, its `result`."""

    @dataclass
    class Tried(Message):
        """The image of this build was started."""

        trial: Trial
        result: Result

    class Offered(Message):
        """There are other ways on than before."""

    @dataclass
    class SizeFound(Message):
        """The engine told the size, in bytes, of the image that this build made."""

        size: int | None
        result: Result

    @dataclass
    class Searched(Message):
        """The image of this build was searched for the key."""

        receipt: Receipt
        result: Result

    @dataclass
    class Pushed(Message):
        """The image of this build was pushed, or could not be."""

        words: str
        good: bool
        result: Result

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.receipt: Receipt | None = None
        """Of the last build, once its image was searched."""
        self._push: BuildResult.Pushed | None = None
        self._stop = Event()
        self._trial: Trial | None = None
        self._evidence_shown = False
        self.result: Result | None = None
        """Of the last build; None before the first one and while the next one runs."""

    def show(self, result: Result, *, evidence_shown: bool) -> None:
        """Say what came of a build; what was read of a failure stands here only where the log does not show it."""
        self.result, self._evidence_shown = result, evidence_shown
        self._tell(result)
        if result.succeeded and not result.recorded:
            self._ask_size(result)

    @property
    def how_to_run(self) -> str:
        """The command that runs the image, in a sentence."""
        return f"Run it: {run_command(self.result.project.plan)}" if self.result else ""

    @property
    def mendable(self) -> Diagnosis | None:
        """Why the build or its image failed, where another step mends that, and nothing was changed since."""
        failed = self._trial.fault if self._trial else self.result.diagnosis if self.result else None
        diagnosis = failed if not self.above else None
        return diagnosis if diagnosis and diagnosis.step != "build" else None

    @property
    def ways(self) -> tuple[Way, ...]:
        """All that can be done now that it has ended; nothing before."""
        return tuple(ways_on(self.result, self.mendable, self.receipt)) if self.result else ()

    def _tell(self, result: Result) -> None:
        if result.recorded and result.succeeded:
            self.say(result.summary.headline)
            for line in result.summary.details:
                self.add(line)
        elif result.summary.good:
            self.succeeded(result.summary)
        else:
            self.failed(result.summary, result.diagnosis, evidence=not self._evidence_shown)
            if result.recorded:
                self.add(RECORDED)

    @work(thread=True, exclusive=True, group="size", description="Asking for the image's size")
    def _ask_size(self, result: Result) -> None:
        build = result.project.plan.build
        size = image_size(build.image, reaching(os.environ, build.context))
        self.post_message(self.SizeFound(size, result))
        keep_inputs(result.project, os.environ, built_inputs(result.project, result.history.builds[-1], size))

    @on(SizeFound)
    def _size_found(self, event: SizeFound) -> None:
        if event.result is self.result:
            self.result = replace(event.result, size=event.size)
            self._tell(self.result)
            self._say_search()

    def search(self, attempt: Attempt, result: Result, log: BuildLog) -> None:
        """Search what was built for the key, say what came of it, and push what was held back for that."""
        self._search(attempt, result, log)
        self._say_search()

    @work(thread=True, exclusive=True, group=_SEARCH, description="Searching the image for the key")
    def _search(self, attempt: Attempt, result: Result, log: BuildLog) -> None:
        stop = self._stop
        with suppress(StoppedError):
            if receipt := audit_build(attempt, result, log, stop=stop):
                self.post_message(self.Searched(receipt, result))
                if is_held(attempt.project):
                    self.post_message(self.Pushed(*_pushed(attempt, result, receipt, stop), result))

    @property
    def searched(self) -> tuple[ExitCode, str]:
        """The exit code of the search of what the last build made, and its sentence; empty where none was due."""
        if self.receipt:
            return self.receipt.exit_code, receipt_line(self.receipt)
        if _is_searching(self.workers):
            return ExitCode.NO_ENGINE, _NOT_TO_ITS_END
        return ExitCode.DONE, ""

    def forget(self) -> None:
        """Another build begins, or none is looked at any more."""
        self._stop.set()
        self.above = ""
        self._stop, self.result, self.receipt, self._push, self._trial = Event(), None, None, None, None

    def on_unmount(self) -> None:
        self._stop.set()

    @on(Searched)
    def _searched(self, event: Searched) -> None:
        if self.result is None or self.result.progress is not event.result.progress:
            return  # another build has begun
        self.receipt = event.receipt
        self._say_search()
        self.post_message(self.Offered())

    @on(Pushed)
    def _pushed(self, event: Pushed) -> None:
        if self.result is not None and self.result.progress is event.result.progress:
            self._push = event
            self._say_search()

    def _say_search(self) -> None:
        if self.receipt:
            self.hold(receipt_line(self.receipt), bad=bool(self.receipt.exit_code))
        elif _is_searching(self.workers):
            self.hold(_SEARCHING)
        if self._push:
            self.add(self._push.words, bad=not self._push.good)

    @property
    def pushed(self) -> tuple[bool, str]:
        """True if the image is where the plan wants it, and a sentence where it had to be searched first."""
        if self._push:
            return self._push.good, self._push.words
        held = self.waits_for_push
        return not held, "The image was not pushed: it had not been searched to its end." if held else ""

    @property
    def waits_for_push(self) -> bool:
        """True while the image is searched, and then pushed."""
        return (
            self._push is None
            and self.result is not None
            and self.result.succeeded
            and is_held(self.result.project)
        )

    @work(thread=True, exclusive=True, group="trial", description="Starting the image for a moment")
    def try_image(self) -> None:
        """Start the image that was built, and say whether it does, what it prints and what it answers."""
        if result := self.result:
            self.app.call_from_thread(self.bring, (_STARTING,))
            self.post_message(self.Tried(try_image(result.project, os.environ), result))

    @on(Tried)
    def _tried(self, event: Tried) -> None:
        if self.result is None or self.result.progress is not event.result.progress:
            return  # another build has begun
        self._trial = event.trial
        run = (self.how_to_run,) if event.trial.good and event.trial.listening else ()
        self.bring((event.trial.words, *run, *event.trial.why), bad=not event.trial.good)


def _is_searching(workers: Iterable[Worker[object]]) -> bool:
    return any(worker.group == _SEARCH and not worker.is_finished for worker in workers)


def _pushed(attempt: Attempt, result: Result, receipt: Receipt, stop: Event) -> tuple[str, bool]:
    """The outcome of pushing it, in words, and True if that is good."""
    try:
        return push_searched(attempt, result, receipt, stop), True
    except CondockError as error:
        return str(error), False
