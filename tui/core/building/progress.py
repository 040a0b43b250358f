"""The state of a build: what every front end draws, folded from its events."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from tui.core.building.downloads import Downloads
from tui.core.building.events import Outcome, TransferUpdated
from tui.core.building.step_name import StepName
from tui.core.dataclass import dataclass, field


class Status(StrEnum):
    """How a step stands."""

    WAITING = "waiting"
    RUNNING = "running"
    CACHED = "cached"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Interval:
    """One time a step ran, in seconds since the epoch."""

    started: float
    completed: float | None = None


@dataclass(frozen=True)
class BuildStep:
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
    downloads: Downloads = field(default_factory=Downloads)
    """Of packages, as far as its output tells."""

    def seconds(self, now: float) -> float:
        """How long it has run in all; `now` is seconds since the epoch, by the builder's clock."""
        return sum(max(0.0, (i.completed or now) - i.started) for i in self.intervals)


@dataclass(frozen=True)
class BuildProgress:
    """All that is known of a build but its log."""

    steps: Mapping[str, BuildStep] = field(default_factory=dict)
    """By id, in the order they were first mentioned."""
    order: tuple[str, ...] = ()
    """Ids as they are shown: preparations, the Dockerfile stage by stage, then the export."""
    running: frozenset[str] = frozenset()
    """Ids of those that run: among thousands they are few, and asked for with each frame."""
    clipped: frozenset[str] = frozenset()
    """Ids of those whose output the builder cut off."""
    started: float | None = None
    """The builder's clock at the first event."""
    time: float | None = None
    """The builder's clock at the newest event: `now` where nothing better is at hand, as in a replay."""
    outcome: Outcome | None = None

    @property
    def ordered(self) -> list[BuildStep]:
        """The steps as they are shown."""
        return [self.steps[id] for id in self.order]

    @property
    def failed(self) -> BuildStep | None:
        """The step that the build failed at: the first with an error of its own, not merely cancelled."""
        failures = [step for step in self.steps.values() if step.status is Status.FAILED]
        return min(failures, key=_ended, default=None)


def _ended(step: BuildStep) -> float:
    return (step.intervals[-1].completed if step.intervals else None) or 0.0
