"""The frame that every step stands in: what is made, the row of steps, the step itself, the keys."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import ScreenResume
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.screen import Screen

from screens.step_content import StepContent
from tui.core.dataclass import dataclass
from tui.core.dockerfile.deciding_step import lines_beside
from tui.core.errors import Problem
from tui.core.project import Project
from tui.core.steps import STEPS
from tui.core.untrusted_text import printable
from tui.widgets.body import Body
from tui.widgets.button import Button
from tui.widgets.dockerfile_companion import Companion
from tui.widgets.key_bar import KeyBar
from tui.widgets.masthead import Masthead
from tui.widgets.problem_strip import ProblemStrip
from tui.widgets.static import Static
from tui.widgets.stepper import ShownStep, Stepper

_LAST = len(STEPS)
TO_A_STEP = "Go to a step"
"""Told of a key that is not in the footer, in the help."""
WIDE = 110
"""Columns from which on the Dockerfile stands beside the step."""


class Frame(StepContent, Screen[None]):
    """All that is the same on every step; it knows the build that runs by a line of text only."""

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (74, "-normal"), (WIDE, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-low"), (28, "-high")]  # noqa: RUF012

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+x", "stop_build", "Stop", id="step.stop", tooltip="Stop the build that runs"),
        Binding(
            "f7",
            "toggle_companion",
            "Dockerfile",
            id="step.companion",
            tooltip="Show or hide the Dockerfile beside",
        ),
        Binding("ctrl+z", "undo", show=False),
        Binding("alt+1", "jump(1)", show=False, priority=True, key_display=f"alt+1 to {_LAST}", tooltip=TO_A_STEP),
        *(Binding(f"alt+{number}", f"jump({number})", show=False, priority=True) for number in range(2, 10)),
    ]

    @dataclass
    class JumpRequested(Message):
        """The user wants to see this step."""

        key: str
        back: str = ""
        """The step to which Back leads from there; empty for the one before it."""
        field: str = ""
        """The value of the plan that is to be changed there, if it is one."""

    class StopRequested(Message):
        """The user wants the build that runs to stop."""

    @dataclass
    class BuildStands(Message):
        """A build has got so far, in words, or it ended so; none run where there are no words."""

        words: str
        failed: bool | None = None
        percent: int = 0

    @dataclass
    class Doubted(Message):
        """A server or a build spoke against what this step of this project says."""

        step: str
        project: Project
        problem: Problem | None = None
        """The failure of a build; None where the step says itself what is against it."""

    @dataclass
    class Cleared(Message):
        """The servers have accepted what was doubted of this step."""

        step: str

    class CompanionToggled(Message):
        """The user wants the Dockerfile beside the steps, or not any more."""

    was_shown = False
    companion: var[bool] = var(True)
    """True to have the Dockerfile beside the step."""
    steps: var[tuple[ShownStep, ...]] = var(())
    doubt: var[Problem | None] = var(None, init=False, bindings=True)
    """The failure that the last build laid to this step, until something is changed that could mend it."""
    building: var[str] = var("")
    """How far the build is that runs; empty where none does."""

    def compose(self) -> ComposeResult:
        self._styled_for = self.app.theme
        yield Masthead().data_bind(Frame.building)
        yield Stepper().data_bind(Frame.steps)
        with Horizontal(classes="frame"):
            with Vertical(classes="step"):
                yield Static(Content(self.step.summary), classes="summary")
                with Body(classes="body", can_focus=False):
                    yield from self.compose_body()
                strip = ProblemStrip()
                yield strip if self.shows_doubt else strip.data_bind(Frame.doubt)
                with Horizontal(classes="moves"):
                    yield Button("Back", id="back", compact=True, disabled=self.is_first)
                    yield Button(self.next_label, id="next", variant="primary", compact=True)
            if self.has_companion:
                yield Companion()
        yield KeyBar()

    def fit(self, size: Size) -> None:
        """Have the classes of this size before anything is styled: they would style it all anew."""
        for length, points in (
            (size.width, self.HORIZONTAL_BREAKPOINTS),
            (size.height, self.VERTICAL_BREAKPOINTS),
        ):
            self.add_class(max(point for point in points if point[0] <= length)[1], update=False)

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Style nothing anew, which a step takes longest for, unless there is another theme by now."""
        event.refresh_styles = self._styled_for != self.app.theme
        self._styled_for = self.app.theme
        if not self.was_shown:
            self.was_shown = True
            self._take_focus()
            self.look_around()
        else:
            if self.focused is not None and self.focused.id == "back":
                self.set_focus(self.query_one("#next"))  # Enter went back; it is not to go on with that
            self.regain_focus()
            self.call_after_refresh(self.query_one(Body).see_focus)

    def _take_focus(self) -> None:
        """Not when it is made, which may be long before: what could not have the focus then may have it now."""
        wanted = self.query(self.first_focus) if self.first_focus else ()
        if widget := next((one for one in wanted if one.display and one.focusable), None):
            self.set_focus(widget)

    def regain_focus(self) -> None:
        """Take it where nothing that is seen has it: what was barred at first may have it now."""
        if self.was_shown and (self.focused is None or not self.focused.display):
            self._take_focus()

    @property
    def is_first(self) -> bool:
        """True if there is no step before this one."""
        return bool(self.steps) and self.steps[0].key == self.step.key

    def head(self, project: Project) -> None:
        """Say in the first line what is made of what."""
        masthead = self.query_one(Masthead)
        masthead.folder, masthead.image = printable(project.path.name), printable(project.plan.build.image)

    def accompany(self, project: Project) -> None:
        """Show the Dockerfile of the project beside the step, where that is seen."""
        for companion in self.query(Companion):
            if self.companion and self.size.width >= WIDE:
                companion.lines = tuple(lines_beside(project.instructions(), self.step.key))

    def watch_companion(self, companion: bool) -> None:
        self.set_class(companion and self.has_companion, "-companion")

    def action_toggle_companion(self) -> None:
        self.post_message(self.CompanionToggled())

    def name_next(self, label: str, variant: str = "primary") -> None:
        """Call the one button this; the footer calls its key the same."""
        button = self.query_one("#next", Button)
        if str(button.label) != label:
            button.label = label
            button.refresh(layout=True)  # its width goes by what it says
        button.variant = variant
        self.query_one(KeyBar).labels = {"next": label}

    def watch_building(self, before: str, building: str) -> None:
        if bool(before) != bool(building):
            self.refresh_bindings()

    @on(Stepper.Selected)
    def _selected(self, event: Stepper.Selected) -> None:
        self.post_message(self.JumpRequested(event.key))

    def action_jump(self, number: int) -> None:
        if number <= len(self.steps):
            self.post_message(self.JumpRequested(self.steps[number - 1].key))

    def action_undo(self) -> None:
        """Undo the last edit of the step's text, wherever the focus is."""
        from textual.widgets import TextArea  # few steps have one, and the first does not

        for area in self.query("TextArea").results(TextArea):
            area.focus()
            area.undo()

    def can_press(self, id: str) -> bool:
        """True if there is such a button, and it does something now."""
        return any(button.display and not button.disabled for button in self.query(f"#{id}").results(Button))

    def action_press(self, id: str) -> None:
        if self.can_press(id):
            self.query_one(f"#{id}", Button).press()

    @on(Masthead.BuildClicked)
    def _build_clicked(self) -> None:
        self.action_jump(len(self.steps))

    @on(Masthead.StopClicked)
    def _stop_clicked(self) -> None:
        self.action_stop_build()

    def action_stop_build(self) -> object:
        """Ask for the end of the build that runs."""
        return self.post_message(self.StopRequested())
