"""Finds the lines of a log that hold a text, a slice at a time, so that a million lines stop nobody."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right

from tui.core.building.log.log import BuildLog
from tui.core.untrusted_text import unstyled


class LogSearch:
    """The lines of one step, or of all, that hold a text; small letters alone also find capital ones."""

    def __init__(self, log: BuildLog, step: str | None, text: str) -> None:
        self.text = text
        self._log = log
        self._step = step
        self._any_case = text == text.lower()
        self._pattern = re.compile(re.escape(text), re.IGNORECASE if self._any_case else 0)
        self._next = 0
        self._found = array("Q")

    @property
    def found(self) -> array[int]:
        """The numbers of the lines found so far, ascending."""
        if self._found and self._found[0] < self._log.first:
            del self._found[: bisect_left(self._found, self._log.first)]
        return self._found

    def advance(self) -> bool:
        """Look through one more block of lines; False where there is none as yet."""
        self._next = max(self._next, self._log.first)
        if not self.text or self._next >= len(self._log):
            return False
        block = self._block()
        if block is None:
            self._next = len(self._log)
            return False
        start = self._log.start_of(block)
        seen = max(0, self._next - start)
        self._found.extend(start + line for line in self._matching(self._log.raw(block)) if line >= seen)
        self._next = self._log.end_of(block)
        return True

    def spans(self, text: str) -> list[tuple[int, int]]:
        """The spans of this line that match."""
        return [match.span() for match in self._pattern.finditer(text)] if self.text else []

    def _block(self) -> int | None:
        """The block of the next line, or of the step's next one after it."""
        block = self._log.block_of(self._next)
        blocks = self._log.blocks(self._step)
        place = bisect_left(blocks, block)
        return blocks[place] if place < len(blocks) else None

    def _matching(self, raw: bytes) -> list[int]:
        """The lines of a block, counted from 0, that hold the text."""
        text = unstyled(raw.decode())
        if not text.isascii():
            return [number for number, line in enumerate(text.split("\n")) if self._pattern.search(line)]
        # Among ASCII letters, comparing small ones is what ignoring case is, and much faster.
        text = text.lower() if self._any_case else text
        if self.text not in text:
            return []
        return [number for number, line in enumerate(text.split("\n")) if self.text in line]


def after(found: array[int], number: int, direction: int) -> int | None:
    """The next of the lines found after this one, or before it; None where there is none."""
    place = bisect_right(found, number) if direction > 0 else bisect_left(found, number) - 1
    return found[place] if 0 <= place < len(found) else None
