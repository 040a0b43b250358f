"""The time of each step of a build as a bar, all over one axis; the critical path stands out."""

from __future__ import annotations

from tui.core.building.progress import BuildProgress, BuildStep, Interval, Status
from tui.core.building.timing.timeline import bar, critical_path, end_of
from tui.widgets.step_parts import Part

_LEAST, _MOST = 62, 40
"""Columns: of the narrowest list that has an axis, and of the widest axis."""
_MANY = 1_000
"""Steps: of more than that the critical path is found at the end only, and the axis now and then."""
_OFTEN = 1.0
"""Seconds."""


class TimeBars:
    """One axis from the first step's start to now, or to the end of the build."""

    def __init__(self) -> None:
        self._intervals: list[tuple[Interval, ...]] = []
        self._ended = False
        self._looked = 0.0
        self._critical: frozenset[str] = frozenset()
        self._start = self._last = 0.0

    @staticmethod
    def width(width: int) -> int:
        """Columns of the axis in a list so wide; 0 where the names of the steps need all of it."""
        return 0 if width < _LEAST else min(_MOST, width // 5)

    def arrange(self, progress: BuildProgress, now: float) -> None:
        """Find the axis and the critical path, where a step has begun or ended."""
        steps = progress.steps.values()
        if len(steps) > _MANY and progress.outcome is None and 0 <= now - self._looked < _OFTEN:
            return
        self._looked = now
        intervals, ended = [step.intervals for step in steps], progress.outcome is not None
        if intervals == self._intervals and ended == self._ended:
            return  # most of what happens in a build is output
        self._intervals, self._ended = intervals, ended
        self._start = min([one[0].started for one in intervals if one], default=0.0)
        self._last = max([end_of(step, 0.0) for step in steps if step.intervals], default=0.0)
        known = ended or len(intervals) <= _MANY
        self._critical = frozenset(critical_path(progress, now) if known else ())

    def parts(self, step: BuildStep, now: float, width: int) -> list[Part]:
        """The bar of a step; one from the cache has none."""
        end = self._last if self._ended else max(now, self._last)
        shown = () if step.status is Status.CACHED else step.intervals
        return [(bar(shown, self._start, end, end, width), "bar" if step.id in self._critical else "rest")]
