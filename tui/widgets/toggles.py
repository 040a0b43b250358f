"""A tick and a choice that are told apart without colour: Textual's own show their mark also when off."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Checkbox, RadioButton, RadioSet

from tui.widgets.button import ARROWS
from tui.widgets.option_list import Settled


class Tick(Checkbox):
    """A checkbox that is empty when off."""

    BINDINGS: ClassVar[list[BindingType]] = [*ARROWS]

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.BUTTON_INNER = _mark(self.value, "✓", " ")

    @property
    def _button(self) -> Content:
        return _boxed(self, "[]")

    def watch_value(self) -> None:
        self.BUTTON_INNER = _mark(self.value, "✓", " ")
        super().watch_value()


class Choice(RadioButton):
    """A radio button that is empty when off."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.BUTTON_INNER = _mark(self.value, "●", "○")

    @property
    def _button(self) -> Content:
        return _boxed(self, "  ")

    def watch_value(self) -> None:
        self.BUTTON_INNER = _mark(self.value, "●", "○")
        super().watch_value()


class ChoiceSet(RadioSet):
    """Choices of which one is taken; Enter goes on where it is on that one."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "enter", "Select", show=False)]

    def action_enter(self) -> None:
        """Take what is highlighted, or go on where that is taken."""
        if self._selected is not None and self._selected == self.pressed_index:
            self.post_message(Settled())
        else:
            self.action_toggle_button()


def _boxed(widget: Checkbox | RadioButton, sides: str) -> Content:
    """The mark in brackets: an edge that is a background alone is not seen in few colours."""
    style = widget.get_visual_style("toggle--button")
    return Content.styled(f"{sides[0]}{widget.BUTTON_INNER}{sides[1]}", style)


def _mark(value: bool, on: str, off: str) -> str:
    # Two classes rather than a common base: Textual gives a widget the style of its first base alone.
    return on if value else off
