"""Start: of a new folder what was found and will be written; of a plan what would be built, and what changed."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import ScreenResume, ScreenSuspend
from textual.message import Message

from screens.frame import TO_A_STEP
from screens.step_screen import StepScreen
from tui.core.application.starts import Start, find_starts
from tui.core.dataclass import dataclass
from tui.core.errors import Problem
from tui.core.navigation import Obstacles, build_obstacles
from tui.core.overview.parts import Part, PartKind, first_parts, parts
from tui.core.plan_file import PLAN_FILE
from tui.core.project import Project
from tui.core.steps import STEPS, Step, step_of
from tui.core.untrusted_text import printable
from tui.widgets.checklist import Checklist, Mark, Row
from tui.widgets.dialogs import ReadingDialog
from tui.widgets.static import Static

if TYPE_CHECKING:
    from tui.core.overview.earlier_builds import Past
    from tui.core.overview.upkeep import Upkeep

_MARKS = {
    PartKind.GOOD: Mark.GOOD,
    PartKind.CHANGED: Mark.CHANGED,
    PartKind.BAD: Mark.BAD,
    PartKind.NEW: Mark.NEW,
    PartKind.LOOKING: Mark.LOOKING,
    PartKind.ADVICE: Mark.WARNING,
}
_KEY_GOES = """\
Where your key goes
  key ──▶ RUN --mount=type=secret ──▶ /env
  not: layers, history, logs"""


class StartScreen(StepScreen):
    """The first step."""

    step = step_of("start")
    first_focus = "#next"

    HELP = """
    condock makes a Docker image of your conda environment. It asks a few short questions, writes a
    Dockerfile you can read, and runs the build while you watch. Your API key is shown to the build for
    one instruction and is never part of the image.

    With a plan (`condock.yml`) in the folder, this is its summary: **Build** builds, or goes to the first thing
    that is in the way. `d` shows what changed since the last image, `s` walks through the steps.

    **Next** goes on, **Back** goes back, and nothing you typed is lost on the way.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "changes", "What changed", id="start.changes", tooltip="What changed since the last image"),
        Binding("s", "walk", "Step through", id="start.walk", tooltip="Walk through all steps"),
        Binding("u", "upkeep", "Mend what is due", id="start.upkeep", tooltip="Mend the first thing that is due"),
        Binding("1", "jump(1)", show=False, key_display=f"1 to {len(STEPS)}", tooltip=TO_A_STEP),
        *(Binding(str(number), f"jump({number})", show=False) for number in range(2, len(STEPS) + 1)),
    ]

    @dataclass
    class Looked(Message):
        """Findings on earlier builds, on what could be started, and on what is due."""

        past: Past | None
        upkeep: tuple[Upkeep, ...]
        starts: tuple[Start, ...] | None

    def compose_body(self) -> ComposeResult:
        yield Static(id="start-headline")
        yield Checklist("Your folder", id="folder")
        yield Static(id="start-about")

    def on_mount(self) -> None:
        self._past: Past | None = None
        self._upkeep: tuple[Upkeep, ...] = ()
        self._obstacles: Obstacles = ()
        self._starts: tuple[Start, ...] | None = None
        self._looked_at: object = None
        self.watch(self.app, "app_focus", self._come_back, init=False)

    @property
    def is_summary(self) -> bool:
        """True if the folder has a plan, and so something that would be built."""
        return self.current.folder.has(PLAN_FILE)

    def show(self, project: Project) -> None:
        looked_at = (project.plan, project.environment, project.key, project.search is None)
        if looked_at != self._looked_at:
            self._looked_at = looked_at
            # A frame need not wait for it.
            self.call_after_refresh(self._look, project, summary=self.is_summary)
        self._obstacles = build_obstacles(project) if self.is_summary else ()
        self._draw(project)

    @on(ScreenSuspend)
    def _leave(self) -> None:
        self._looked_at = None

    @on(ScreenResume)
    def _resume(self) -> None:
        """Look again at what one comes back to: files may be others, and a build may have ended."""
        if self.is_ready and self._looked_at is None:
            self.show(self.current)

    def _come_back(self, focused: bool) -> None:
        if focused and self.is_current:
            self._leave()
            self._resume()

    def action_look(self) -> None:
        self._looked_at = None
        super().action_look()

    @work(thread=True, exclusive=True, group="start", description="Looking at earlier builds")
    def _look(self, project: Project, *, summary: bool) -> None:
        if not summary:
            self.post_message(self.Looked(None, (), find_starts(project.path)))
            return
        from tui.core.overview.earlier_builds import look_back  # what a first frame does without
        from tui.core.overview.upkeep import upkeep

        now = time.time()
        self.post_message(self.Looked(look_back(project, os.environ, now), upkeep(project, now), None))

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        self._past, self._upkeep, self._starts = event.past, event.upkeep, event.starts
        self._draw(self.current)
        self.refresh_bindings()

    def _draw(self, project: Project) -> None:
        now = time.time()
        rows = (
            parts(project, self._past, now, self._obstacles)
            if self.is_summary
            else first_parts(project, self._starts, now)
        )
        self.query_one("#folder", Checklist).rows = tuple(map(_row, rows))
        self.query_one("#start-headline", Static).update(Content.styled(self._headline(project, now), "bold"))
        self.query_one("#start-about", Static).update(self._about())
        self.name_next(self._button(project))

    def _headline(self, project: Project, now: float) -> str:
        name = printable(project.path.name)
        if not self.is_summary:
            return f"A Docker image of {name}, in {len(STEPS)} short steps."
        return self._past.headline(project, now) if self._past else printable(project.plan.build.image)

    def _about(self) -> Content:
        if not self.is_summary:
            return Content(_KEY_GOES)
        lines = [Content(self._past.expected)] if self._past and self._past.expected else []
        for place, due in enumerate(self._upkeep):
            key = Content.styled(" u mends it.", "bold $primary") if place == 0 else Content("")
            lines.append(Content.styled(f"! {due.words}", "$text-warning") + key)
        changes = "d  what changed    " if self._past and self._past.changes else ""
        keys = f"{changes}s  step through all    1-{len(STEPS)}  go to a step"
        return Content("\n").join([*lines, Content(""), Content.styled(keys, "$text-muted")])

    def _button(self, project: Project) -> str:
        if not self.is_summary:
            return "Begin"
        step, problem = self._first(project, self._obstacles)
        if problem is None or project.engine is None or project.search is None:
            return "Build"
        return f"Go on: {step.title}" if step.key in ("preview", "build") else f"Mend: {step.title}"

    def _first(self, project: Project, found: Obstacles) -> tuple[Step, Problem | None]:
        """The step to go to for a build, and the first problem, if there is one.

        Without an engine the files can be written still.
        """
        if not found:
            return step_of("build"), None
        step, problem = found[0]
        if step.key == "build" and not project.is_written():
            step = step_of("preview")
        return step, problem

    # What its keys do

    def action_next(self) -> None:
        """Build from a summary, or go to what is in the way of that; from a new folder, to the next step."""
        if not self.is_ready or not self.is_summary:
            super().action_next()
        elif not self.problems:
            step, problem = self._first(self.current, build_obstacles(self.current))
            self.post_message(self.MendRequested(step.key, problem, then="build"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        offered = {
            "changes": self.is_ready and self._past is not None and self._past.changes is not None,
            "walk": self.is_summary,
            "upkeep": self.is_ready and bool(self._upkeep),
        }
        return offered[action] if action in offered else super().check_action(action, parameters)

    def action_changes(self) -> None:
        if self._past and self._past.changes:
            text = printable(self._past.changes.words)
            self.app.push_screen(ReadingDialog("Since the last image", text))

    def action_walk(self) -> None:
        super().action_next()

    def action_upkeep(self) -> None:
        for due in self._upkeep[:1]:
            if due.mend:
                self.post_message(self.Edited(due.mend))
                self.notify(f"{due.words} It is mended; what is written shows in the preview.", markup=False)
            else:
                self.post_message(self.JumpRequested(due.step))


def _row(part: Part) -> Row:
    return Row(_MARKS[part.kind], part.name, part.words, part.hint)
