"""The end of what a terminal shows: lines that are drawn again and again, as wide and as high as it is then."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterator

from tui.core.untrusted_text import unstyled

# Synchronised output: no frame is seen half drawn. Terminals that do not know it pass it over.
_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"


class Frame:
    """Lines on stderr that the next ones replace.

    The cursor is never hidden and no mode stays set, so that nothing is to be put right however condock ends.
    """

    def __init__(self) -> None:
        self._drawn: list[int] = []  # the columns of each line

    @property
    def drawn(self) -> bool:
        """True if there are lines that the next ones will replace."""
        return bool(self._drawn)

    def draw(self, above: list[str], below: list[str]) -> None:
        """Put lines that stay above, and replace those below; none of these may be wider than the terminal."""
        columns, rows = size()
        # A terminal that was made narrower has wrapped what stood there.
        up = min(sum(max(1, -(-width // columns)) for width in self._drawn), rows - 1)
        back = f"\x1b[{up}F" if up else ""
        lines = "".join(f"{line}\x1b[K\n" for line in (*above, *below))
        self._drawn = [columns_of(unstyled(line)) for line in below]
        try:
            sys.stderr.write(f"{_BEGIN}{back}{lines}\x1b[J{_END}")
            sys.stderr.flush()
        except BlockingIOError:
            pass  # a terminal that is stopped (Ctrl+S): the next frame shows it all


def size() -> tuple[int, int]:
    """Columns and rows of the terminal as it is now; 80 and 24 where it does not say."""
    try:
        columns, rows = os.get_terminal_size(sys.stderr.fileno())
    except OSError:
        columns, rows = 0, 0
    return columns or 80, rows or 24


def columns_of(text: str) -> int:
    """How many columns a terminal takes for a printable text."""
    return len(text) if text.isascii() else sum(map(_columns, text))


def clipped(text: str, columns: int) -> str:
    """The text, or as much of it as fits, with an ellipsis behind."""
    if columns_of(text) <= columns:
        return text
    kept, room = "", columns - 1
    for character in text:
        room -= _columns(character)
        if room < 0:
            break
        kept += character
    return f"{kept}…" if columns > 0 else ""


def wrapped(text: str, columns: int) -> str:
    """The text with lines that fit, broken between words; what follows a break is indented as its line is."""
    return "\n".join(row for line in text.split("\n") for row in _rows(line, columns))


def _rows(line: str, columns: int) -> Iterator[str]:
    indent = line[: len(line) - len(line.lstrip(" "))]
    row = ""
    for word in line[len(indent) :].split(" "):
        longer = f"{row} {word}" if row else f"{indent}{word}"
        if row and columns_of(longer) > columns:
            yield row
            longer = f"{indent}{word}"
        row = longer
    yield row


def _columns(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
