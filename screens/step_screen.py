"""A step of the wizard in its frame: the project that it shows, what is in the way, and the moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import var
from textual.widgets import Input

from screens.frame import WIDE, Frame
from screens.parts.focus import focus_field
from tui.core.claims import Unagreed
from tui.core.dataclass import dataclass
from tui.core.errors import Problem
from tui.core.project import Project
from tui.core.trust.claim import Claim
from tui.widgets.button import Button
from tui.widgets.field import Field
from tui.widgets.key_bar import KeyBar
from tui.widgets.option_list import Settled
from tui.widgets.problem_strip import ProblemStrip
from tui.widgets.stepper import ShownStep


class StepScreen(Frame):
    """One step of the wizard. Shows `project`, and asks for changes of it by messages."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "next", "Next", id="step.next", tooltip="Go on to the next step", priority=True),
        Binding("escape", "back", "Back", id="step.back", tooltip="Back; nothing typed is lost"),
        Binding(
            "ctrl+r",
            "look",
            "Recheck",
            id="step.look",
            tooltip="Look again at the folder, for Docker and for the key",
        ),
        Binding("f2", "mend", "Mend", id="step.mend", tooltip="Go to what is in the way"),
    ]

    @dataclass
    class Edited(Message):
        """The user changed something: apply this to the project."""

        change: Callable[[Project], Project]

    class Completed(Message):
        """The user goes on."""

    class Returned(Message):
        """The user goes back."""

    class LookRequested(Message):
        """The user has changed something outside and wants it noticed."""

    @dataclass
    class TrustRequested(Message):
        """The user wants to be asked about this claim."""

        claim: Claim

    @dataclass
    class Agreed(Message):
        """The user agreed to these claims."""

        claims: tuple[Claim, ...]

    @dataclass
    class MendRequested(Message):
        """The user wants to go to another step, and to mend a problem there."""

        step: str
        problem: Problem | None
        then: str = ""
        """The step to come to, and to go on with, once nothing is in the way; empty to stay."""

    project: var[Project | None] = var(None, init=False)
    problems: var[tuple[Problem, ...]] = var((), init=False)

    def __init__(self, project: Project, steps: tuple[ShownStep, ...]) -> None:
        super().__init__()
        self.set_reactive(StepScreen.title, self.step.title)
        self.is_ready = False  # until the widgets are there; a step's own on_mount runs before
        self.set_reactive(StepScreen.project, project)
        self.set_reactive(StepScreen.steps, steps)

    # What it shows

    def on_mount(self) -> None:
        self.is_ready = True
        self.query_one(KeyBar).labels = {"next": self.next_label}
        self.watch_project(self.current)

    def on_resize(self) -> None:
        if self.is_ready:
            self.accompany(self.current)
            self.refresh_bindings()

    @property
    def current(self) -> Project:
        """The project, which a step always has."""
        if self.project is None:
            raise RuntimeError("a step is shown with a project")
        return self.project

    def watch_project(self, project: Project | None) -> None:
        if project is None or not self.is_ready or not self.children:  # they go before the screen does
            return
        self.head(project)
        self.problems = tuple(self.find_problems(project))
        self.show(project)
        self.accompany(project)

    def watch_problems(self, before: tuple[Problem, ...], problems: tuple[Problem, ...]) -> None:
        for field in self.query(Field):
            field.problem = next((problem.message for problem in problems if problem.field == field.name), "")
        self.query_one("#next", Button).disabled = bool(problems)
        self.query_one(ProblemStrip).problems = problems
        if bool(before) != bool(problems):
            self.regain_focus()
            self.refresh_bindings()  # makes the footer anew, which is not cheap

    # Edits

    def edit(self, section: str, **values: object) -> None:
        """Ask for a change of one section of the plan."""
        self.post_message(self.Edited(lambda project: project.change(section, **values)))

    @on(Field.Changed)
    def _field_changed(self, event: Field.Changed) -> None:
        section, _, name = (event.field.name or "").partition(".")
        if name:
            self.edit(section, **{name: _meant(self.current, section, name, event.value)})

    def typed(self, project: Project) -> Project:
        for field in self.query(Field):
            section, _, name = (field.name or "").partition(".")
            if name:
                project = project.change(section, **{name: _meant(project, section, name, field.value)})
        return project

    # Moves

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "next":
            return None if self.problems else True
        if action == "mend":
            return True if self.problems or self.doubt else None
        if action == "toggle_companion":
            return self.has_companion and self.size.width >= WIDE
        if action == "stop_build":
            return bool(self.building)
        if action == "back":
            return not self.is_first
        return True

    # A handler is found by its class, an action by its name: so an action can be overridden, and is called here.
    @on(Button.Pressed, "#next")
    @on(Settled)
    def _next_pressed(self) -> None:
        """Go on; or to what is in the way, which a list does not bar as it does the button."""
        if self.query_one("#next", Button).disabled:
            self.action_mend()
        else:
            self.press_next()

    @on(Button.Pressed, "#back")
    def _back_pressed(self) -> None:
        self.action_back()

    @on(ProblemStrip.Clicked)
    def _problem_clicked(self) -> None:
        self.action_mend()

    def action_next(self) -> None:
        self._flush()
        if not self.problems:
            self.post_message(self.Completed())

    def action_back(self) -> None:
        self._flush()
        self.post_message(self.Returned())

    def _flush(self) -> None:
        if self.is_ready:  # a key can come before the widgets do
            self.flush()

    @on(Input.Submitted)
    def _next_field(self, event: Input.Submitted) -> None:
        """Go on from a field, but not from one in which something is wrong: keys would go astray."""
        field = event.input.parent
        if isinstance(field, Field) and not any(problem.field == field.name for problem in self.problems):
            self.focus_next()

    def action_look(self) -> None:
        self.post_message(self.LookRequested())

    def action_mend(self) -> None:
        for problem in (*self.problems, self.doubt)[:1]:
            if problem:
                self.focus_problem(problem)

    def focus_problem(self, problem: Problem) -> None:
        """Put the focus where this problem is mended."""
        if isinstance(problem, Unagreed) and problem.claim:
            self.post_message(self.TrustRequested(problem.claim))
            return
        if not focus_field(self, problem.field):
            for widget in self.focus_chain[:1]:  # what a step opens with is what most need
                widget.focus()


def _meant(project: Project, section: str, name: str, text: str) -> str | tuple[str, ...]:
    """The value that a text in a field stands for: itself, or the words in it where there can be several."""
    several = isinstance(getattr(getattr(project.plan, section), name), tuple)
    return tuple(text.replace(",", " ").split()) if several else text
