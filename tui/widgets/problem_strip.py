"""The line that says what stands in the way of going on."""

from __future__ import annotations

from textual.content import Content
from textual.message import Message
from textual.reactive import reactive

from tui.core.dataclass import dataclass
from tui.core.errors import Problem
from tui.widgets.static import Static


class ProblemStrip(Static):
    """The first problem, and how many there are; a click asks to go where it is mended."""

    DEFAULT_CSS = "ProblemStrip { height: auto; max-height: 3; }"

    @dataclass
    class Clicked(Message):
        problem: Problem

    problems: reactive[tuple[Problem, ...]] = reactive(())

    def render(self) -> Content:
        if not self.problems:
            return Content("")
        more = f" (1 of {len(self.problems)})" if len(self.problems) > 1 else ""
        return Content(f"✗ {self.problems[0]}{more}")

    def watch_problems(self, problems: tuple[Problem, ...]) -> None:
        self.display = bool(problems)
        self.refresh(layout=True)

    def on_click(self) -> None:
        if self.problems:
            self.post_message(self.Clicked(self.problems[0]))
