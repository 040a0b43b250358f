"""What the steps of a build have printed, kept in memory line by line."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence

from tui.core.image.events import BuildEvent, Notice, OutputReceived

MAX_LINES = 1_000_000
"""Lines kept of one build; the oldest go first. About 14 MiB per 100,000 lines of 80 characters."""


class BuildLog:
    """An append-only list of lines, each with its step; lines are counted from 0 and keep their number.

    Notices belong to the step "". At most `limit` lines are kept, and up to a sixteenth more for a while.
    """

    def __init__(self, limit: int = MAX_LINES) -> None:
        self._limit = limit
        self._slack = max(1, limit // 16)
        # Encoded text is smaller than str, and only what is on the screen is decoded.
        self._texts: list[bytes] = []
        self._owners = array("I")
        self._steps: list[str] = []
        self._indexes: dict[str, int] = {}
        self._numbers: list[array[int]] = []
        self.first = 0
        """The number of the oldest line kept; so many have been dropped."""

    def __len__(self) -> int:
        """How many lines there have been, dropped ones included: the number of the next."""
        return self.first + len(self._texts)

    def add(self, event: BuildEvent) -> None:
        """Append what the event says, if it says anything."""
        if isinstance(event, OutputReceived):
            self.append(event.step, event.lines)
        elif isinstance(event, Notice):
            self.append("", (event.text,))

    def append(self, step: str, lines: Iterable[str]) -> None:
        """Append lines that are already printable and redacted."""
        owner = self._owner(step)
        numbers = self._numbers[owner]
        for number, line in enumerate(lines, start=len(self)):
            self._texts.append(line.encode())
            self._owners.append(owner)
            numbers.append(number)
        if len(self._texts) >= self._limit + self._slack:
            self._drop_oldest()

    def numbers(self, step: str | None = None) -> Sequence[int]:
        """The numbers of one step's lines, or of all, ascending; nothing is copied. Ask again after adding."""
        if step is None:
            return range(self.first, len(self))
        owner = self._indexes.get(step)
        return () if owner is None else self._numbers[owner]

    def text(self, number: int) -> str:
        """The line of this number. IndexError for one that was dropped or is not there yet."""
        return self._texts[self._index(number)].decode()

    def step(self, number: int) -> str:
        """The id of the step that printed this line, "" for a notice. IndexError as `text`."""
        return self._steps[self._owners[self._index(number)]]

    def _index(self, number: int) -> int:
        if number < self.first:
            raise IndexError(number)
        return number - self.first

    def _owner(self, step: str) -> int:
        if step not in self._indexes:
            self._indexes[step] = len(self._steps)
            self._steps.append(step)
            self._numbers.append(array("I"))
        return self._indexes[step]

    def _drop_oldest(self) -> None:
        surplus = len(self._texts) - self._limit
        self.first += surplus
        del self._texts[:surplus]
        del self._owners[:surplus]
        for numbers in self._numbers:
            del numbers[: bisect_left(numbers, self.first)]
