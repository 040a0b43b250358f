"""The order in which the steps of a build are shown."""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from tui.core.building.progress import BuildStep


def display_order(steps: Mapping[str, BuildStep]) -> tuple[str, ...]:
    """Preparations first; then stage by stage, the ones others need before those; then what came after.

    BuildKit first mentions the Dockerfile's steps in one document, the last of them first, and no name tells the
    order of stages: their steps' depth in the graph does. The depth of steps without inputs is equal.
    """
    depths = _depths(steps)
    stages: dict[tuple[str, str], int] = {}
    for step in steps.values():
        stage = (step.name.platform, step.name.stage)
        stages[stage] = max(stages.get(stage, 0), depths[step.id])
    mentioned = list(steps)
    numbered = [position for position, id in enumerate(mentioned) if steps[id].name.index]
    first_numbered = min(numbered, default=len(mentioned))

    def place(position: int) -> tuple[int, int, tuple[str, str], int, int]:
        name = steps[mentioned[position]].name
        if name.index:
            stage = (name.platform, name.stage)
            return 1, stages[stage], stage, name.index, position
        return (0 if name.internal or position < first_numbered else 2), 0, ("", ""), 0, position

    return tuple(mentioned[position] for position in sorted(range(len(mentioned)), key=place))


def _depths(steps: Mapping[str, BuildStep]) -> dict[str, int]:
    """How many steps lie below each, at the most."""
    try:
        ordered = tuple(TopologicalSorter({id: step.inputs for id, step in steps.items()}).static_order())
    except CycleError:  # not by BuildKit; what is drawn should not depend on that
        return dict.fromkeys(steps, 0)
    depths: dict[str, int] = {}
    for id in ordered:
        inputs = steps[id].inputs if id in steps else ()
        depths[id] = 1 + max((depths[below] for below in inputs), default=0)
    return depths
