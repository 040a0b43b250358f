"""Textual's button with the few rules that a compact one needs, instead of the sixty for all its looks."""

from __future__ import annotations

from typing import ClassVar

from textual import widgets
from textual.binding import Binding, BindingType

ARROWS: tuple[BindingType, ...] = (
    Binding("down", "app.focus_next", show=False),
    Binding("up", "app.focus_previous", show=False),
)
"""For what has no use of its own for these keys: as on every form, they go from one to the next."""


class Button(widgets.Button, inherit_css=False):
    """To read the rules of Textual's own (8.2.8) is a quarter of what all sheets of a first frame take."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", "Press", show=False),
        Binding("right", "app.focus_next", show=False),  # they stand beside each other, too
        Binding("left", "app.focus_previous", show=False),
        *ARROWS,
    ]
    DEFAULT_CSS: ClassVar[str] = """
    Button {
        width: auto;
        height: auto;
        line-pad: 1;
        text-align: center;
        content-align: center middle;
        text-style: bold;
        pointer: pointer;
        &:disabled { pointer: not-allowed; }
        &.-active { tint: $background 30%; }
    }
    """
