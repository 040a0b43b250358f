"""The way through the steps so far: which is on, which were seen, which of them something speaks against."""

from __future__ import annotations

from tui.core.claims import waiting_claims
from tui.core.dataclass import dataclass, field
from tui.core.errors import Problem
from tui.core.navigation import BUILD, PREVIEW, neighbour, never_seen, next_towards
from tui.core.overview.unmet_imports import lacks_imports
from tui.core.plan_file import PLAN_FILE
from tui.core.project import Project
from tui.core.steps import STEPS, Step, step_of, step_problems
from tui.core.trust.claim import Claim
from tui.widgets.stepper import ShownStep, StepState

DEPENDENCIES = step_of("dependencies").key


@dataclass
class Trail:
    """Knows no screen."""

    current: str = STEPS[0].key
    visited: set[str] = field(default_factory=set)
    mending: str | None = None
    """The step to come back to once something is mended."""
    came_from: str = ""
    """The step from which one looked at this one, and to which Back leads; empty for the one before it."""
    doubts: dict[str, tuple[Project, Problem | None]] = field(default_factory=dict)
    """Steps that a server or a build spoke against: the project as it was then, and why, where a build did."""
    build: StepState | None = None
    """How the last build stands; None before the first."""

    def at(self, key: str) -> None:
        """Be at this step."""
        self.current, self.came_from = key, ""
        self.visited.add(key)

    def onward(self, project: Project) -> str:
        """The step that Next leads to; from now on one is on the way to the preview where that has to wait."""
        is_planned = (project.path / PLAN_FILE).exists()  # by now: nobody need have looked since it was written
        seen = None if is_planned else self.visited
        following = neighbour(project, self.current, 1)
        if self.mending is None and following == PREVIEW and seen and never_seen(project, following, seen):
            self.mending = following
        return next_towards(project, self.current, self.mending, seen) if self.mending else following

    def why_doubted(self, key: str, project: Project | None) -> Problem | None:
        """The failure that a build laid to this step, as long as nothing was changed since that could mend it."""
        return self.doubts[key][1] if project and self._is_doubted(key, project) else None

    def shown(self, project: Project | None) -> tuple[ShownStep, ...]:
        """Each step as it stands."""
        # Found out once, not for each step that was seen: the build's files are read for it.
        seen = project and (self.visited - {self.current} or _is_summed_up(project))
        waiting = waiting_claims(project) if project and seen else ()
        return tuple(ShownStep(step.key, step.title, self._state(step, project, waiting)) for step in STEPS)

    def _state(self, step: Step, project: Project | None, waiting: tuple[Claim, ...]) -> StepState:
        if project is None or not step.applies(project):
            return StepState.SKIPPED
        if step.key == self.current:
            return StepState.CURRENT
        if step.key == BUILD and step.key in self.visited:
            return self.build or StepState.AHEAD
        if self._is_doubted(step.key, project):
            return StepState.PROBLEM
        is_seen = step.key in self.visited or (step.key != BUILD and _is_summed_up(project))
        return _seen(step, project, waiting) if is_seen else StepState.AHEAD

    def _is_doubted(self, key: str, project: Project) -> bool:
        then, _ = self.doubts.get(key, (None, None))
        return then is not None and _decides(then) == _decides(project)


def _is_summed_up(project: Project) -> bool:
    """True if the first screen says of a plan that was written how each part stands, once that was looked at."""
    return project.folder.has(PLAN_FILE) and project.trust is not None and project.search is not None


def _seen(step: Step, project: Project, waiting: tuple[Claim, ...]) -> StepState:
    """How a step stands that was seen: the preview is not done before its files are written."""
    if step_problems(step, project, waiting):
        return StepState.PROBLEM
    if step.key == DEPENDENCIES and lacks_imports(project):
        return StepState.ADVICE
    return StepState.AHEAD if step.key == PREVIEW and not project.is_written() else StepState.DONE


def _decides(project: Project) -> tuple[object, ...]:
    return project.plan, project.environment, project.key
