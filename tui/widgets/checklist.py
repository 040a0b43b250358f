"""Rows of things looked at: a mark, a name, what was found, and what to do where it is missing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

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


class Checklist(Vertical):
    """A title, and rows whose names line up and whose texts wrap beside them."""

    DEFAULT_CSS = """
    Checklist {
        height: auto;
        & Horizontal { height: auto; }
        & .sign { width: 2; }
        & .name { padding-right: 2; }
        & .found { width: 1fr; height: auto; }
    }
    """

    rows: reactive[tuple[Row, ...]] = reactive((), recompose=True)

    def __init__(self, title: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._title = title

    def compose(self) -> ComposeResult:
        if self._title:
            yield Static(Content.styled(self._title, "bold"))
        width = max((len(row.name) for row in self.rows), default=0)
        for row in self.rows:
            sign, colour = row.mark.value
            with Horizontal():
                yield Static(Content.styled(sign, colour), classes="sign")
                name = Static(Content(row.name), classes="name")
                name.styles.width = min(width, _WIDEST) + 2
                yield name
                found = Content.styled(row.found, "" if row.mark is Mark.GOOD else colour)
                hint = Content.styled(f"\n→ {row.hint}", "$text-muted") if row.hint else Content("")
                yield Static(found + hint, classes="found")
