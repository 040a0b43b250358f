"""The way to the widget in which a value of the plan is changed."""

from __future__ import annotations

from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widget import Widget

from tui.widgets.field import field_id
from tui.widgets.fold import Fold


def focus_field(screen: Screen[None], name: str) -> bool:
    """Put the focus into the field of this name, unfolded; False where none is shown."""
    try:
        widget = screen.query_one(f"#{field_id(name)}", Widget)
    except NoMatches:
        return False
    for fold in screen.query(Fold):
        fold.unfold_to(widget)
    if not widget.display:  # keys would go where nobody sees them; a tab that it is in comes up with it
        return False
    widget.focus()
    return True


def focus_choice(screen: Screen[None], name: str) -> None:
    """Put the focus into the list in which this value is chosen; where there is none, into its field."""
    if not focus_field(screen, f"{name}.choice"):
        focus_field(screen, name)
