"""The line that says what stands in the way of going on."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive

from tui.core.dataclass import dataclass
from tui.core.errors import Problem
from tui.widgets.static import Static

_MOST_ROWS = 5
"""A field with what is wrong with it has room beside as many, also in a terminal of 20 rows."""
_CUT = " … f1 has all of it"


class ProblemStrip(Static):
    """The first problem, and how many there are; a click asks to go where it is mended."""

    DEFAULT_CSS = "ProblemStrip { height: auto; }"

    @dataclass
    class Clicked(Message):
        problem: Problem

    problems: reactive[tuple[Problem, ...]] = reactive(())
    doubt: reactive[Problem | None] = reactive(None)
    """The failure of a build, which is said where nothing is in the way."""

    @property
    def said(self) -> tuple[Problem, ...]:
        """All of it, the first of which is shown."""
        return self.problems or ((self.doubt,) if self.doubt else ())

    def render(self) -> Content:
        return _fitting(self._words, self._more, self.content_size.width or 80)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return _fitting(self._words, self._more, width).get_height({}, width)

    @property
    def _words(self) -> str:
        return f"✗ {self.problems[0]}" if self.problems else f"✗ Last time: {self.doubt}" if self.doubt else ""

    @property
    def _more(self) -> str:
        return f" (1 of {len(self.problems)})" if len(self.problems) > 1 else ""

    def watch_problems(self) -> None:
        self.display = bool(self._words)
        self.refresh(layout=True)

    def watch_doubt(self) -> None:
        self.watch_problems()

    def on_click(self) -> None:
        if self.said:
            self.post_message(self.Clicked(self.said[0]))


def _fitting(words: str, more: str, width: int) -> Content:
    """All of it where there is room; else up to a word, and the key that shows the rest."""
    fitting = Content(words + more)
    while words and fitting.get_height({}, max(1, width)) > _MOST_ROWS:
        words = words[:-1].rpartition(" ")[0]
        fitting = Content(words + _CUT + more)
    return fitting
