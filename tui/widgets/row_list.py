"""A list of a line a row, shortened where it is too long; the row that is on is there in full."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.css.styles import RulesMap
from textual.screen import Screen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widgets.option_list import Option

from tui.widgets.option_list import OptionList

_LOW = 28
"""Rows of a screen below which it is small."""


def fitting(screen: Screen[object], low_and_high: tuple[int, int]) -> int:
    """The number for a small screen, or that for another one."""
    return low_and_high[screen.size.height >= _LOW]


class Row(Visual):
    """Words behind a head, which further lines stand behind, too."""

    def __init__(self, head: Content, words: Content, *, whole: bool = False) -> None:
        self._head, self._words, self._whole = head, words, whole

    def __str__(self) -> str:
        return f"{self._head}{self._words}"

    def shown(self, *, whole: bool) -> Row:
        """The same in full, or in a line."""
        return Row(self._head, self._words, whole=whole)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return (self._head + self._words).cell_length

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self.lines(width)

    def lines(self, width: int) -> int:
        """How many it takes in so many columns."""
        return len(self._lines(width))

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        return Content("\n").join(self._lines(width)).render_strips(width, height, style, options)

    def _lines(self, width: int) -> list[Content]:
        room = max(1, width - self._head.cell_length)
        if not self._whole:
            return [self._head + self._words.truncate(room, ellipsis=True)]
        first, *others = self._words.wrap(room) or [Content("")]
        return [self._head + first, *(line.pad_left(self._head.cell_length) for line in others)]


class RowList(OptionList):
    """Rows to choose one of; as high as `most` allows, or as the row that is on takes."""

    DEFAULT_CSS = "RowList { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }"

    def __init__(self, *, most: tuple[int, int], id: str | None = None) -> None:
        super().__init__(id=id, compact=True)
        self._most = most  # lines of rows on a small screen, and on another one
        self._rows: tuple[Row, ...] = ()
        self._whole: int | None = None  # the row that is in full

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these; none of them is on."""
        self._rows, self._whole = tuple(rows), None
        self.set_options(Option(row) for row in rows)

    def watch_highlighted(self, highlighted: int | None) -> None:
        for number in (self._whole, highlighted):
            if number is not None and number < self.option_count:
                row = self._rows[number].shown(whole=number == highlighted)
                self.replace_option_prompt_at_index(number, row)
        self._whole = highlighted
        self.on_resize()
        self.refresh(layout=True)
        super().watch_highlighted(highlighted)

    def on_resize(self) -> None:
        """Have room for all of the row that is on, and the title."""
        width = self.scrollable_content_region.width
        if self.highlighted is not None and width:
            whole = self._rows[self.highlighted].shown(whole=True).lines(width)
            self.styles.max_height = max(whole, fitting(self.screen, self._most)) + 1
