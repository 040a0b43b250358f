"""A build as an async stream of events: a live one, or a recorded one played again."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path

from tui.core.building.events import (
    BuildCancelled,
    BuildEvent,
    BuildFailed,
    BuildSucceeded,
    Decoder,
    Notice,
    Outcome,
    TransferUpdated,
    moment,
)
from tui.core.building.running.launch import Launched, launch_in_scratch
from tui.core.building.running.process import revealed, starting, supervised
from tui.core.engine.docker_cli import DOCKER
from tui.core.errors import CondockError
from tui.core.secret import Secret

_CANCELLED_CODE = 130  # buildx 0.25 and later; before, 1 as for any failure
_CANCELLED_ERROR = "Canceled: context canceled"
# In small letters and with gRPC's words before buildx 0.9 (github.com/docker/buildx/issues/673).
_ERROR = (
    r"(?s)(?:ERROR|error): (?:failed to build: )?(?:failed to solve: )?(?:rpc error: code = Unknown desc = )?(.*)"
)
_WRITTEN = r"writing image (sha256:[0-9a-f]{64})"


async def build_events(
    argv_for: Callable[[Path], Sequence[str]],
    decoder: Decoder,
    env: Mapping[str, str | Secret],
    cwd: Path,
    cancel: asyncio.Event | None = None,
) -> AsyncGenerator[list[BuildEvent], None]:
    """Run a build and yield its events in batches as they come; the last one of all is the outcome.

    `argv_for` gets the path for `--iidfile`, in a private folder that is gone afterwards. Setting `cancel` ends
    the build, and the stream goes on to its `BuildCancelled`; cancelling the task that reads, or closing the
    stream, ends it without more events: read it inside `contextlib.aclosing`. CondockError if docker cannot be
    started.
    """
    with starting(DOCKER):
        launched = launch_in_scratch(lambda file: argv_for(Path(file)), revealed(env), cwd)
    async with aclosing(launched_events(launched, decoder, cancel)) as batches:
        async for events in batches:
            yield events


async def launched_events(
    launched: Launched, decoder: Decoder, cancel: asyncio.Event | None = None
) -> AsyncGenerator[list[BuildEvent], None]:
    """The events of a build that was started with `launch_in_scratch`; see `build_events`."""
    trailer = _Trailer()
    async with supervised(launched) as group:
        stopper = asyncio.create_task(_when_set(cancel, group.stop))
        try:
            async with aclosing(group.chunks()) as chunks:
                async for chunk in chunks:
                    if events := trailer.read(decoder.feed(chunk)):
                        yield events
            code = await asyncio.shield(group.ended)
        finally:
            stopper.cancel()
        rest = trailer.read(decoder.close())
        asked = cancel is not None and cancel.is_set()
        seconds = time.monotonic() - launched.began
        yield [*rest, _outcome(code, trailer, launched.image_id(), seconds, asked)]


async def replay(
    path: Path,
    decoder: Decoder,
    speed: float = 1.0,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncGenerator[list[BuildEvent], None]:
    """Play a recorded build as `build_events` would, `speed` times as fast as it went.

    A recording holds no exit code: it failed if it ends in an error and succeeded if an image was written.
    CondockError for one that ends in neither.
    """
    with path.open("rb") as recording:
        batches = [events for line in recording if (events := decoder.feed(line))]
    batches.append(decoder.close())
    times = [at for events in batches for event in events if (at := moment(event)) is not None]
    outcome = _recorded_outcome(batches, max(times, default=0.0) - min(times, default=0.0))
    position = min(times, default=0.0)
    for events in batches:
        due = max((at for event in events if (at := moment(event)) is not None), default=position)
        if due > position:
            await sleep((due - position) / speed)
            position = due
        if events:
            yield events
    yield [outcome]


class _Trailer:
    """Keeps what the builder said last, to name the reason of a failure."""

    def __init__(self) -> None:
        self.error = ""
        self._first_words = ""

    def read(self, events: list[BuildEvent]) -> list[BuildEvent]:
        for event in events:
            if isinstance(event, Notice):
                if match := re.fullmatch(_ERROR, event.text):
                    self.error = match[1]
                elif not event.text.startswith("WARNING"):
                    self._first_words = self._first_words or event.text.strip()
        return events

    def message(self, code: int) -> str:
        """The error, else what was said first (docker's own complaints bear no mark), else the exit code."""
        by_code = f"The build was ended by signal {-code}." if code < 0 else f"The build ended with code {code}."
        return self.error or self._first_words or by_code


def _outcome(code: int, trailer: _Trailer, image: str, seconds: float, asked: bool) -> Outcome:
    if code == 0:
        # An ERROR line may come with success, of a transient failure to export a cache, for one.
        return BuildSucceeded(image, seconds)
    if asked or code == _CANCELLED_CODE or trailer.error.endswith(_CANCELLED_ERROR):
        return BuildCancelled()
    return BuildFailed(code, trailer.message(code))


def _recorded_outcome(batches: Iterable[list[BuildEvent]], seconds: float) -> Outcome:
    trailer = _Trailer()
    image = ""
    for event in (event for events in batches for event in trailer.read(events)):
        if isinstance(event, TransferUpdated) and (match := re.fullmatch(_WRITTEN, event.id)):
            image = match[1]
    if trailer.error:
        return _outcome(1, trailer, image, seconds, asked=False)
    if not image:
        raise CondockError(
            "The recording ends in the middle of a build.", "Record it again, to the end of the builder's output."
        )
    return BuildSucceeded(image, seconds)


async def _when_set(event: asyncio.Event | None, act: Callable[[], None]) -> None:
    if event is not None:
        await event.wait()
        act()
