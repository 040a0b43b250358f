"""The edits of one line of environment.yml, to choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import DescendantFocus
from textual.widgets import Input
from textual.widgets.option_list import Option

from tui.core.environment.edits import Fix, fix_diff
from tui.widgets.button import Button
from tui.widgets.dialogs import Dialog, coloured_diff
from tui.widgets.option_list import OptionList
from tui.widgets.static import Static

_NONE = "Nothing is chosen yet: the arrows go to a choice, and Enter does it."
_TYPE = ": type it, and see here what it would do."


class LineMenu(Dialog[Fix | None]):
    """The changes that make sense; each is shown before it is made, and can be undone after."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close"),
        Binding("down", "choose(False)", show=False),
        Binding("up", "choose(True)", show=False),
    ]

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
        choices = self.query_one(OptionList)
        choices.display = bool(self._choices)
        if self._choices and self._choices[0].deliberate:
            choices.highlighted = None  # that takes more than Enter alone
        (choices if self._choices else self.query_one(Input)).focus()
        self._show()

    @on(OptionList.OptionHighlighted)
    @on(Input.Changed)
    @on(DescendantFocus)
    def _show(self) -> None:
        """Show what Enter would do, where the focus is; else that it does nothing."""
        fix, nothing = self._meant()
        shown = coloured_diff(fix_diff(self._text, fix)) if fix else Content.styled(nothing, "$text-muted")
        self.query_one(".dialog-text", Static).update(shown)

    def _meant(self) -> tuple[Fix | None, str]:
        """The change that Enter would make; where it makes none, why."""
        typed, at = self.query_one(Input), self.query_one(OptionList).highlighted
        if isinstance(self.focused, Button):
            return None, ""
        if self.focused is typed:
            nothing = "Nothing would change by that." if typed.value.strip() else f"Enter adds nothing yet{_TYPE}"
            return self._add(self._text, typed.value), nothing
        return (self._choices[at], "") if at is not None else (None, _NONE)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if fix := self._add(self._text, event.value):
            self.dismiss(fix)

    def action_choose(self, from_end: bool) -> None:
        """Go from the field to the choices above it: down to the first of them, up to the last."""
        if self._choices:
            choices = self.query_one(OptionList)
            choices.highlighted = len(self._choices) - 1 if from_end else 0
            choices.focus()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._choices[event.option_index])

    @on(Button.Pressed)
    def action_leave(self) -> None:
        self.dismiss(None)
