"""The output of a build's steps, kept in memory in blocks of lines, the oldest of which are let go."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from tui.core.building.events import BuildEvent, Notice, OutputReceived, StepUpdated
from tui.core.building.log.quotation import unquoted
from tui.core.building.log.step_blocks import StepBlocks
from tui.core.untrusted_text import unstyled

MAX_LINES = 1_000_000
"""Lines kept of one build; the oldest go first."""
MAX_BYTES = 128 * 2**20
"""Bytes of text kept of one build, if that is less. A line of 80 characters takes about 90 in all, 130 alone."""

_BLOCK_LINES = 1_024
_BLOCK_BYTES = 16_384
_SAME_MOMENT = 0.05  # seconds: finer than a time is shown


class BuildLog:
    """An append-only list of lines, each with its step; lines are counted from 0 and keep their number.

    Notices belong to the step "", and lose what they quote. Lines that follow each other closely are one block of
    bytes: that is small, and nothing is done line by line before a line is to be seen. At most `lines` lines and
    `room` bytes of text are kept, and up to a sixteenth more for a while.
    """

    def __init__(self, lines: int = MAX_LINES, room: int = MAX_BYTES) -> None:
        self.most_lines = lines
        self.most_bytes = room
        self._block_lines = max(1, min(_BLOCK_LINES, lines // 16))
        self._blocks: list[bytes] = []
        self._starts = array("Q")
        self._owners = array("I")
        self._times = array("d")
        self._gone = 0  # blocks that were dropped: block numbers, like those of lines, stay
        self._of_step: list[StepBlocks] = []
        self._steps: list[str] = []
        self._indexes: dict[str, int] = {}
        self._began: dict[str, float] = {}
        self._time = math.nan
        self._lines = 0
        self._split: dict[int, list[str]] = {}
        self.size = 0
        """Bytes of text that are kept."""
        self.first = 0
        """The number of the oldest line kept; so many have been dropped."""

    def __len__(self) -> int:
        """How many lines there have been, dropped ones included: the number of the next."""
        return self._lines

    def add(self, *events: BuildEvent) -> None:
        """Append what the events say, if they say anything, and note when steps start."""
        for source, group in groupby(events, key=_source):
            if source is None:
                self._note(group)
            else:
                said = [(event.text, event.time) for event in group if isinstance(event, OutputReceived)]
                self.append(source[0], "\n".join(text for text, _ in said), said[0][1])

    def _note(self, events: Iterable[BuildEvent]) -> None:
        for event in events:
            if isinstance(event, Notice):
                for text in unquoted(event.text.split("\n")):
                    self.append("", text)
            elif isinstance(event, StepUpdated) and event.started is not None:
                self._began.setdefault("", event.started)
                self._began[event.step] = event.started

    def append(self, step: str, text: str, time: float | None = None) -> None:
        """Append safe and redacted lines, line feeds between them; `time` is by the builder, since the epoch."""
        self._time = self._time if time is None else time
        if step not in self._indexes:
            self._indexes[step] = len(self._steps)
            self._steps.append(step)
            self._of_step.append(StepBlocks())
        for lines, count in _pieces(text.encode(), self._block_lines):
            self._append(self._indexes[step], lines, count)
        kept = len(self) - self.first
        if kept * 16 > self.most_lines * 17 or self.size * 16 > self.most_bytes * 17:
            self._drop_oldest()

    def blocks(self, step: str | None = None) -> Sequence[int]:
        """The numbers of one step's blocks, or of all, ascending, for `lines_of` and the like."""
        if step is None:
            return range(self._gone, self._gone + len(self._blocks))
        return self._of_step[self._indexes[step]].blocks if step in self._indexes else ()

    def numbers(self, step: str | None = None) -> Sequence[int]:
        """The numbers of one step's lines, or of all, ascending; nothing is copied. Ask again after adding."""
        if step is None:
            return range(self.first, len(self))
        return self._of_step[self._indexes[step]].numbers(self.start_of) if step in self._indexes else ()

    def dropped(self, step: str | None = None) -> int:
        """How many of its lines, or of all, have been let go."""
        if step is None:
            return self.first
        return self._of_step[self._indexes[step]].dropped if step in self._indexes else 0

    def text(self, number: int) -> str:
        """The line of this number, without colours. IndexError for one that was dropped or is not there yet."""
        return unstyled(self.styled(number))

    def styled(self, number: int) -> str:
        """The line with its codes for colours. IndexError as `text`."""
        block = self.block_of(number)
        return self.lines_of(block)[number - self.start_of(block)]

    def step(self, number: int) -> str:
        """The id of the step that printed this line, "" for a notice. IndexError as `text`."""
        return self._steps[self._owners[self.block_of(number) - self._gone]]

    def seconds(self, number: int, step: str | None = None) -> float | None:
        """When the line was printed, since the start of this step or else of the build, where that is known."""
        began = self._began.get(step or "")
        printed = self._times[self.block_of(number) - self._gone]
        return None if began is None or math.isnan(printed) else max(0.0, printed - began)

    def block_of(self, number: int) -> int:
        """The block this line is in. IndexError as `text`."""
        if not self.first <= number < len(self):
            raise IndexError(number)
        return self._gone + bisect_right(self._starts, number) - 1

    def start_of(self, block: int) -> int:
        """The number of a block's first line."""
        return self._starts[block - self._gone]

    def end_of(self, block: int) -> int:
        """The number of the line after a block's last."""
        after = block - self._gone + 1
        return self._starts[after] if after < len(self._starts) else self._lines

    def lines_of(self, block: int) -> list[str]:
        """A block's lines with their codes for colours."""
        lines = self._split.get(block)
        if lines is None:
            if len(self._split) > 64:
                self._split.clear()
            lines = self._split[block] = self.raw(block).decode().split("\n")
        return lines

    def raw(self, block: int) -> bytes:
        """A block as it is kept: its lines in UTF-8, with line feeds between them."""
        return self._blocks[block - self._gone]

    def _append(self, owner: int, lines: bytes, count: int) -> None:
        if self._goes_on(owner, count, len(lines)):
            self._blocks[-1] += b"\n" + lines
            self._split.pop(self._gone + len(self._blocks) - 1, None)
            self._of_step[owner].extend(count)
        else:
            self._of_step[owner].add(self._gone + len(self._blocks), count)
            self._blocks.append(lines)
            self._starts.append(self._lines)
            self._owners.append(owner)
            self._times.append(self._time)
        self._lines += count
        self.size += len(lines) + 1

    def _goes_on(self, owner: int, lines: int, size: int) -> bool:
        """True if lines belong to the last block: its step's, of the same moment, and short enough together."""
        if not self._blocks or self._owners[-1] != owner:
            return False
        return (
            self._lines - self._starts[-1] + lines <= self._block_lines
            and len(self._blocks[-1]) + size <= _BLOCK_BYTES
            and not self._time - self._times[-1] > _SAME_MOMENT
        )

    def _drop_oldest(self) -> None:
        """Many at once: taking from the front of a list moves all the rest."""
        surplus = 0
        while surplus < len(self._blocks) - 1 and (
            len(self) - self._starts[surplus] > self.most_lines or self.size > self.most_bytes
        ):
            self.size -= len(self._blocks[surplus]) + 1
            surplus += 1
        del self._blocks[:surplus], self._starts[:surplus], self._owners[:surplus], self._times[:surplus]
        self._gone += surplus
        self._split.clear()
        self.first = self._starts[0]
        for blocks in self._of_step:
            blocks.drop_before(self._gone)


def _pieces(text: bytes, most: int) -> Iterator[tuple[bytes, int]]:
    """The text in blocks of whole lines, each with how many it has: at most so many, or so long, or one line."""
    at = 0
    while at <= len(text):
        end = text.rfind(b"\n", at, at + _BLOCK_BYTES) if len(text) - at > _BLOCK_BYTES else len(text)
        if end < 0:
            end = text.find(b"\n", at + _BLOCK_BYTES)
        lines = text[at:] if end < 0 else text[at:end]
        if (count := lines.count(b"\n") + 1) > most:
            lines, count = b"\n".join(lines.split(b"\n", most)[:most]), most
        yield lines, count
        at += len(lines) + 1


def _source(event: BuildEvent) -> tuple[str, int | None] | None:
    """Alike for output that belongs together: of one step, and of one moment."""
    if not isinstance(event, OutputReceived):
        return None
    return event.step, None if event.time is None else int(event.time / _SAME_MOMENT)
