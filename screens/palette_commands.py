"""All that can be done on the steps, for the list of commands."""

from __future__ import annotations

from collections.abc import Iterator

from textual.binding import Binding

from screens.step_screen import StepScreen
from tui.core.dataclass import dataclass


@dataclass(frozen=True)
class StepCommand:
    """Something that is done on one step."""

    title: str
    about: str
    action: str


def step_commands(kind: type[StepScreen], *, is_here: bool) -> Iterator[StepCommand]:
    """The actions of a step of this kind: its button first, then its keys, then its other buttons.

    Those of another step are called by its title, so that who types it is led there first.
    """
    of = "" if is_here else f"{kind.step.title}: "
    if kind.next_label != StepScreen.next_label:
        yield StepCommand(f"{of}{kind.next_label}", kind.step.summary, "press('next')")
    for binding in kind.__dict__.get("BINDINGS", ()):
        if isinstance(binding, Binding) and binding.show:
            yield StepCommand(f"{of}{binding.description}", binding.tooltip, binding.action)
    for id, label in kind.buttons.items():
        yield StepCommand(f"{of}{label}", "", f"press('{id}')")


async def run_command(screen: StepScreen, command: StepCommand) -> None:
    """Do it, once the step is shown; where it cannot be done now, say so."""
    name = command.action.partition("(")[0]
    allowed = screen.can_press(command.action[7:-2]) if name == "press" else screen.check_action(name, ())
    if allowed:
        await screen.run_action(command.action)
    else:
        reason = f" {screen.problems[0]}" if screen.problems else ""
        screen.notify(f"{command.title}: not now.{reason}", severity="warning", markup=False)
