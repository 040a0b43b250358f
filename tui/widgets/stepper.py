"""The row of steps: which there are, which is on, which are done."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui.core.dataclass import dataclass

_NUMBERED = 102
"""Columns from which on the numbers fit, which the keys go by."""
_WHOLE = 78
"""Columns that all titles take."""


class StepState(Enum):
    """How far a step is: its mark in the row, and its style."""

    AHEAD = ("·", "$text-muted")
    CURRENT = ("▶", "bold $text-accent")
    DONE = ("✓", "$text-success")
    ADVICE = ("!", "$text-warning")
    PROBLEM = ("✗", "$text-error")
    RUNNING = ("●", "$text-warning")
    SKIPPED = ("-", "$text-disabled")


@dataclass(frozen=True)
class ShownStep:
    """One step as the row shows it."""

    key: str
    title: str
    state: StepState


class Stepper(Widget):
    """All steps in one row, as much of them as its width takes; a click on one asks to go there."""

    DEFAULT_CSS = "Stepper { height: 1; text-wrap: nowrap; }"

    @dataclass
    class Selected(Message):
        """A step was clicked."""

        key: str

    steps: reactive[tuple[ShownStep, ...]] = reactive(())

    def render(self) -> Content:
        return Content("").join(text for text, _ in self._parts())

    def _parts(self) -> Iterator[tuple[Content, ShownStep | None]]:
        """The texts of the row, each with the step that it stands for."""
        width = self.content_size.width
        whole, numbered = width >= _WHOLE, width >= _NUMBERED
        for number, step in enumerate(self.steps, 1):
            mark, style = step.state.value
            if number > 1 and whole:
                yield Content(" "), None
            title = f" {number} {step.title}" if numbered else step.title if whole else ""
            yield Content.styled(f"{mark}{title}", style), step
        for number, step in enumerate(self.steps, 1):
            if step.state is StepState.CURRENT and not whole:
                yield Content(f" {number}/{len(self.steps)} "), None
                yield Content.styled(step.title, "bold"), step

    def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self)
        left = 0
        for text, step in self._parts():
            left += text.cell_length
            if at is not None and at.x < left:
                if step is not None and step.state is not StepState.SKIPPED:
                    self.post_message(self.Selected(step.key))
                return
