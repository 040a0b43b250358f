"""What can be done with one line of environment.yml, to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.core.environment.edits import Fix, fix_diff
from tui.widgets.dialogs import coloured_diff


class LineMenu(ModalScreen[Fix | None]):
    """The changes that make sense; each is shown before it is made, and can be undone after."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Close")]

    def __init__(self, text: str, choices: Sequence[Fix]) -> None:
        super().__init__()
        self._text = text
        self._choices = choices

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Edit this line", classes="dialog-title", markup=False)
            yield OptionList(*(Option(Content(choice.title)) for choice in self._choices), compact=True)
            yield Static(classes="dialog-text")

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        diff = coloured_diff(fix_diff(self._text, self._choices[event.option_index]))
        self.query_one(".dialog-text", Static).update(diff)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._choices[event.option_index])

    def action_leave(self) -> None:
        self.dismiss(None)
