"""The way through the steps: pure functions from where one is to where one goes. Steps go by their number."""

from __future__ import annotations

from tui.core.errors import Problem
from tui.core.project import Project
from tui.core.steps import STEPS, Step, obstacles, step_problems


def number_of(key: str) -> int:
    """The number of the step with this key."""
    return next(number for number, step in enumerate(STEPS) if step.key == key)


def neighbour(project: Project, number: int, direction: int) -> int:
    """The next step in a direction, 1 or -1, that applies; the same one at either end."""
    at = number + direction
    while 0 <= at < len(STEPS):
        if STEPS[at].applies(project):
            return at
        at += direction
    return number


def way_back(project: Project, number: int, target: int) -> int:
    """The step to go to from a step that is done, to come back to a later one that something was mended for.

    What is still in its way comes before it, and so does the preview while the files are not written.
    """
    in_the_way = [at for at in range(target) if step_problems(STEPS[at], project)]
    if not in_the_way and not project.is_written():
        in_the_way = [number_of("preview")]
    return in_the_way[0] if in_the_way and in_the_way[0] != number else target


def build_obstacles(project: Project) -> tuple[tuple[Step, Problem], ...]:
    """`obstacles`; where there are none, that the files are not written as the preview shows them."""
    found = obstacles(project)
    if found or project.is_written():
        return found
    problem = Problem("The files are not written as they are shown.", "Write them in the preview.", "files")
    return ((STEPS[number_of("preview")], problem),)
