"""Draws without colours where none are wanted: what stands out by its background is reversed instead."""

from __future__ import annotations

from functools import lru_cache

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_STANDS_OUT = 1.5
"""The contrast (WCAG) to black or white, whichever the screen is, above which a background says something."""


class ColourlessFilter(LineFilter):
    """Keeps bold and the like. Textual's own for NO_COLOR (8.2.8) sends greys, and no focus is seen."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The line without colours."""
        return [Segment(text, colourless(style) if style else None, control) for text, style, control in segments]


@lru_cache(2048)
def colourless(style: Style) -> Style:
    """The style in what every terminal has."""
    plain = style.without_color + Style.from_meta(style.meta)
    return plain + Style(reverse=True) if style.bgcolor and _stands_out(style.bgcolor) else plain


def _stands_out(colour: RichColor) -> bool:
    red, green, blue = colour.get_truecolor()
    luminance: float = Color(red, green, blue).brightness ** 2.2
    lighter = (luminance + 0.05) / 0.05
    darker = 1.05 / (luminance + 0.05)
    return bool(min(lighter, darker) > _STANDS_OUT)
