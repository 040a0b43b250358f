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

_NONE = "Nothing is chosen yet: type what to add, or go to a choice by the arrows; Enter does it."
_EMPTY = "Enter adds nothing yet: type it, and see here what it would do."


class LineMenu(Dialog[Fix | None]):
    """The changes that make sense; each is shown before it is made, and can be undone after.

    What is typed goes into the field at any time, and the arrows go through the choices above it. A click on a
    choice only shows it, as it may take something away.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close"),
        Binding("down", "choose(1)", show=False),
        Binding("up", "choose(-1)", show=False),
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
            choices = OptionList(*(Option(Content(choice.title)) for choice in self._choices), compact=True)
            choices.can_focus = False
            yield choices
            yield Input(placeholder=f"Add {self._what}", compact=True)
            yield Static(classes="dialog-text")
            with Horizontal(classes="moves"):
                yield Button("Close", id="close", compact=True)
                yield Button("Do it", id="do", variant="primary", compact=True)

    def on_mount(self) -> None:
        choices = self.query_one(OptionList)
        choices.display = bool(self._choices)
        if self._choices and self._choices[0].deliberate:
            choices.highlighted = None  # that takes more than Enter alone
        self.query_one(Input).focus()
        self._show()

    @on(OptionList.OptionHighlighted)
    def _show(self) -> None:
        """Show what Enter and the button would do; else that they do nothing."""
        fix, nothing = self._meant()
        self.query_one("#do", Button).disabled = fix is None
        shown = coloured_diff(fix_diff(self._text, fix)) if fix else Content.styled(nothing, "$text-muted")
        self.query_one(".dialog-text", Static).update(shown)

    def _meant(self) -> tuple[Fix | None, str]:
        """The change that is chosen, else the one that is typed; where there is none, why."""
        typed, at = self.query_one(Input).value, self.query_one(OptionList).highlighted
        if at is not None:
            return self._choices[at], ""
        if typed.strip():
            return self._add(self._text, typed), "Nothing would change by that."
        return None, _NONE if self._choices else _EMPTY

    @on(Input.Changed)
    def _typed(self) -> None:
        """Have Enter mean the text that is typed from then on, and no choice."""
        self.query_one(OptionList).highlighted = None
        self._show()

    def action_choose(self, step: int) -> None:
        """Go on by so many choices; the field stands behind the last one and before the first."""
        choices, stops = self.query_one(OptionList), len(self._choices) + 1
        at = len(self._choices) if choices.highlighted is None else choices.highlighted
        at = (at + step) % stops
        choices.highlighted = at if at < len(self._choices) else None
        self._show()

    @on(Input.Submitted)
    @on(Button.Pressed, "#do")
    def _do(self, event: Input.Submitted | Button.Pressed) -> None:
        event.stop()
        if fix := self._meant()[0]:
            self.dismiss(fix)

    @on(Button.Pressed, "#close")
    def action_leave(self) -> None:
        self.dismiss(None)
