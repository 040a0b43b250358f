"""A row of a list: a line, shortened where it is too long, or all of it in lines below each other."""

from __future__ import annotations

from textual.content import Content
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual


class Row(Visual):
    """Words behind a head, which further lines stand behind, too."""

    def __init__(self, head: Content, words: Content, *, whole: bool) -> None:
        self._head, self._words, self._whole = head, words, whole

    def __str__(self) -> str:
        return f"{self._head}{self._words}"

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return (self._head + self._words).cell_length

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self.rows(width)

    def rows(self, width: int) -> int:
        """Lines that it takes in so many columns."""
        return len(self._lines(width))

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        return Content("\n").join(self._lines(width)).render_strips(width, height, style, options)

    def _lines(self, width: int) -> list[Content]:
        room = max(1, width - self._head.cell_length)
        if not self._whole:
            return [self._head + self._words.truncate(room, ellipsis=True)]
        first, *others = self._words.wrap(room) or [Content("")]
        return [self._head + first, *(line.pad_left(self._head.cell_length) for line in others)]
