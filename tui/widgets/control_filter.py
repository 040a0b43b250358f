"""Keeps what a terminal would obey out of everything that is drawn, whatever widget shows it."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter


class ControlFilter(LineFilter):
    """Takes out control characters and those that turn the direction of a line; columns stay where they are.

    Textual (8.2.8) draws the text of a widget as it is, and a folder's file names, values and lines are texts.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The line as it may be drawn."""
        if all(segment.control or segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment if segment.control else Segment(_seen(segment.text), segment.style) for segment in segments
        ]


def _seen(text: str) -> str:
    """The text with blanks, as wide, for what is not printable; most of that has no width."""
    return "".join(character if character.isprintable() else " " * cell_len(character) for character in text)
