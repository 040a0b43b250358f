"""The state of a build: what every front end draws, folded from its events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

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
from tui.core.building.step_name import StepName, parse_name
from tui.core.text import unstyled

_CANCELLED = "context canceled"  # how the errors of steps end that were stopped because of another's


class Status(StrEnum):
    """How a step stands."""

    WAITING = "waiting"
    RUNNING = "running"
    CACHED = "cached"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Interval:
    """One time a step ran, in seconds since the epoch."""

    started: float
    completed: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the build."""

    id: str
    name: StepName
    inputs: tuple[str, ...] = ()
    status: Status = Status.WAITING
    intervals: tuple[Interval, ...] = ()
    """More than one where the step has completed and started again; only the last may be open."""
    error: str = ""
    last_line: str = ""
    """The newest line of its output, finished or not, without colours."""
    clipped: str = ""
    """The builder's limit, where it keeps back the rest of the step's output."""
    transfers: Mapping[str, TransferUpdated] = field(default_factory=dict)
    """The newest state of each, by its id, in the order they began."""

    def seconds(self, now: float) -> float:
        """How long it has run in all; `now` is seconds since the epoch, by the builder's clock."""
        return sum(max(0.0, (i.completed or now) - i.started) for i in self.intervals)


@dataclass(frozen=True, slots=True)
class BuildProgress:
    """All that is known of a build but its log."""

    steps: Mapping[str, Step] = field(default_factory=dict)
    """By id, in the order they were first mentioned."""
    order: tuple[str, ...] = ()
    """Ids as they are shown: preparations, the Dockerfile stage by stage, then the export."""
    started: float | None = None
    """The builder's clock at the first event."""
    time: float | None = None
    """The builder's clock at the newest event: `now` where nothing better is at hand, as in a replay."""
    outcome: Outcome | None = None

    @property
    def ordered(self) -> list[Step]:
        """The steps as they are shown."""
        return [self.steps[id] for id in self.order]

    @property
    def failed(self) -> Step | None:
        """The step that the build failed at: the first with an error of its own, not merely cancelled."""
        failures = [step for step in self.steps.values() if step.status is Status.FAILED]
        return min(failures, key=_ended, default=None)


def fold(progress: BuildProgress, event: BuildEvent) -> BuildProgress:
    """The state after one more event."""
    return fold_all(progress, (event,))


def fold_all(progress: BuildProgress, events: Iterable[BuildEvent]) -> BuildProgress:
    """The state after some more events; folding them one by one gives the same, at the price of a copy each."""
    draft = _Draft(progress)
    for event in events:
        draft.add(event)
    return draft.finished()


@dataclass(slots=True)
class _Draft:
    """A progress that is being added to."""

    before: BuildProgress
    steps: dict[str, Step] = field(init=False)
    started: float | None = field(init=False)
    time: float | None = field(init=False)
    outcome: Outcome | None = field(init=False)
    last_lines: dict[str, str] = field(default_factory=dict)
    transfers: dict[str, dict[str, TransferUpdated]] = field(default_factory=dict)
    reordered: bool = False

    def __post_init__(self) -> None:
        self.steps = dict(self.before.steps)
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
                self._hear(event.step, unstyled(event.styled[-1]))
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
        elif line.strip():
            self.last_lines[step] = line

    def finished(self) -> BuildProgress:
        # What comes by the thousand is put in place once a batch.
        for id, line in self.last_lines.items():
            self.steps[id] = replace(self.steps[id], last_line=line)
        for id, moved in self.transfers.items():
            step = self.steps[id]
            self.steps[id] = replace(step, transfers={**step.transfers, **moved})
        return BuildProgress(
            steps=self.steps,
            order=_display_order(self.steps) if self.reordered else self.before.order,
            started=self.started,
            time=self.time,
            outcome=self.outcome,
        )

    def _update(self, event: StepUpdated) -> None:
        before = self.steps.get(event.step)
        step = Step(
            id=event.step,
            name=parse_name(event.name),
            inputs=event.inputs or (before.inputs if before else ()),
            status=_status(event),
            intervals=_with_interval(before.intervals if before else (), event),
            error=event.error,
            last_line=before.last_line if before else "",
            clipped=before.clipped if before else "",
            transfers=before.transfers if before else {},
        )
        self.reordered |= not before or (step.name, step.inputs) != (before.name, before.inputs)
        self.steps[step.id] = step

    def _settle(self, succeeded: bool) -> None:
        """Nothing runs any more: the builder's exit code is trusted over events that never came."""
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


def _ended(step: Step) -> float:
    return (step.intervals[-1].completed if step.intervals else None) or 0.0


def _display_order(steps: Mapping[str, Step]) -> tuple[str, ...]:
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


def _depths(steps: Mapping[str, Step]) -> dict[str, int]:
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
