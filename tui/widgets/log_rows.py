"""Which line of a log, and which part of it, is on each row of a view."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.cells import cell_len, get_character_cell_size

from tui.core.building.log.log import BuildLog
from tui.core.untrusted_text import unstyled


@dataclass(frozen=True, slots=True)
class Row:
    """A part of a line: the characters from `start` up to `end` of its text."""

    number: int
    start: int = 0
    end: int | None = None


class LogRows:
    """One row for each line of one step, or of all."""

    def __init__(self, log: BuildLog, step: str | None) -> None:
        self._log = log
        self._step = step

    def __len__(self) -> int:
        return len(self._log.numbers(self._step))

    def grow(self) -> int:
        """Take in what was added; gives how many rows there have been before the first, all told."""
        return self._log.dropped(self._step)

    def at(self, row: int) -> Row:
        """The line and part on this row. IndexError where there is none."""
        return Row(self._log.numbers(self._step)[row])

    def row_of(self, number: int) -> int:
        """The first row of this line, or of the next where it is not among them."""
        return bisect_left(self._log.numbers(self._step), number)


class FoldedRows(LogRows):
    """As many rows for each line as it needs at this width."""

    def __init__(self, log: BuildLog, step: str | None, width: int) -> None:
        super().__init__(log, step)
        self._width = max(2, width)  # a wide character fits
        self._blocks = array("Q")
        self._ends = array("Q")
        self._gone = 0
        self._folded: dict[int, list[Row]] = {}

    def __len__(self) -> int:
        return (self._ends[-1] if self._ends else self._gone) - self._gone

    def grow(self) -> int:
        blocks = self._log.blocks(self._step)
        if surplus := bisect_left(self._blocks, blocks[0] if blocks else 0):
            self._gone = self._ends[surplus - 1]
            del self._blocks[:surplus], self._ends[:surplus]
        if self._blocks:  # the last may have been added to
            self._folded.pop(self._blocks.pop(), None)
            self._ends.pop()
        for block in blocks[len(self._blocks) :]:
            self._ends.append((self._ends[-1] if self._ends else self._gone) + self._height(block))
            self._blocks.append(block)
        return self._gone

    def at(self, row: int) -> Row:
        if not 0 <= row < len(self):
            raise IndexError(row)
        place = bisect_right(self._ends, row + self._gone)
        before = self._ends[place - 1] if place else self._gone
        return self._rows(self._blocks[place])[row + self._gone - before]

    def row_of(self, number: int) -> int:
        if not self._log.first <= number < len(self._log):
            return 0 if number < self._log.first else len(self)
        place = bisect_left(self._blocks, self._log.block_of(number))
        before = (self._ends[place - 1] if place else self._gone) - self._gone
        if place == len(self._blocks):
            return before
        return before + bisect_left(self._rows(self._blocks[place]), number, key=lambda row: row.number)

    def _height(self, block: int) -> int:
        # No character takes more columns than bytes, so that most blocks need no closer look.
        raw = self._log.raw(block)
        if len(raw) <= self._width or max(map(len, raw.split(b"\n"))) <= self._width:
            return self._log.end_of(block) - self._log.start_of(block)
        return len(self._rows(block))

    def _rows(self, block: int) -> Sequence[Row]:
        rows = self._folded.get(block)
        if rows is None:
            if len(self._folded) > 64:
                self._folded.clear()
            lines = enumerate(self._log.lines_of(block), self._log.start_of(block))
            rows = [Row(n, *part) for n, line in lines for part in pairwise(folds(unstyled(line), self._width))]
            self._folded[block] = rows
        return rows


def _ascii_folds(text: str, width: int) -> Iterator[int]:
    """The beginnings of its parts: behind a space, where one is in the second half of a part."""
    at = 0
    while at < len(text):
        yield at
        end = at + width
        space = text.rfind(" ", at + width // 2, end) if end < len(text) and text[end] != " " else -1
        at = space + 1 if space >= 0 else end


def folds(text: str, width: int) -> list[int]:
    """The cuts of the text by which no part is wider than this many columns: from 0 to its end."""
    if len(text) <= width and (text.isascii() or cell_len(text) <= width):
        return [0, len(text)]
    if text.isascii():
        return [*_ascii_folds(text, width), len(text)]
    cuts, used = [0], 0
    for at, character in enumerate(text):
        size = get_character_cell_size(character)
        if used + size > width:
            cuts.append(at)
            used = 0
        used += size
    return [*cuts, len(text)]
