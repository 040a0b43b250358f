"""The steps of a build side by side over one axis of time, and the critical path among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from tui.core.building.progress import BuildProgress, Interval, Status, Step
from tui.core.building.timing.timeline import bar, chronological, critical_path, end_of, ticks
from tui.core.units import short_time
from tui.widgets.step_list import StepList
from tui.widgets.step_rows import MARKS, Part

_TIME = 8
_MANY = 1_000
_CRITICAL = "◆"


class Timeline(StepList):
    """The steps that have started, in the order they did; those of the critical path bear a mark."""

    HEAD: ClassVar[int] = 1

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._intervals: list[tuple[Interval, ...]] = []
        self._order: list[str] = []
        self._critical: frozenset[str] = frozenset()
        self._start = self._last = self._taken = self._taken_at = 0.0

    def show(self, progress: BuildProgress, now: float) -> None:
        """As for any list of steps; thousands of them are put in order once a second only."""
        if len(progress.steps) > _MANY and progress.outcome is None and 0 <= now - self._taken_at < 1:
            progress = self.progress
        super().show(progress, now)

    def make_rows(self) -> Iterator[tuple[str | None, int]]:
        # Most of what happens in a build is output, which changes nothing here.
        intervals = [step.intervals for step in self.progress.steps.values()]
        if intervals != self._intervals:
            self._intervals = intervals
            self._arrange()
        return ((id, 0) for id in self._order)

    def _arrange(self) -> None:
        steps = [step for step in chronological(self.progress) if not _is_noise(step)]
        self._order = [step.id for step in steps]
        self._start = steps[0].intervals[0].started if steps else 0.0
        self._last = max([end_of(step, 0.0) for step in steps], default=0.0)
        path = critical_path(self.progress, self.now)
        self._critical = frozenset(path)
        self._taken = sum([self.progress.steps[id].seconds(self.now) for id in path])
        self._taken_at = self.now

    def draw_head(self, row: int, width: int) -> list[Part]:
        """The axis, and what the mark means."""
        labels, room = self._widths(width)
        taken = self._taken + max(0.0, self._end - max(self._taken_at, self._last))
        legend = f"{_CRITICAL} critical {short_time(taken)}" if self._critical else ""
        axis = ""
        for column, label in ticks(self._end - self._start, room):
            axis = axis.ljust(column) + label
        return [(f"{legend:{labels}}"[:labels], "note"), (axis.ljust(room), "muted")]

    def draw(self, row: int, width: int) -> list[Part]:
        step = self.progress.steps[self.rows[row][0] or ""]
        labels, room = self._widths(width)
        critical = step.id in self._critical
        blocks = bar(step.intervals, self._start, self._end, self._end, room)
        return [
            (_CRITICAL if critical else " ", "note"),
            (f"{MARKS[step.status]} ", step.status.value),
            (f"{_shortened(_label(step), labels - 4)} ", "text" if critical else "muted"),
            (blocks, "note" if critical else "bar"),
            (f"{short_time(step.seconds(self.now)):>{_TIME}}", "muted"),
        ]

    @property
    def _end(self) -> float:
        """While the build runs the axis grows."""
        running = self.rows and self.progress.outcome is None
        return max(self.now, self._last) if running else self._last

    def _widths(self, width: int) -> tuple[int, int]:
        """Columns of the labels and of the axis."""
        labels = min(56, max(20, width * 2 // 5))
        return labels, max(1, width - labels - _TIME)


def _is_noise(step: Step) -> bool:
    """BuildKit's own preparations, where they took no time."""
    return step.name.internal and step.status in (Status.DONE, Status.CACHED) and step.seconds(0.0) < 0.1


def _shortened(text: str, width: int) -> str:
    return f"{text:{width}}" if len(text) <= width else f"{text[: width - 1]}…"


def _label(step: Step) -> str:
    name = step.name
    place = f"{name.stage} {name.index}/{name.total} ".lstrip() if name.index else ""
    return place + name.title
