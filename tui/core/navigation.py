"""The way through the steps: pure functions from where one is to where one goes. Steps go by their key."""

from __future__ import annotations

from collections.abc import Collection

from tui.core.errors import Problem
from tui.core.project import Project
from tui.core.steps import STEPS, Step, number_of, obstacles, step_of, step_problems

PREVIEW, BUILD = (step.key for step in STEPS[-2:])
Obstacles = tuple[tuple[Step, Problem], ...]
"""Problems, each with the step where it is mended."""


def neighbour(project: Project, key: str, direction: int) -> str:
    """The next step in a direction, 1 or -1, that applies; the same one at either end."""
    number = number_of(key)
    beyond = STEPS[number:] if direction > 0 else STEPS[number - 2 :: -1] if number > 1 else ()
    return next((step.key for step in beyond if step.applies(project)), key)


def next_towards(project: Project, key: str, target: str, seen: Collection[str] | None = None) -> str:
    """The step to go to from one that is done, to come to a later one: back to it, where a mend was asked for.

    What is still in its way comes before it, and so does the preview while the files are not written. So do, on
    the way to the preview or past it, those that are not among the `seen`; None where all are known.
    """
    unseen = () if seen is None else never_seen(project, target, seen)
    before = STEPS[: number_of(target) - 1]
    in_the_way = [step.key for step in before if step.key in unseen or step_problems(step, project)]
    if not in_the_way and number_of(target) > number_of(PREVIEW) and not project.is_written():
        in_the_way = [PREVIEW]
    return in_the_way[0] if in_the_way and in_the_way[0] != key else target


def never_seen(project: Project, target: str, seen: Collection[str]) -> tuple[str, ...]:
    """The steps with choices of a plan that nobody has seen, where one is on the way to what is made of them."""
    if number_of(target) < number_of(PREVIEW):
        return ()
    choices = STEPS[: number_of(PREVIEW) - 1]
    return tuple(step.key for step in choices if step.applies(project) and step.key not in seen)


def build_obstacles(project: Project) -> Obstacles:
    """`obstacles`; where there are none, that the files are not written as the preview shows them."""
    found = obstacles(project)
    if found or project.is_written():
        return found
    problem = Problem("The files are not written as they are shown.", "Write them in the preview.", "files")
    return ((step_of(PREVIEW), problem),)
