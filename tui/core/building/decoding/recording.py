"""Writes a build down as `docker buildx build --progress=rawjson` would have told it, from its events.

Their texts are masked and safe to show; the builder's own bytes are not, in which a key may stand in pieces.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tui.core.building.events import (
    BuildCancelled,
    BuildEvent,
    BuildFailed,
    BuildSucceeded,
    Notice,
    OutputReceived,
    StepUpdated,
    TransferUpdated,
)
from tui.core.dataclass import fields
from tui.core.errors import CondockError
from tui.core.untrusted_text import printable

_TIMES = ("started", "completed", "time")
_NAMES = {"step": "vertex", "time": "timestamp"}


@asynccontextmanager
async def recorded(
    batches: AbstractAsyncContextManager[AsyncIterator[list[BuildEvent]]], path: Path
) -> AsyncIterator[AsyncIterator[list[BuildEvent]]]:
    """The same batches, each written to a new file before it is handed on.

    CondockError where the file cannot be made, as where there is one, before the build is begun.
    """
    with _writing(path):
        file = path.open("xb", buffering=0)

    async def written(stream: AsyncIterator[list[BuildEvent]]) -> AsyncIterator[list[BuildEvent]]:
        last = ""
        async for events in stream:
            with _writing(path):
                file.write("".join(_line(event, last) for event in events).encode())
            last = next((event.text for event in reversed(events) if isinstance(event, Notice)), last)
            yield events

    with file:
        async with batches as stream:
            yield written(stream)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        message = f"{printable(str(path))} is there already."
        raise CondockError(message, "Choose another name for the recording, or remove the file.") from None
    except OSError as error:
        message = f"{printable(str(path))} cannot be written: {error.strerror}."
        raise CondockError(message, "Choose another place for the recording.") from None


def _line(event: BuildEvent, last: str) -> str:
    """The event as the builder says it; empty for one that it does not say. `last` is its last notice so far."""
    if isinstance(event, Notice):
        return f"{event.text}\n"
    if isinstance(event, BuildFailed | BuildCancelled):
        why = event.message if isinstance(event, BuildFailed) else "Canceled: context canceled"
        return "" if last.startswith("ERROR: ") else f"ERROR: {why}\n"
    part, content = _content(event)
    return json.dumps({part: [content]}, ensure_ascii=False, separators=(",", ":")) + "\n" if part else ""


def _content(event: BuildEvent) -> tuple[str, dict[str, object]]:
    """The event as an item of a document of the builder's, with the name of the list it is in."""
    match event:
        case StepUpdated():
            return "vertexes", {"digest": event.step, **_told(event)}
        case TransferUpdated():
            return "statuses", _told(event)
        case OutputReceived():
            data = b64encode(f"{event.text}\n".encode()).decode()
            said = {"vertex": event.step, "stream": event.stream, "data": data, "timestamp": _moment(event.time)}
            return "logs", said
        case BuildSucceeded():
            return "statuses", {"id": f"writing image {event.image}", "vertex": "", "current": 0}
    return "", {}


def _told(event: StepUpdated | TransferUpdated) -> dict[str, object]:
    """The event's values by the names of BuildKit's client/graph.go, without those it leaves open."""
    values = {field.name: getattr(event, field.name) for field in fields(event)}
    if isinstance(event, StepUpdated):
        del values["step"]
    told = {name: _moment(value) if name in _TIMES else value for name, value in values.items()}
    return {_NAMES.get(name, name): value for name, value in told.items() if value not in (None, "", (), False)}


def _moment(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
