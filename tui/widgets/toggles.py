"""A tick and a choice that are told apart without colour: Textual's own show their mark also when off."""

from __future__ import annotations

from typing import Any

from textual.widgets import Checkbox, RadioButton


class Tick(Checkbox):
    """A checkbox that is empty when off."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._mark()

    def watch_value(self) -> None:
        self._mark()
        super().watch_value()

    def _mark(self) -> None:
        self.BUTTON_INNER = "✓" if self.value else " "


class Choice(RadioButton):
    """A radio button that is empty when off."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._mark()

    def watch_value(self) -> None:
        self._mark()
        super().watch_value()

    def _mark(self) -> None:
        self.BUTTON_INNER = "●" if self.value else "○"
