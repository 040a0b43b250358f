"""Textual's list of options, safe from clicks on what is not in it any more, and with an Enter that goes on."""

from __future__ import annotations

from typing import ClassVar

from textual import events, widgets
from textual.binding import Binding, BindingType
from textual.message import Message


class Settled(Message):
    """Enter was pressed where there is nothing left to choose: the user goes on."""


class OptionList(widgets.OptionList):
    """A click names the option as it was drawn; the list may have become shorter meanwhile (Textual 8.2.8)."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "enter", "Select", show=False)]

    taken: int | None = None
    """The option that is chosen already, from which Enter goes on; None where each Enter chooses."""

    def action_enter(self) -> None:
        """Choose what is highlighted, or go on where that is chosen."""
        if self.taken is not None and self.taken == self.highlighted:
            self.post_message(Settled())
        else:
            self.action_select()

    async def _on_click(self, event: events.Click) -> None:
        clicked = event.style.meta.get("option")
        if clicked is not None and clicked >= self.option_count:
            event.prevent_default()
