"""Keys that edit a text, taken in the order in which they come."""

from __future__ import annotations

from textual.events import Key
from textual.widget import Widget


async def act_at_once(widget: Widget, event: Key) -> None:
    """Do what a key is bound to in this widget: Textual (8.2.8) does it behind the letters that come after it."""
    for binding in widget._bindings.key_to_bindings.get(event.key, ()):
        if await widget.app.run_action(binding.action, widget):
            event.stop()
            event.prevent_default()
            return
