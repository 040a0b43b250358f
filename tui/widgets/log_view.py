"""The log of a build, of one step or of all; draws only the lines that are on the screen."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tui.core.image.log import BuildLog


class LogView(ScrollView, can_focus=True):
    """Follows the end until one scrolls up; the key End follows again."""

    ALLOW_SELECT = True
    DEFAULT_CSS = "LogView { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("end", "follow", "Follow", show=False, tooltip="Go to the end and follow it"),
        Binding("home", "scroll_home", "Top", show=False),
    ]

    step: reactive[str | None] = reactive(None, init=False)
    """The step whose lines are shown; None for all."""
    following: reactive[bool] = reactive(True)

    def __init__(self, log: BuildLog, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._log = log
        self._measured = 0
        self._widest = 0

    def show(self, log: BuildLog) -> None:
        """Show another log, from its beginning."""
        self._log = log
        self._measured = self._widest = 0
        self.following = True
        self.grow()

    def grow(self) -> None:
        """Take in what was added to the log; call it once a frame, not once a line."""
        for number in range(max(self._measured, self._log.first), len(self._log)):
            self._widest = max(self._widest, len(self._log.text(number)))
        self._measured = len(self._log)
        size = Size(self._widest, len(self._log.numbers(self.step)))
        if size != self.virtual_size:
            self.virtual_size = size
        if self.following:
            self.scroll_end(animate=False, immediate=True, force=True, x_axis=False)
        self.refresh()

    def watch_step(self) -> None:
        self.following = True
        self.grow()

    def watch_scroll_y(self, old: float, new: float) -> None:
        super().watch_scroll_y(old, new)
        if new >= self.max_scroll_y:
            self.following = True
        elif new < old:
            self.following = False

    def on_resize(self) -> None:
        """A smaller view must not lose the end it followed."""
        if self.following:
            self.call_after_refresh(self.grow)

    def action_follow(self) -> None:
        self.following = True
        self.grow()

    def render_line(self, y: int) -> Strip:
        scroll_x, scroll_y = self.scroll_offset
        row = scroll_y + y
        text = self._text(row)
        style = self.rich_style
        strip = Strip(self._segments(text, row, style)).crop_extend(scroll_x, scroll_x + self.size.width, style)
        return strip.apply_offsets(scroll_x, row)

    def _text(self, row: int) -> str:
        numbers = self._log.numbers(self.step)
        return self._log.text(numbers[row]) if row < len(numbers) else ""

    def _segments(self, text: str, row: int, style: Style) -> list[Segment]:
        selection = self.text_selection
        span = selection.get_span(row) if selection is not None else None
        if span is None:
            return [Segment(text, style)]
        start, end = span
        end = len(text) if end == -1 else end
        chosen = style + self.screen.get_component_rich_style("screen--selection")
        parts = (text[:start], style), (text[start:end], chosen), (text[end:], style)
        return [Segment(part, look) for part, look in parts]

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        numbers = self._log.numbers(self.step)
        first = selection.start.y if selection.start else 0
        last = min(selection.end.y if selection.end else len(numbers) - 1, len(numbers) - 1)
        lines = [self._text(row) for row in range(first, last + 1)]
        local = Selection(
            selection.start - (0, first) if selection.start else None,
            selection.end - (0, first) if selection.end else None,
        )
        return local.extract("\n".join(lines)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()
