"""Draws a part of one line of a log: its own colours, and what is marked in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from rich.cells import cell_len, get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import TerminalTheme
from textual.strip import Strip

from tui.core.building.log.colours import spans
from tui.widgets.log_style import style_of


class Mark(NamedTuple):
    """A style for the characters from `start` up to `end` of a line; over what is there, the last on top."""

    start: int
    end: int
    style: Style


def draw(
    line: str, window: tuple[int, int], base: Style, theme: TerminalTheme, marks: Iterable[Mark] = ()
) -> list[Segment]:
    """The characters of a safe line from the first of the window up to its second."""
    pieces = []
    at, (start, end) = 0, window
    for text, look in spans(line):
        if part := text[max(0, start - at) : max(0, end - at)]:
            pieces.append((max(start, at), part, style_of(look, base, theme)))
        at += len(text)
        if at >= end:
            break
    for mark in marks:
        pieces = [part for piece in pieces for part in _marked(*piece, mark)]
    return [Segment(text, style) for _, text, style in pieces]


def _marked(at: int, text: str, style: Style, mark: Mark) -> list[tuple[int, str, Style]]:
    start, end = (min(max(place - at, 0), len(text)) for place in (mark.start, mark.end))
    if start >= end:
        return [(at, text, style)]
    cuts = (0, start, style), (start, end, style + mark.style), (end, len(text), style)
    return [(at + first, text[first:last], look) for first, last, look in cuts if first < last]


def fit(segments: list[Segment], width: int, style: Style) -> Strip:
    """So wide, no more and no less."""
    length = sum(cell_len(segment.text) for segment in segments)
    if length > width:
        return Strip(segments, length).crop(0, width)
    return Strip([*segments, Segment(" " * (width - length), style)], width)


def character_at(text: str, column: int) -> int:
    """The first character of the text that starts at this column or after it."""
    if text.isascii():
        return min(column, len(text))
    if cell_len(text) <= column:
        return len(text)
    used = 0
    for at, character in enumerate(text):
        if used >= column:
            return at
        used += get_character_cell_size(character)
    return len(text)
