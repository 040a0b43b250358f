"""Decodes `docker buildx build --progress=plain`, for buildx older than 0.12, which has no rawjson.

It tells less: parallel steps come one after another, there are no inputs, and times are those of reading.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

from tui.core.building.events import BuildEvent, Notice, OutputReceived, StepUpdated, TransferUpdated
from tui.core.byte_lines import ByteLines
from tui.core.dataclass import replace
from tui.core.line_reader import LineReader
from tui.core.untrusted_text import Redactor, printable, unstyled

# "#0" is buildx itself, speaking of its own settings.
_PREFIX = rb"(?s)#([1-9]\d*) (.*)"
_LOG = rb"(?s)\d+\.\d+(?: (.*))?"
_END = r"(DONE|CACHED|CANCELED|ERROR)(?:: (.*)| (\d+\.\d+)s)?"
_SIZE = r"(\d+(?:\.\d+)?)(B|kB|MB|GB|TB)"
_TRANSFER = rf"(.+?)(?: {_SIZE}(?: / {_SIZE})?)?(?: \d+\.\d+s)?( done)?"
_UNITS = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
# "..." is a pause in favour of another step; BuildKit before 0.10 names the digest of every step.
_NOISE = r"\.\.\.|sha256:[0-9a-f]{64}"


class PlainDecoder:
    """Turns the plain progress into the same events as rawjson; `clock` gives seconds since the epoch."""

    def __init__(self, redact: Redactor, clock: Callable[[], float] = time.time) -> None:
        self._redact = redact
        self._clock = clock
        self._lines = ByteLines()
        self._text = LineReader(redact)
        self._steps: dict[str, StepUpdated] = {}

    def feed(self, chunk: bytes) -> list[BuildEvent]:
        """The events this chunk completes, in the order of the stream."""
        return [event for line in self._lines.feed(chunk) for event in self._line(line)]

    def close(self) -> list[BuildEvent]:
        """The events of whatever was unfinished when the output ended."""
        return [event for line in self._lines.close() for event in self._line(line)]

    def _line(self, line: bytes) -> Iterator[BuildEvent]:
        prefixed = re.fullmatch(_PREFIX, line)
        if not prefixed:
            yield from (Notice(unstyled(text)) for text in self._text.feed(line + b"\n"))
            return
        number, rest = f"#{prefixed[1].decode()}", prefixed[2]
        if number in self._steps and (log := re.fullmatch(_LOG, rest)):
            if (text := LineReader(self._redact).feed_text((log[1] or b"") + b"\n")) is not None:
                yield OutputReceived(number, text, time=self._clock())
        else:
            yield from self._status(number, self._redact(printable(rest.decode("utf-8", "replace"))))

    def _status(self, number: str, text: str) -> Iterator[BuildEvent]:
        """The event in a line about a step: its name, its end, or how far a transfer is."""
        step = self._steps.get(number)
        if step is None:
            yield self._update(StepUpdated(number, text, started=self._clock()))
        elif end := re.fullmatch(_END, text):
            yield self._update(_ended(step, self._clock(), end))
        elif text == step.name:
            if step.completed is not None:
                yield self._update(StepUpdated(number, text, started=self._clock()))
        elif not re.fullmatch(_NOISE, text) and (transfer := re.fullmatch(_TRANSFER, text)):
            yield self._transfer(number, transfer)

    def _update(self, step: StepUpdated) -> StepUpdated:
        self._steps[step.step] = step
        return step

    def _transfer(self, number: str, match: re.Match[str]) -> TransferUpdated:
        label, amount, unit, whole, whole_unit, done = match.groups()
        now = self._clock()
        return TransferUpdated(
            step=number,
            id=label,
            name=label.partition(" ")[0],
            current=_bytes(amount, unit),
            total=_bytes(whole, whole_unit),
            completed=now if done else None,
            time=now,
        )


def _ended(step: StepUpdated, now: float, end: re.Match[str]) -> StepUpdated:
    verdict, error, seconds = end.groups()
    started = now if step.started is None else step.started
    match verdict:
        case "DONE":
            return replace(step, completed=started + float(seconds or 0))
        case "CACHED":
            return replace(step, completed=started, cached=True)
        case "CANCELED":
            return replace(step, completed=now, error="context canceled")
        case _:
            return replace(step, completed=now, error=error or "failed")


def _bytes(amount: str | None, unit: str | None) -> int:
    return round(float(amount) * _UNITS[unit]) if amount and unit else 0
