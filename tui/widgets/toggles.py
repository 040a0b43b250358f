"""A tick and a choice that are told apart without colour: Textual's own show their mark also when off."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.widgets import Checkbox, RadioButton
from textual.widgets._toggle_button import ToggleButton


class _Marked(ToggleButton):
    """Shows one mark when on and another when off."""

    ON: ClassVar[str]
    OFF: ClassVar[str]

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._mark()

    def watch_value(self) -> None:
        self._mark()
        super().watch_value()

    def _mark(self) -> None:
        self.BUTTON_INNER = self.ON if self.value else self.OFF


class Tick(_Marked, Checkbox):
    """A checkbox that is empty when off."""

    ON = "✓"
    OFF = " "


class Choice(_Marked, RadioButton):
    """A radio button that is empty when off."""

    ON = "●"
    OFF = "○"
