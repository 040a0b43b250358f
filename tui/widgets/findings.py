"""What was found in a text, as a list to go through."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.core.errors import Problem


class Findings(OptionList):
    """Problems first, then advice; choosing one asks to go there."""

    DEFAULT_CSS = "Findings { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }"

    @dataclass
    class Chosen(Message):
        problem: Problem

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True)
        self._found: tuple[Problem, ...] = ()

    def show(self, problems: tuple[Problem, ...], advice: tuple[Problem, ...]) -> None:
        """Show these; nothing is drawn anew while they are the same."""
        self.display = bool(problems or advice)
        if (*problems, *advice) != self._found:
            self._found = (*problems, *advice)
            marks = [("✗ ", "$text-error")] * len(problems) + [("! ", "$text-warning")] * len(advice)
            self.set_options(
                Option(Content.styled(*mark) + Content(str(found)))
                for mark, found in zip(marks, self._found, strict=True)
            )

    @property
    def current(self) -> Problem | None:
        """The one that is highlighted, or else the first."""
        return self._found[self.highlighted or 0] if self._found else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(self._found[event.option_index]))
