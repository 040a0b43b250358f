"""The events of a build, frozen: the one stream that every front end is drawn from."""

from __future__ import annotations

import re
from typing import Protocol, TypeAlias

from tui.core.dataclass import dataclass, fields
from tui.core.untrusted_text import unstyled

# Of BuildKit (util/progress/logs/logs.go), with the limit of size or of speed that was met.
_CLIPPED = r"\[output clipped, log limit (.+) reached\]"


@dataclass(frozen=True)
class StepUpdated:
    """A step as it now stands; replaces what was said of it before.

    A step may complete and start again under the same id: then `started` is new and `completed` None.
    """

    step: str
    """Stable within one build, not between builds."""
    name: str
    inputs: tuple[str, ...] = ()
    """Ids of the steps this one needs; empty where the builder does not tell."""
    started: float | None = None
    """Seconds since the epoch, by the builder's clock; as every time below."""
    completed: float | None = None
    cached: bool = False
    error: str = ""


@dataclass(frozen=True)
class OutputReceived:
    """Finished lines that a step has printed."""

    step: str
    text: str
    """Line feeds between the lines; safe to show, keys masked, with the codes for colours: see `safe_line`."""
    stream: int = 1
    """1 is stdout, 2 is stderr."""
    time: float | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines without their colours."""
        return tuple(unstyled(self.text).split("\n"))


@dataclass(frozen=True)
class LineBegun:
    """A line that a step may still change, as progress bars do; the step's next output replaces it."""

    step: str
    text: str
    """Printable, without colours, keys masked."""
    time: float | None = None


@dataclass(frozen=True)
class TransferUpdated:
    """How far one transfer within a step is: a layer pulled, the context sent, the image written."""

    step: str
    id: str
    name: str
    current: int
    """Bytes, as is `total`."""
    total: int = 0
    """0 where it is not known."""
    started: float | None = None
    completed: float | None = None
    time: float | None = None


@dataclass(frozen=True)
class Notice:
    """One line the builder says beside its steps: a warning, an error, a part of the Dockerfile at fault."""

    text: str


@dataclass(frozen=True)
class BuildSucceeded:
    """The last event of a build that made an image."""

    image: str
    """The image's id; empty where the builder wrote none."""
    seconds: float


@dataclass(frozen=True)
class BuildFailed:
    """The last event of a build that did not. The code does not tell why: see `BuildProgress.failed`."""

    exit_code: int
    """Negative: the number of the signal that ended the builder."""
    message: str


@dataclass(frozen=True)
class BuildCancelled:
    """The last event of a build that was stopped on purpose; everything it started has ended."""


Outcome: TypeAlias = BuildSucceeded | BuildFailed | BuildCancelled
BuildEvent: TypeAlias = StepUpdated | OutputReceived | LineBegun | TransferUpdated | Notice | Outcome

_TYPES: dict[type[BuildEvent], str] = {
    StepUpdated: "step",
    OutputReceived: "output",
    LineBegun: "line",
    TransferUpdated: "transfer",
    Notice: "notice",
    BuildSucceeded: "succeeded",
    BuildFailed: "failed",
    BuildCancelled: "cancelled",
}


def to_json(event: BuildEvent) -> dict[str, object]:
    """The event as `condock build --json` prints it: its `type` first, then its fields by their names."""
    told = {field.name: getattr(event, field.name) for field in fields(event)}
    if isinstance(event, OutputReceived):
        told = {"step": event.step, "lines": event.lines, "stream": event.stream, "time": event.time}
    return {"type": _TYPES[type(event)], **told}


def clip_limit(line: str) -> str:
    """The limit of the builder's, where this is its notice that it keeps back the rest of a step's output."""
    match = re.fullmatch(_CLIPPED, line)
    return match[1] if match else ""


def moment(event: BuildEvent) -> float | None:
    """When the event happened by the builder's clock, where it says so."""
    if isinstance(event, OutputReceived | LineBegun | TransferUpdated):
        return event.time
    return (event.completed or event.started) if isinstance(event, StepUpdated) else None


class Decoder(Protocol):
    """Turns the builder's raw output into events; chunks may end anywhere."""

    def feed(self, chunk: bytes) -> list[BuildEvent]:
        """The events this chunk completes."""

    def close(self) -> list[BuildEvent]:
        """The events of whatever was unfinished when the output ended."""
