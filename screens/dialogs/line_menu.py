"""The edits of one line of environment.yml, to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input
from textual.widgets.option_list import Option

from tui.core.environment.edits import Fix, fix_diff
from tui.widgets.button import Button
from tui.widgets.dialogs import Dialog, coloured_diff
from tui.widgets.option_list import OptionList
from tui.widgets.static import Static


class LineMenu(Dialog[Fix | None]):
    """The changes that make sense; each is shown before it is made, and can be undone after."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Close")]

    def __init__(
        self, text: str, choices: Sequence[Fix], add: Callable[[str, str], Fix | None], what: str
    ) -> None:
        """`add` makes the change that adds something to the text, `what` says what."""
        super().__init__()
        self._text = text
        self._choices = choices
        self._add = add
        self._what = what

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Edit this line", classes="dialog-title", markup=False)
            yield OptionList(*(Option(Content(choice.title)) for choice in self._choices), compact=True)
            yield Input(placeholder=f"Add {self._what}", compact=True)
            yield Static(classes="dialog-text")
            with Horizontal(classes="moves"):
                yield Button("Close", id="close", compact=True)

    def on_mount(self) -> None:
        self.query_one(OptionList).display = bool(self._choices)
        self.query_one(OptionList if self._choices else Input).focus()
        if self._choices and self._choices[0].deliberate:
            self.query_one(OptionList).highlighted = None  # that takes more than Enter alone

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self._show(self._choices[event.option_index])

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._show(self._add(self._text, event.value))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if fix := self._add(self._text, event.value):
            self.dismiss(fix)

    def _show(self, fix: Fix | None) -> None:
        diff = coloured_diff(fix_diff(self._text, fix)) if fix else Content("")
        self.query_one(".dialog-text", Static).update(diff)

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._choices[event.option_index])

    @on(Button.Pressed)
    def action_leave(self) -> None:
        self.dismiss(None)
