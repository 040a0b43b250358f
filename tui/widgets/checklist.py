"""Rows of things looked at: a mark, a name, what was found, and what to do where it is missing."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget

from tui.core.dataclass import dataclass

_WIDEST = 34
"""Columns of a name: `/run/secrets/ANACONDA_AUTH_API_KEY` stays whole."""


class Mark(Enum):
    """How a row stands: its sign and its colour."""

    GOOD = ("✓", "$text-success")
    MISSING = ("-", "$text-muted")
    BAD = ("✗", "$text-error")
    WARNING = ("!", "$text-warning")
    LOOKING = ("…", "$text-muted")
    CHANGED = ("~", "$text-accent")
    NEW = ("+", "$text-accent")


@dataclass(frozen=True)
class Row:
    """One thing that was looked at."""

    mark: Mark
    name: str
    found: str
    hint: str = ""


class Checklist(Widget):
    """A title, and rows whose names line up and whose texts wrap beside them; all of it one widget."""

    DEFAULT_CSS = "Checklist { height: auto; }"

    rows: reactive[tuple[Row, ...]] = reactive((), layout=True)

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = title

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.content_size.width))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return sum(1 for _ in self._lines(width))

    def _lines(self, width: int) -> Iterator[Content]:
        if self._title:
            yield Content.styled(self._title, "bold")
        longest = max((cell_len(row.name) for row in self.rows), default=0)
        names = min(longest, _WIDEST, max(_WIDEST // 4, width - _WIDEST // 2))  # what was found has room, too
        for row in self.rows:
            sign, colour = row.mark.value
            found = Content.styled(row.found, "" if row.mark is Mark.GOOD else colour)
            if row.hint:
                found += Content.styled(f"\n→ {row.hint}", "$text-muted")
            beside = found.wrap(max(1, width - names - 4))
            name = Content(row.name).wrap(max(1, names))
            for number in range(max(len(beside), len(name))):
                left = name[number] if number < len(name) else Content("")
                right = beside[number] if number < len(beside) else Content("")
                mark = Content.styled(sign, colour) if number == 0 else Content("")
                yield mark.pad_right(2 - mark.cell_length) + left.pad_right(names + 2 - left.cell_length) + right
