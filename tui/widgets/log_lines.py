"""Draws those lines of a log that are on the screen: wrapped or not, with times or without."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tui.core.building.events import clip_limit
from tui.core.building.log.log import BuildLog
from tui.core.building.log.search import LogSearch
from tui.core.units import counted
from tui.core.untrusted_text import unstyled
from tui.widgets.log_line import Mark, character_at, draw, fit
from tui.widgets.log_rows import FoldedRows, LogRows, Row

MOST_COPIED = 1_000_000
"""Characters: no terminal takes more for its clipboard."""

_TIME_WIDTH = 10
_MOST_PER_COLUMN = 4  # characters: accents take no column of their own


class LogLines(ScrollView):
    """The lines of one step, or of all; as wide as the widest that has been seen.

    Places in the text, as Textual's selection has them, are the number of a line and a character of its text: they
    stay right while lines come, are dropped, or are wrapped anew.
    """

    ALLOW_SELECT = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {"log--time", "log--notice", "log--match", "log--found"}
    DEFAULT_CSS = """
    LogLines {
        height: 1fr;
        overflow-y: scroll;
        & > .log--time { color: $text-muted; }
        & > .log--notice { color: $text-warning; background: $warning-muted; }
        & > .log--match { background: $secondary-muted; color: $foreground; text-style: underline; }
        & > .log--found { background: $primary; color: $background; text-style: bold; }
    }
    """

    step: reactive[str | None] = reactive(None, init=False)
    """The step whose lines are shown; None for all."""
    wrapped: reactive[bool] = reactive(False, init=False)
    timed: reactive[bool] = reactive(False, init=False)
    """True if each line bears the seconds since the start, of the step or of the build."""
    search: reactive[LogSearch | None] = reactive(None, init=False)
    """The search whose matches are marked."""
    found: reactive[int | None] = reactive(None, init=False)
    """The number of the line where the search stands."""

    def __init__(self, log: BuildLog, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.log_shown = log
        self._rows = LogRows(log, None)
        self._above = self._widest = 0
        self._plain: Style | None = None
        self._looks: dict[str, Style] = {}

    def lay_out(self) -> None:
        """Find anew which line is on which row."""
        log, width = self.log_shown, self.size.width - self.scrollbar_size_vertical - self._gutter
        self._rows = FoldedRows(log, self.step, width) if self.wrapped else LogRows(log, self.step)
        self._above = self._rows.grow() - self._header
        self.measure()

    def take_in(self) -> int:
        """Take in what was added to the log; gives by how many rows all lines have moved up."""
        before = self._above
        self._above = self._rows.grow() - self._header
        self.measure()
        return self._above - before

    def measure(self) -> None:
        """Tell the scroll bars how much there is."""
        width = 0 if self.wrapped else self._widest + self._gutter
        size = Size(width, self._header + len(self._rows))
        if size != self.virtual_size:
            # Not by assignment: that lays out the whole screen, for each frame of a growing log.
            self.set_reactive(LogLines.virtual_size, size)
            self._scroll_update(size)
        self.refresh()

    def number_at(self, row: int) -> int | None:
        """The number of the line on this row, counted from the first; None where there is none."""
        row = max(0, row - self._header)
        return self._rows.at(row).number if row < len(self._rows) else None

    def row_of(self, number: int) -> int:
        """The first row of this line, or of the next that is shown."""
        return self._header + self._rows.row_of(number)

    @property
    def _header(self) -> int:
        """Rows above the first line: one, where it says what has been let go."""
        return 1 if self.log_shown.dropped(self.step) else 0

    @property
    def _gutter(self) -> int:
        return _TIME_WIDTH if self.timed else 0

    # Drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        # Once for all lines: the style asks every widget around this one.
        self._plain, self._looks = self.rich_style, {}
        widest = self._widest
        strips = super().render_lines(crop)
        self._plain = None
        if self._widest > widest:
            self.call_after_refresh(self.measure)
        return strips

    def render_line(self, y: int) -> Strip:
        at = self.scroll_offset.y + y - self._header
        width, style = self.size.width, self._plain or self.rich_style
        if at < 0:
            notice = style + self._look("notice")
            return fit([Segment(self._dropped, notice)], width, notice)
        if at >= len(self._rows):
            return self._placed(Strip.blank(width, style), 0, len(self.log_shown))
        row = self._rows.at(at)
        body = self._body(row, width - self._gutter, style)
        return Strip.join([self._time(row, style), body]) if self.timed else body

    def _body(self, row: Row, width: int, style: Style) -> Strip:
        line = self.log_shown.styled(row.number)
        text = unstyled(line)
        self._widest = max(self._widest, len(text) if text.isascii() else cell_len(text))
        start = row.start if self.wrapped else character_at(text, self.scroll_offset.x)
        end = min(len(text) if row.end is None else row.end, start + width * _MOST_PER_COLUMN)
        if clip_limit(text):
            style += self._look("notice")
        segments = draw(line, (start, end), style, self.app.ansi_theme, self._marks(row.number, text))
        return self._placed(fit(segments, width, style), start, row.number)

    def _placed(self, strip: Strip, start: int, number: int) -> Strip:
        """With the place of each character, unless it is drawn: only the mouse asks, for the one line it is on."""
        return strip.apply_offsets(start, number) if self._plain is None else strip

    def _marks(self, number: int, text: str) -> Iterator[Mark]:
        if self.search is not None:
            look = self._look("found" if number == self.found else "match")
            yield from (Mark(start, end, look) for start, end in self.search.spans(text))
        selection = self.text_selection
        if selection is not None and (span := selection.get_span(number)) is not None:
            end = len(text) if span[1] == -1 else span[1]
            yield Mark(span[0], end, self.screen.get_component_rich_style("screen--selection"))

    def _time(self, row: Row, style: Style) -> Strip:
        seconds = self.log_shown.seconds(row.number, self.step) if not row.start else None
        text = f"{seconds:{_TIME_WIDTH - 3}.1f}s" if seconds is not None else ""
        return fit([Segment(text, style + self._look("time"))], _TIME_WIDTH, style)

    def _look(self, name: str) -> Style:
        if name not in self._looks or self._plain is None:
            self._looks[name] = self.get_component_rich_style(f"log--{name}", partial=True)
        return self._looks[name]

    @property
    def _dropped(self) -> str:
        log = self.log_shown
        kept = f"{log.most_lines:,} lines, or {log.most_bytes // 2**20} MiB of text"
        return f"… {counted(log.dropped(self.step), 'earlier line')} dropped (the log keeps {kept})"

    # Selecting

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text of the lines that are shown; ends in a note where it is more than `MOST_COPIED`."""
        numbers = self.log_shown.numbers(self.step)
        first = bisect_left(numbers, selection.start.y) if selection.start else 0
        last = bisect_right(numbers, selection.end.y) if selection.end else len(numbers)
        lines: list[str] = []
        room = MOST_COPIED
        for at in range(first, last):
            text = self.log_shown.text(numbers[at])
            start, end = selection.get_span(numbers[at]) or (0, -1)
            lines.append(text[start : len(text) if end == -1 else end])
            room -= len(text) + 1
            if room < 0:
                lines.append(f"… ({last - at - 1:,} more lines: save the log to have them all)")
                break
        return "\n".join(lines), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()
