"""A recorded build in the place of one that runs: with its own times, which can be paused and hurried."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from pathlib import Path

from tui.core.building.attempt import Attempt, Result
from tui.core.building.decoding.plain import PlainDecoder
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import BuildCancelled, BuildEvent, BuildFailed, Decoder
from tui.core.building.key.key_shown import key_shown
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.building.running.stream import replay
from tui.core.building.timing.estimate import TimeLeft
from tui.core.building.timing.history import History
from tui.core.dataclass import dataclass, field
from tui.core.errors import CondockError
from tui.core.project import Project
from tui.core.untrusted_text import Redactor, printable

LARGEST = 200_000_000
"""Bytes of a recording: a build that prints a thousand lines a second for an hour has fewer."""


class Pace:
    """How fast a recording is played; its own clock."""

    def __init__(self) -> None:
        self.speed = 1.0
        self.paused = False
        self._changed = asyncio.Event()
        self._played = 0.0
        self._since: float | None = None

    @property
    def elapsed(self) -> float:
        """Seconds of the recording that have been played."""
        if self._since is None or self.paused or math.isinf(self.speed):
            return self._played
        return self._played + (time.monotonic() - self._since) * self.speed

    @property
    def words(self) -> str:
        if self.paused:
            return "paused"
        return "to the end" if math.isinf(self.speed) else f"{self.speed:g}x"

    def set(self, *, speed: float | None = None, paused: bool | None = None) -> None:
        """From now on at this speed, which may be infinite, or not at all."""
        self._played = self.elapsed
        self._since = time.monotonic() if self._since is not None else None
        self.speed = self.speed if speed is None else speed
        self.paused = self.paused if paused is None else paused
        self._changed.set()

    async def sleep(self, seconds: float) -> None:
        """Wait until so many seconds of the recording are over."""
        end = self._played + seconds
        self._since = time.monotonic()
        while (left := end - self.elapsed) > 0 and not (math.isinf(self.speed) and not self.paused):
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), None if self.paused else left / self.speed)
            except TimeoutError:
                break
        self._played, self._since = end, None
        await asyncio.sleep(0)


@dataclass(frozen=True)
class Replay(Attempt):
    """An attempt that plays a recording: nothing is started, and nothing is remembered of it."""

    recording: Path = Path()
    pace: Pace = field(default_factory=Pace, compare=False)

    def run(self, cancel: asyncio.Event) -> AbstractAsyncContextManager[AsyncIterator[list[BuildEvent]]]:
        """The recorded events in their time; CondockError for a file that is no whole recording."""
        return aclosing(self._played(cancel))

    async def _played(self, cancel: asyncio.Event) -> AsyncGenerator[list[BuildEvent], None]:
        async def pause(seconds: float) -> None:
            waiting = {asyncio.ensure_future(self.pace.sleep(seconds)), asyncio.ensure_future(cancel.wait())}
            _, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in rest:
                task.cancel()

        decoder = await asyncio.to_thread(decoder_of, self.recording)
        async with aclosing(replay(self.recording, decoder, sleep=pause)) as batches:
            async for events in batches:
                if cancel.is_set():
                    yield [BuildCancelled()]
                    return
                yield events

    def ended(self, progress: BuildProgress, log: BuildLog, now: float) -> Result:
        """The outcome of the build that was recorded."""
        diagnosis = None
        if isinstance(progress.outcome, BuildFailed):
            from tui.core.building.failure.diagnosis import diagnose

            diagnosis = diagnose(progress, log, self.project, now)
        readers = key_shown(self.project, progress, log)
        return Result(self.project, progress, diagnosis=diagnosis, readers=readers, recorded=True)


def replay_of(project: Project, env: Mapping[str, str], recording: Path, pace: Pace | None = None) -> Replay:
    """The recording as if it was a build of this project."""
    history = History()
    return Replay(project, env, history, None, "", "", TimeLeft(history), recording, pace or Pace())


def decoder_of(recording: Path) -> Decoder:
    """The decoder for the recording: of `rawjson`, or plain output. CondockError where there is no file."""
    try:
        if not recording.is_file() or recording.stat().st_size > LARGEST:
            raise _unreadable(recording, "is no file of a sane size")
        head = recording.read_bytes()
    except OSError as error:
        raise _unreadable(recording, f"cannot be read: {error.strerror}") from None
    return (RawJsonDecoder if head.startswith(b"{") or b"\n{" in head else PlainDecoder)(Redactor())


def _unreadable(recording: Path, why: str) -> CondockError:
    message = f"{printable(str(recording))} {why}."
    return CondockError(message, "Name a file that `condock build --record FILE` wrote.")
