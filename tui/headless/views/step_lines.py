"""How a build's steps are written, one line each, in every plain output."""

from __future__ import annotations

from collections.abc import Iterator

from tui.core.building.key.key_use import KEY_NOT_USED, came_without_key
from tui.core.building.progress import BuildProgress, BuildStep, Status
from tui.core.units import short_time

_ENDED = (Status.CACHED, Status.DONE, Status.CANCELLED)


def news(before: BuildProgress, after: BuildProgress) -> Iterator[tuple[BuildStep, str]]:
    """The steps that began or ended, in their order, each with its line.

    Of BuildKit's own preparations only those that failed. What ends a second time, as base images do, ended once.
    """
    for id in after.order:
        step, earlier = after.steps[id], before.steps.get(id)
        # Of thousands most are the same as before, and this is asked for every few events.
        if step is not earlier and _is_news(step, earlier.status if earlier else Status.WAITING):
            note = f" ({KEY_NOT_USED})" if came_without_key(step) else ""
            yield step, step_line(step) + note


def _is_news(step: BuildStep, earlier: Status) -> bool:
    if step.status is Status.FAILED:
        return earlier is not Status.FAILED
    ended_before = earlier in _ENDED and step.status in _ENDED
    return not (step.name.internal or step.status in (Status.WAITING, earlier) or ended_before)


def step_line(step: BuildStep, now: float | None = None) -> str:
    """How a step stands: status, time, place in the Dockerfile, instruction.

    One that runs has a time only where `now` is given, in seconds since the epoch by the builder's clock.
    """
    runs = step.status is Status.RUNNING
    timed = step.intervals and step.status is not Status.CACHED and not (runs and now is None)
    time = short_time(step.seconds(now or 0.0)) if timed else ""
    return f"{step.status:<9} {time:>7}  {place(step)}{step.name.title}"


def place(step: BuildStep) -> str:
    """Its place in the Dockerfile, such as `builder 4/4 `; empty for steps that are not in there."""
    name = step.name
    stage = " ".join(filter(None, (name.platform, name.stage)))
    return f"{stage} {name.index}/{name.total} ".lstrip() if name.index else ""
