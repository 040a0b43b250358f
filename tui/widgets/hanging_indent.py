"""Code in lines that fit: what goes on does so indented, no word is broken that need not be, no `\\` is alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual.content import Content
from textual.geometry import Size

from tui.widgets.static import Static

_INDENT = 4
_AFTER = (",&", "/", "=")
"""The signs that a word wider than a line is broken behind: those of the first group that has one in it."""


def deeper(line: str) -> int:
    """The indent of what goes on from a line of code: its own and a bit more."""
    return len(line) - len(line.lstrip()) + _INDENT


def last_column(line: str) -> int:
    """The indent of what goes on from a row: where its last column begins, with two spaces or more before each."""
    return line.rstrip().rfind("  ") + 2 if "  " in line.rstrip() else 0


def hang(code: Content, width: int, indent: Callable[[str], int] = deeper) -> Content:
    """The same code in lines of so many characters at the most; `indent` is that of what goes on from a line."""
    lines = code.split("\n", allow_blank=True)
    return Content("\n").join(
        part for line in lines for part in _lines(line, width, min(indent(line.plain), max(0, width // 2)))
    )


def _lines(line: Content, width: int, indent: int) -> Iterator[Content]:
    room, before = max(1, width), ""
    while len(line.plain) > room:
        left, right = _cut(line.plain, room)
        yield Content(before) + line[:left]
        line, room, before = line[right:], max(1, width - indent), " " * indent
    yield Content(before) + line


def _cut(text: str, room: int) -> tuple[int, int]:
    """The end of what fits, and where the rest begins: behind a space, or within a word."""
    begun = len(text) - len(text.lstrip())
    at = text.rfind(" ", begun + 1, room + 1)
    if at > 0 and text[at + 1 :].strip() == "\\":
        at = text.rfind(" ", begun + 1, at)
    if at > 0:
        return at, at + 1
    ends = (max(text.rfind(sign, begun + 1, room) for sign in signs) + 1 for signs in _AFTER)
    at = next(filter(None, ends), room)
    return at, at


class Code(Static):
    """Code that is broken into lines where it is shown; what it was given is what is copied."""

    indent = staticmethod(deeper)

    def render(self) -> Content:
        return hang(self._given, self.content_size.width or 80, self.indent)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(hang(self._given, width, self.indent).split("\n", allow_blank=True))

    @property
    def _given(self) -> Content:
        given = self.content
        return given if isinstance(given, Content) else Content(str(given))


class Columns(Code):
    """Rows of columns."""

    indent = staticmethod(last_column)
