"""The Dockerfile as it stands, beside the step that one is in: its lines are marked, without colour too."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import TypeAlias

from textual.content import Content
from textual.geometry import Region
from textual.reactive import reactive
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

Lines: TypeAlias = Sequence[tuple[str, bool]]

_HEAD = "Dockerfile, as it stands"
_HINT = "f7 hides"
_HEAD_ROWS = 2  # with the empty one
_ABOVE = 2  # lines shown before the first one that is marked


class Companion(Widget, can_focus=False):
    """Lines, each with whether it is this step's; those that there is room for, from before the first such."""

    DEFAULT_CSS = "Companion { height: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }"

    lines: reactive[Lines] = reactive[Lines]((), repaint=False)

    def watch_lines(self, before: Lines, lines: Lines) -> None:
        """Draw what is another row now: to draw all of them takes longer than all else that a key does."""
        rows = enumerate(zip_longest(self._seen(before), self._seen(lines)), _HEAD_ROWS)
        if changed := [Region(0, row, self.content_size.width, 1) for row, (one, other) in rows if one != other]:
            self.refresh(*changed)

    def render(self) -> Content:
        return Content("\n").join(self._row(row) for row in range(_HEAD_ROWS + len(self._seen(self.lines))))

    def render_line(self, y: int) -> Strip:
        if self.text_selection is not None:
            return super().render_line(y)
        strips = Visual.to_strips(self, self._row(y), self.size.width, 1, self.visual_style)
        return strips[0].apply_offsets(0, y)

    def _seen(self, lines: Lines) -> Lines:
        """Those that there is room for."""
        room = max(1, self.content_size.height - _HEAD_ROWS)
        first = next((number for number, (_, own) in enumerate(lines) if own), 0)
        start = max(0, min(first - _ABOVE, len(lines) - room))
        return lines[start : start + room]

    def _row(self, row: int) -> Content:
        width, seen = self.content_size.width, self._seen(self.lines)
        if row == 0:
            hint = f"{_HINT:>{max(0, width - len(_HEAD))}}"
            return Content.styled(_HEAD, "bold") + Content.styled(hint, "$text-muted")
        if not 0 <= row - _HEAD_ROWS < len(seen):
            return Content("")
        text, own = seen[row - _HEAD_ROWS]
        mark = Content.styled("┃ ", "$text-accent") if own else Content("  ")
        line = Content(text).truncate(max(1, width - 2), ellipsis=True)
        return mark + line.stylize("bold" if own else "$text-muted")
