"""The rail of steps: which there are, which is on, which are done."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget


class StepState(Enum):
    """How far a step is: its mark on the rail, and its style."""

    AHEAD = ("·", "$text-muted")
    CURRENT = ("▶", "bold $text-primary")
    DONE = ("✓", "$text-success")
    PROBLEM = ("✗", "$text-error")
    SKIPPED = ("-", "$text-disabled")


@dataclass(frozen=True)
class RailStep:
    """One step as the rail shows it."""

    key: str
    title: str
    state: StepState


class StepRail(Widget):
    """All steps in order, one a line; a click on one asks to go there."""

    DEFAULT_CSS = "StepRail { width: 18; height: 1fr; }"

    @dataclass
    class Selected(Message):
        """A step was clicked."""

        key: str

    steps: reactive[tuple[RailStep, ...]] = reactive(())

    def render(self) -> Content:
        lines = []
        for number, step in enumerate(self.steps, 1):
            mark, style = step.state.value
            lines.append(Content.styled(f"{mark} {number} {step.title}", style))
        return Content("\n").join(lines)

    def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self)
        if at is None or at.y >= len(self.steps):
            return
        step = self.steps[at.y]
        if step.state is not StepState.SKIPPED:
            self.post_message(self.Selected(step.key))
