"""The log of a build under the keyboard: followed, wrapped, timed, selected and copied."""

from __future__ import annotations

from bisect import bisect_left
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.selection import SELECT_ALL, Selection

from tui.core.building.log.log import BuildLog
from tui.core.units import counted
from tui.widgets.following_log import FollowingLog


class LogView(FollowingLog):
    """Follows the end again with the key End."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("end", "follow", "Follow", show=False, tooltip="Go to the end and follow it"),
        Binding("home", "scroll_home", "Top", show=False),
        Binding("w", "wrap", "Wrap", show=False, tooltip="Break long lines, or let them run out of view"),
        Binding("t", "times", "Times", show=False, tooltip="Seconds since the start, before each line"),
        Binding("c", "copy", "Copy", show=False, tooltip="Copy what is selected, or else all that is shown"),
        Binding("shift+up", "select(-1)", "Select up", show=False),
        Binding("shift+down", "select(1)", "Select down", show=False),
    ]

    def __init__(self, log: BuildLog, *, id: str | None = None) -> None:
        super().__init__(log, id=id)
        self._ends: tuple[int, int] | None = None

    def action_follow(self) -> None:
        self.following = True
        self.grow()

    def action_wrap(self) -> None:
        self.wrapped = not self.wrapped

    def action_times(self) -> None:
        self.timed = not self.timed

    def action_copy(self) -> None:
        """Copy what is selected, or else all that is shown."""
        selected = self.get_selection(self.text_selection or SELECT_ALL)
        if selected is not None:
            self.app.copy_to_clipboard(selected[0])
            self.notify(f"{counted(selected[0].count(chr(10)) + 1, 'line')} copied.", markup=False)

    def action_select(self, direction: int) -> None:
        """Select one line more, or one less; the first is the one found, or the last in view."""
        numbers = self.log_shown.numbers(self.step)
        if not numbers:
            return
        if self._ends is None or self.text_selection is None:
            last = self.number_at(round(self.scroll_y) + self.size.height - 1)
            start = self.found if self.found is not None else numbers[-1] if last is None else last
            self._ends = start, start
        else:
            at = bisect_left(numbers, self._ends[1]) + direction
            self._ends = self._ends[0], numbers[min(max(at, 0), len(numbers) - 1)]
        first, last = sorted(self._ends)
        end = Offset(len(self.log_shown.text(last)), last)
        self.screen.selections = {self: Selection(Offset(0, first), end)}
        self.go_to(self._ends[1])
