"""Contrast as WCAG 2.2 measures it, of all that stands on a screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.color import Color, ColorSystem
from textual.screen import Screen

EDGES = frozenset("─│╭╮╰╯┃━╸╺▁▂▃▄▅▆▇█▏▎▍▌▐▔▕┌┐└┘▊▋╶╴┆")


@dataclass(frozen=True)
class Pair:
    """A text of one colour on another, with how far they are apart: from 1, where both are alike, to 21."""

    text: str
    front: tuple[int, int, int]
    back: tuple[int, int, int]

    @property
    def contrast(self) -> float:
        darker, lighter = sorted((luminance(self.front), luminance(self.back)))
        return (lighter + 0.05) / (darker + 0.05)

    @property
    def enough(self) -> bool:
        """Texts need 4.5, edges 3."""
        return self.contrast >= (3.0 if set(self.text) <= EDGES else 4.5)


def luminance(colour: tuple[int, int, int]) -> float:
    parts = (part / 255 for part in colour)
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def pairs(screen: Screen[Any], system: ColorSystem = ColorSystem.TRUECOLOR) -> Iterator[Pair]:
    """All that is drawn on a screen, as a terminal of this colour system shows it."""
    for strip in screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            if segment.text.strip() and style and style.color and style.bgcolor and not style.dim:
                front, back = _shown(style.color, system), _shown(style.bgcolor, system)
                yield Pair(segment.text.strip(), *((back, front) if style.reverse else (front, back)))


def _shown(colour: Color, system: ColorSystem) -> tuple[int, int, int]:
    red, green, blue = colour.downgrade(system).get_truecolor()
    return red, green, blue
