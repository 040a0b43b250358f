"""Textual's list of options, safe from clicks on what is not in it any more."""

from __future__ import annotations

from textual import events, widgets


class OptionList(widgets.OptionList):
    """A click names the option as it was drawn; the list may have become shorter meanwhile (Textual 8.2.8)."""

    async def _on_click(self, event: events.Click) -> None:
        clicked = event.style.meta.get("option")
        if clicked is not None and clicked >= self.option_count:
            event.prevent_default()
