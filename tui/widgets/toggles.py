"""A tick and a choice that are told apart without colour: Textual's own show their mark also when off."""

from __future__ import annotations

from typing import Any

from textual.widgets import Checkbox, RadioButton


class Tick(Checkbox):
    """A checkbox that is empty when off."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.BUTTON_INNER = _mark(self.value, "✓", " ")

    def watch_value(self) -> None:
        self.BUTTON_INNER = _mark(self.value, "✓", " ")
        super().watch_value()


class Choice(RadioButton):
    """A radio button that is empty when off."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.BUTTON_INNER = _mark(self.value, "●", "○")

    def watch_value(self) -> None:
        self.BUTTON_INNER = _mark(self.value, "●", "○")
        super().watch_value()


def _mark(value: bool, on: str, off: str) -> str:
    # Two classes rather than a common base: Textual gives a widget the style of its first base alone.
    return on if value else off
