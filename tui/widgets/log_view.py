"""The log of a build: follows its end, is searched, selected and copied."""

from __future__ import annotations

from bisect import bisect_left
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import reactive
from textual.selection import SELECT_ALL, Selection

from tui.core.building.log.log import BuildLog
from tui.core.building.log.search import LogSearch
from tui.widgets.log_lines import LogLines


class LogView(LogLines, can_focus=True):
    """Follows the end until one scrolls up; the key End follows again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("end", "follow", "Follow", show=False, tooltip="Go to the end and follow it"),
        Binding("home", "scroll_home", "Top", show=False),
        Binding("w", "wrap", "Wrap", show=False, tooltip="Break long lines, or let them run out of view"),
        Binding("t", "times", "Times", show=False, tooltip="Seconds since the start, before each line"),
        Binding("c", "copy", "Copy", show=False, tooltip="Copy what is selected, or else all that is shown"),
        Binding("shift+up", "select(-1)", "Select up", show=False),
        Binding("shift+down", "select(1)", "Select down", show=False),
    ]

    class Moved(Message):
        """Other lines are shown, or they are shown otherwise."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, LogView.Moved)

    following: reactive[bool] = reactive(True)

    def __init__(self, log: BuildLog, *, id: str | None = None) -> None:
        super().__init__(log, id=id)
        self._seen = 0
        self._ends: tuple[int, int] | None = None

    @property
    def new_lines(self) -> int:
        """How many lines have come since the end was let go."""
        return 0 if self.following else self.count - self._seen

    @property
    def count(self) -> int:
        """How many lines there have been."""
        return self.log_shown.dropped(self.step) + len(self.log_shown.numbers(self.step))

    def show(self, log: BuildLog) -> None:
        """Show another log, from its beginning."""
        self.log_shown = log
        self._show_anew()

    def grow(self) -> None:
        """Take in what was added to the log; call it once a frame, not once a line."""
        gone = self.take_in()
        if not self.following and gone:
            self._scroll(self.scroll_y - gone)  # the same lines stay in view, for as long as they are kept
        self.post_message(self.Moved())

    def go_to(self, number: int) -> None:
        """Bring a line into view; where it was out of it, amid the others."""
        row, height = self.row_of(number), self.size.height
        self.let_go()
        if not self.scroll_y <= row < self.scroll_y + height:
            self._scroll(row - height // 2)

    def let_go(self) -> None:
        """Follow the end no longer."""
        if self.following:
            self._seen = self.count
            self.following = False

    # Following

    def _show_anew(self) -> None:
        self.found = None
        self._widest = 0
        if self.search is not None:
            self.search = LogSearch(self.log_shown, self.step, self.search.text)
        self.following = True
        self.lay_out()
        self.post_message(self.Moved())

    def measure(self) -> None:
        following = self.following
        super().measure()
        self.following = following  # a log that got shorter was not scrolled to its end by anybody
        if following:
            self.scroll_end(animate=False, immediate=True, force=True, x_axis=False)

    def _scroll(self, row: float) -> None:
        self.scroll_to(y=row, animate=False, immediate=True, force=True)

    def watch_step(self) -> None:
        self._show_anew()

    def _keep_place(self) -> None:
        """Lay out anew what is shown, with the same line on top."""
        top = self.number_at(round(self.scroll_y))
        self.lay_out()
        if not self.following and top is not None:
            self._scroll(self.row_of(top))
        self.post_message(self.Moved())

    def watch_wrapped(self) -> None:
        self._keep_place()

    def watch_timed(self) -> None:
        self._keep_place()

    def on_resize(self) -> None:
        """A smaller view must not lose the end it followed, nor a wrapped one its lines."""
        if self.wrapped:
            self.call_after_refresh(self._keep_place)
        elif self.following:
            self.call_after_refresh(self.grow)

    def watch_following(self) -> None:
        self.post_message(self.Moved())

    def watch_scroll_y(self, old: float, new: float) -> None:
        super().watch_scroll_y(old, new)
        if new >= self.max_scroll_y:
            self.following = True
        elif new < old:
            self.let_go()

    def action_follow(self) -> None:
        self.following = True
        self.grow()

    # Keys

    def action_wrap(self) -> None:
        self.wrapped = not self.wrapped

    def action_times(self) -> None:
        self.timed = not self.timed

    def action_copy(self) -> None:
        """Copy what is selected, or else all that is shown."""
        selected = self.get_selection(self.text_selection or SELECT_ALL)
        if selected is not None:
            self.app.copy_to_clipboard(selected[0])
            self.notify(f"{selected[0].count(chr(10)) + 1:,} lines copied.", markup=False)

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
