"""The part that a step of the wizard fills into the frame that all of them stand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.events import Key

from tui.core.errors import ExitCode, Problem
from tui.core.project import Project
from tui.core.steps import Step, step_problems


class StepContent:
    """All of it may be left as it is."""

    step: ClassVar[Step]
    next_label: ClassVar[str] = "Next"
    has_companion: ClassVar[bool] = True
    """True if the Dockerfile stands beside it, where there is room."""
    shows_doubt: ClassVar[bool] = False
    """True if its body says what a build failed at there."""
    first_focus: ClassVar[str] = ""
    """The first that is seen of these has the focus when the step is shown for the first time; empty for any."""
    buttons: ClassVar[Mapping[str, str]] = {}
    """The ids of buttons that no key presses, with what they do."""

    def compose_body(self) -> ComposeResult:
        """The widgets of this step."""
        yield from ()

    def show(self, project: Project) -> None:
        """Bring the widgets up to date with the project and its `problems`; called after every change of it."""

    def look_around(self) -> None:
        """Look for what is outside and this step alone needs; called when it is shown for the first time."""

    def find_problems(self, project: Project) -> Iterable[Problem]:
        """The problems in the way of going on."""
        return step_problems(self.step, project)

    def press_next(self) -> None:
        """Do what the button does: as ctrl+n, but where that would stop what runs."""
        self.action_next()

    def expect(self, key: Key) -> None:
        """Put the focus where this key is to go, before it is given to what has the focus."""

    def flush(self) -> None:
        """Hand on what was typed and is still held back."""

    def typed(self, project: Project) -> Project:
        """The project with what was typed here, also where it was not handed on yet."""
        return project

    def come_back(self) -> None:
        """Be as one wants it who comes to this step again; called before it is shown."""

    def resume(self) -> None:
        """Be ready to go on with what was in the way; called where the user comes back from mending it."""

    def quit_question(self) -> str:
        """A sentence on what leaving condock now would lose; empty where nothing would be lost."""
        return ""

    def outcome(self) -> tuple[ExitCode, str]:
        """The outcome of this step, for the normal terminal."""
        return ExitCode.DONE, ""

    def action_next(self) -> None:
        """Go on to the next step."""
