"""Which blocks of a log are one step's, and which lines those are."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import overload


class StepBlocks:
    """The blocks of one step in ascending order, and how many lines it has up to the end of each."""

    def __init__(self) -> None:
        self.blocks = array("I")
        self.ends = array("Q")
        self.dropped = 0

    def add(self, block: int, lines: int) -> None:
        """A new block of so many lines."""
        self.blocks.append(block)
        self.ends.append((self.ends[-1] if self.ends else self.dropped) + lines)

    def extend(self, lines: int) -> None:
        """So many lines more in the last block."""
        self.ends[-1] += lines

    def drop_before(self, block: int) -> None:
        """Let all blocks before this one go."""
        if surplus := bisect_left(self.blocks, block):
            self.dropped = self.ends[surplus - 1]
            del self.blocks[:surplus], self.ends[:surplus]

    def numbers(self, start_of: Callable[[int], int]) -> Sequence[int]:
        """The numbers of the step's lines; `start_of` gives the number of a block's first."""
        return _Numbers(self, start_of)


class _Numbers(Sequence[int]):
    """Numbers that are found when they are asked for."""

    def __init__(self, of: StepBlocks, start_of: Callable[[int], int]) -> None:
        self._of = of
        self._start_of = start_of

    def __len__(self) -> int:
        return (self._of.ends[-1] if self._of.ends else self._of.dropped) - self._of.dropped

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        line = index % len(self) + self._of.dropped
        place = bisect_right(self._of.ends, line)
        before = self._of.ends[place - 1] if place else self._of.dropped
        return self._start_of(self._of.blocks[place]) + line - before
