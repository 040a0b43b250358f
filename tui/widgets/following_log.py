"""A log that keeps to its end, or to the place one looks at, whatever happens to it."""

from __future__ import annotations

from textual.message import Message
from textual.reactive import reactive

from tui.core.building.log.log import BuildLog
from tui.core.building.log.search import LogSearch
from tui.widgets.log_lines import LogLines


class FollowingLog(LogLines, can_focus=True):
    """Follows the end until one scrolls up, and again from where one has scrolled back to it."""

    class Moved(Message):
        """Other lines are shown, or they are shown otherwise."""

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, FollowingLog.Moved)

    following: reactive[bool] = reactive(True)

    def __init__(self, log: BuildLog, *, id: str | None = None) -> None:
        super().__init__(log, id=id)
        self._seen = 0
        self._brought: int | None = None

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

    def bring(self, number: int) -> None:
        """Bring a line into view, at any height of it; where the end shows it too, that is followed."""
        self._brought, self.following = number, True
        self.grow()
        if not self.scroll_y <= self.row_of(number) < self.scroll_y + self.size.height:
            self.go_to(number)

    def let_go(self) -> None:
        """Follow the end no longer."""
        if self.following:
            self._seen = self.count
            self.following = False

    # Keeping to the end, or to a place

    def _show_anew(self) -> None:
        self.found = self._brought = None
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
        if self._brought is not None:
            self.call_after_refresh(self._bring_again)
        elif self.wrapped:
            self.call_after_refresh(self._keep_place)
        elif self.following:
            self.call_after_refresh(self.grow)

    def _bring_again(self) -> None:
        self.lay_out()
        if self._brought is not None:
            self.bring(self._brought)

    def watch_following(self) -> None:
        self.post_message(self.Moved())

    def watch_scroll_y(self, old: float, new: float) -> None:
        super().watch_scroll_y(old, new)
        if new >= self.max_scroll_y:
            self.following = True
        elif new < old:
            self.let_go()
