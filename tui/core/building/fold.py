"""The one pure fold: the state of a build after some more of its events."""

from __future__ import annotations

from collections.abc import Iterable

from tui.core.building.downloads import Downloads, heard
from tui.core.building.events import (
    BuildCancelled,
    BuildEvent,
    BuildFailed,
    BuildSucceeded,
    LineBegun,
    Outcome,
    OutputReceived,
    StepUpdated,
    TransferUpdated,
    clip_limit,
    moment,
)
from tui.core.building.progress import BuildProgress, BuildStep, Interval, Status
from tui.core.building.step_name import parse_name
from tui.core.building.step_order import display_order
from tui.core.dataclass import dataclass, field, replace
from tui.core.untrusted_text import unstyled

_CANCELLED = "context canceled"  # how the errors of steps end that were stopped because of another's


def fold(progress: BuildProgress, event: BuildEvent) -> BuildProgress:
    """The state after one more event."""
    return fold_all(progress, (event,))


def fold_all(progress: BuildProgress, events: Iterable[BuildEvent]) -> BuildProgress:
    """The state after some more events; folding them one by one gives the same, at the price of a copy each."""
    draft = _Draft(progress)
    for event in events:
        draft.add(event)
    return draft.finished()


@dataclass
class _Draft:
    """A progress that is being added to."""

    before: BuildProgress
    steps: dict[str, BuildStep] = field(init=False)
    running: set[str] = field(init=False)
    clipped: set[str] = field(init=False)
    started: float | None = field(init=False)
    time: float | None = field(init=False)
    outcome: Outcome | None = field(init=False)
    last_lines: dict[str, str] = field(default_factory=dict)
    transfers: dict[str, dict[str, TransferUpdated]] = field(default_factory=dict)
    reordered: bool = False

    def __post_init__(self) -> None:
        self.steps = dict(self.before.steps)
        self.running, self.clipped = set(self.before.running), set(self.before.clipped)
        self.started = self.before.started
        self.time = self.before.time
        self.outcome = self.before.outcome

    def add(self, event: BuildEvent) -> None:
        if (now := moment(event)) is not None:
            if self.time is None or now > self.time:
                self.time = now
            if self.started is None:
                self.started = now
        match event:
            case OutputReceived() if event.step in self.steps:
                self._hear(event.step, unstyled(event.text.rpartition("\n")[2]))
                self._count_downloads(event)
            case LineBegun() if event.step in self.steps:
                self.last_lines[event.step] = event.text
            case StepUpdated():
                self._update(event)
            case TransferUpdated() if event.step in self.steps:
                self.transfers.setdefault(event.step, {})[event.id] = event
            case BuildSucceeded() | BuildFailed() | BuildCancelled():
                self.outcome = event
                self._settle(succeeded=isinstance(event, BuildSucceeded))
            case _:
                pass

    def _hear(self, step: str, line: str) -> None:
        if limit := clip_limit(line):
            self.steps[step] = replace(self.steps[step], clipped=limit)
            self.clipped.add(step)
        elif line.strip():
            self.last_lines[step] = line

    def _count_downloads(self, event: OutputReceived) -> None:
        """Of conda's steps alone: other output may come by the million lines."""
        step = self.steps[event.step]
        if "conda" not in step.name.text:
            return
        found = step.downloads
        for line in event.lines:
            found = heard(found, line)
        if found != step.downloads:
            self.steps[event.step] = replace(step, downloads=found)

    def finished(self) -> BuildProgress:
        # What comes by the thousand is put in place once a batch.
        for id, line in self.last_lines.items():
            self.steps[id] = replace(self.steps[id], last_line=line)
        for id, moved in self.transfers.items():
            step = self.steps[id]
            self.steps[id] = replace(step, transfers={**step.transfers, **moved})
        return BuildProgress(
            steps=self.steps,
            order=display_order(self.steps) if self.reordered else self.before.order,
            running=frozenset(self.running),
            clipped=frozenset(self.clipped),
            started=self.started,
            time=self.time,
            outcome=self.outcome,
        )

    def _update(self, event: StepUpdated) -> None:
        before = self.steps.get(event.step)
        step = BuildStep(
            id=event.step,
            name=parse_name(event.name),
            inputs=event.inputs or (before.inputs if before else ()),
            status=_status(event),
            intervals=_with_interval(before.intervals if before else (), event),
            error=event.error,
            last_line=before.last_line if before else "",
            clipped=before.clipped if before else "",
            transfers=before.transfers if before else {},
            downloads=before.downloads if before else Downloads(),
        )
        self.reordered |= not before or (step.name, step.inputs) != (before.name, before.inputs)
        self.steps[step.id] = step
        if step.status is Status.RUNNING:
            self.running.add(step.id)
        else:
            self.running.discard(step.id)

    def _settle(self, succeeded: bool) -> None:
        """Nothing runs any more: the builder's exit code is trusted over events that never came."""
        self.running.clear()
        for step in self.steps.values():
            if step.status is Status.RUNNING or (succeeded and step.status is Status.WAITING):
                status = Status.DONE if succeeded else Status.CANCELLED
                self.steps[step.id] = replace(step, status=status, intervals=_closed(step.intervals, self.time))


def _status(event: StepUpdated) -> Status:
    if event.error:
        return Status.CANCELLED if event.error.endswith(_CANCELLED) else Status.FAILED
    if event.started is None:
        return Status.WAITING
    if event.completed is None:
        return Status.RUNNING
    return Status.CACHED if event.cached else Status.DONE


def _with_interval(intervals: tuple[Interval, ...], event: StepUpdated) -> tuple[Interval, ...]:
    """A new start opens an interval; the same start again, or one never completed, is replaced."""
    if event.started is None:
        return intervals
    if intervals and (intervals[-1].started == event.started or intervals[-1].completed is None):
        intervals = intervals[:-1]
    return (*intervals, Interval(event.started, event.completed))


def _closed(intervals: tuple[Interval, ...], now: float | None) -> tuple[Interval, ...]:
    if not intervals or intervals[-1].completed is not None:
        return intervals
    last = intervals[-1]
    return (*intervals[:-1], replace(last, completed=max(last.started, now or last.started)))
