"""When the steps of a build ran, and the critical path through them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from math import ceil

from tui.core.building.progress import BuildProgress, BuildStep, Interval, Status

_SAME_TIME = 0.005
"""Seconds: a step whose input ended no earlier than this before its own start began because of it."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def critical_path(progress: BuildProgress, now: float) -> tuple[str, ...]:
    """The chain of steps that ended last, from its beginning: each with the one it waited for the longest.

    That is the input which ended last. A step without inputs, such as the export, or one of a builder that does
    not tell them, waited for whatever had ended last before it began. Steps from the cache keep nobody waiting.
    `now` is seconds since the epoch, by the builder's clock.
    """
    ran = [step for step in progress.steps.values() if step.intervals and step.status is not Status.CACHED]
    if not ran:
        return ()
    by_end = sorted((end_of(step, now), -step.intervals[0].started, step.id) for step in ran)
    ends = {id: end for end, _, id in by_end}
    chain: dict[str, None] = {}
    last = by_end[-1][2]
    while last not in chain:
        chain[last] = None
        step = progress.steps[last]
        if needed := [id for id in step.inputs if id in ends]:
            last = max(needed, key=ends.__getitem__)
        elif not step.inputs and (place := bisect_right(by_end, (step.intervals[0].started + _SAME_TIME,))):
            last = by_end[place - 1][2]
    return tuple(reversed(chain))


def end_of(step: BuildStep, now: float) -> float:
    """When a step that has started ended; `now` while it runs."""
    completed = step.intervals[-1].completed
    return now if completed is None else completed


def bar(intervals: Iterable[Interval], start: float, end: float, now: float, width: int) -> str:
    """The intervals on an axis from `start` to `end`, `width` characters wide; the shortest is still seen."""
    cells = [0] * width
    for interval in intervals:
        completed = now if interval.completed is None else interval.completed
        first, last = (_place(time, start, end, width) for time in (interval.started, completed))
        for cell in range(min(int(first), width - 1), max(int(first) + 1, ceil(last))):
            if cell < width:  # and what is drawn of another interval is not made shorter
                cells[cell] = max(cells[cell], min(8, max(1, round((last - cell) * 8))))
    return "".join(_EIGHTHS[cell] for cell in cells)


def _place(time: float, start: float, end: float, width: int) -> float:
    """The column of a time, with its fraction."""
    part = (time - start) / (end - start) if end > start else 0.0
    return min(max(part, 0.0), 1.0) * width
