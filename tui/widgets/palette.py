"""The list of all commands, narrowed by what one types; opens at once and knows every command from the start.

Textual's own (8.2.8) gathers them in the background, and crashes on keys that come before it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input
from textual.widgets.option_list import Option

from tui.widgets.button import Button
from tui.widgets.dialogs import Dialog
from tui.widgets.option_list import OptionList

_PAGE = 8


class CommandOption(Option):
    """A line of the list; a click may come when it is not there any more."""

    def __init__(self, command: SystemCommand) -> None:
        note = Content.styled(f"  {command.help}" if command.help else "", "$text-muted")
        super().__init__(Content(command.title) + note)
        self.callback = command.callback


class Palette(Dialog[Callable[[], object] | None]):
    """Dismissed with what the chosen command does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close"),
        Binding("up", "move(-1)", "Up", show=False),
        Binding("down", "move(1)", "Down", show=False),
        Binding("pageup", f"move({-_PAGE})", "Page up", show=False),
        Binding("pagedown", f"move({_PAGE})", "Page down", show=False),
    ]

    def __init__(self, commands: Sequence[SystemCommand], placeholder: str = "Search for commands …") -> None:
        super().__init__()
        self._commands = commands
        self._placeholder = placeholder

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            with Horizontal(classes="asked"):
                yield Input(placeholder=self._placeholder, compact=True)
                yield Button("Close", compact=True)
            listed = OptionList(compact=True)
            listed.can_focus = False
            yield listed

    def on_mount(self) -> None:
        self._list([*self._commands])
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """List the commands in whose words every one of these stands, those first that are called so."""
        words = event.value.casefold().split()
        called = [one for one in self._commands if _has(one.title, words)]
        said = [one for one in self._commands if _has(f"{one.title} {one.help}", words)]
        self._list([*called, *(one for one in said if one not in called)])

    def _list(self, found: Sequence[SystemCommand]) -> None:
        listed = self.query_one(OptionList)
        listed.set_options(map(CommandOption, found))
        listed.highlighted = 0 if found else None

    def action_move(self, lines: int) -> None:
        """Highlight the command so many lines below, as far as there are any."""
        listed = self.query_one(OptionList)
        if listed.highlighted is not None:
            listed.highlighted = min(max(0, listed.highlighted + lines), listed.option_count - 1)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._take(self.query_one(OptionList).highlighted_option)

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self._take(event.option)

    def _take(self, option: Option | None) -> None:
        if isinstance(option, CommandOption):
            self.dismiss(option.callback)

    @on(Button.Pressed)
    def action_leave(self) -> None:
        self.dismiss(None)


def _has(text: str, words: Sequence[str]) -> bool:
    return all(word in text.casefold() for word in words)
