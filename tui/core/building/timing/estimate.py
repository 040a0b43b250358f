"""How long a running build still takes, from what its steps took in earlier ones."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from tui.core.building.progress import BuildProgress, BuildStep, Status
from tui.core.building.timing.history import History
from tui.core.building.timing.step_times import of_dockerfile, runs_anew, step_keys, taken
from tui.core.dataclass import dataclass, field
from tui.core.units import human_seconds

_MOST_STEPS = 1_000
_SLOW_FACTOR, _SLOW_SECONDS = 1.5, 3.0  # both: a step of a second may well take two


@dataclass(frozen=True)
class Estimate:
    """The time left, as earlier builds tell it."""

    left: float
    """Seconds until the build ends, along the longest way through its steps."""
    at_least: bool = False
    """True if more is likely: a step is new or over its usual time, or the steps are not known yet."""
    slow: Mapping[str, float] = field(default_factory=dict)
    """The steps that run and are slower than usual, by id: the seconds they usually take in all."""

    @property
    def words(self) -> str:
        """`about 2 min left`; empty where a number would say nothing."""
        if self.left < 1:
            return "" if self.at_least else "nearly done"
        return f"{'at least' if self.at_least else 'about'} {human_seconds(self.left)} left"


def estimate(history: History, progress: BuildProgress, now: float) -> Estimate | None:
    """The time left of a running build; None where no earlier one came to its end: then it is not known.

    Nor is it of a build of more than 1,000 steps. `now` is seconds since the epoch, by the builder's clock.
    Every step is looked at, 20 ms for 1,000: once a second is enough.
    """
    if history.last_success is None or len(progress.steps) > _MOST_STEPS:
        return None
    return _Sum(history, progress, now).estimate()


class TimeLeft:
    """Says how long a build will still take, and looks at its steps once a second at the most."""

    def __init__(self, history: History, clock: Callable[[], float] = time.monotonic) -> None:
        self._history = history
        self._clock = clock
        self._words, self._asked = "", -math.inf

    def __call__(self, progress: BuildProgress, now: float) -> str:
        """The words, also that nothing is known; `now` is seconds since the epoch, by the builder's clock."""
        if self._history.last_success is None:
            left = _downloads_left(progress, now)
            return f"First build: {left} to download." if left else "First build: no estimate yet."
        if self._clock() - self._asked >= 1:
            found = estimate(self._history, progress, now)
            self._words, self._asked = f"{found.words}." if found and found.words else "", self._clock()
        return self._words


def _downloads_left(progress: BuildProgress, now: float) -> str:
    """The time that the packages under way still take, each as long as those that are here."""
    for step in progress.steps.values():
        if step.status is Status.RUNNING and (done := step.downloads.fraction):
            return f"about {human_seconds(step.seconds(now) / done - step.seconds(now))}"
    return ""


@dataclass
class _Sum:
    """An estimate being made, step by step."""

    history: History
    progress: BuildProgress
    now: float
    runs: dict[str, bool] = field(default_factory=dict)
    """True if a step runs in this build, or is expected to."""
    finish: dict[str, float] = field(default_factory=dict)
    """Seconds until a step has ended."""
    slow: dict[str, float] = field(default_factory=dict)
    at_least: bool = False

    def estimate(self) -> Estimate:
        keys = step_keys(self.progress.ordered)
        names = {step.id: key for key, step in keys.items()}
        for id, needed in _in_order(self.progress):
            left = self._left(self.progress.steps[id], names[id], needed)
            self.finish[id] = left + max((self.finish[below] for below in needed), default=0.0)
        unmentioned = self._unmentioned(keys)
        return Estimate(max(self.finish.values(), default=0.0) + unmentioned, self.at_least, self.slow)

    def _left(self, step: BuildStep, key: str, needed: tuple[str, ...]) -> float:
        """Seconds that the step itself still takes; a waiting one is cached if it was and all below it is."""
        waits = step.status is Status.WAITING
        waits &= any(self.runs[below] for below in needed) or not self.history.was_cached(key)
        self.runs[step.id] = waits or runs_anew(step)
        if not waits and step.status is not Status.RUNNING:
            return 0.0
        usual, so_far = self.history.usual(key), taken(step, self.progress.steps, self.now)
        self.at_least |= usual is None or so_far > usual
        if usual is None and step.downloads.fraction:
            return so_far / step.downloads.fraction - so_far
        if usual is None:
            return 0.0
        # What follows the Dockerfile depends on how much of the image is new.
        if step.name.index and not waits and so_far > max(usual * _SLOW_FACTOR, usual + _SLOW_SECONDS):
            self.slow[step.id] = usual
        return max(0.0, usual - so_far)

    def _unmentioned(self, keys: Mapping[str, BuildStep]) -> float:
        """Seconds of the last build's steps that this one has not come to: all at first, the export later on."""
        last = self.history.last_success
        steps = {key: time for key, time in last.steps.items() if key not in keys} if last else {}
        if any(of_dockerfile(key) for key in keys):
            anew = any(self.runs.values())  # else there is nothing to export
            missing = [key for key in steps if anew and not of_dockerfile(key)]
        else:
            self.at_least = True
            missing = [key for key, time in steps.items() if time is not None]
        ran = sum(self.runs[step.id] for key, step in keys.items() if of_dockerfile(key))
        return sum(self.history.usual(key, ran) or 0.0 for key in missing)  # an export goes by how much is new


def _in_order(progress: BuildProgress) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every step and those it needs, after them; one after the other where the builder does not tell."""
    steps = progress.steps
    graph = {id: tuple(below for below in step.inputs if below in steps) for id, step in steps.items()}
    try:
        order = tuple(TopologicalSorter(graph).static_order()) if any(graph.values()) else ()
    except CycleError:
        order = ()
    if order:
        yield from ((id, graph[id]) for id in order)
        return
    before: tuple[str, ...] = ()
    for id in progress.order:
        yield id, before
        before = (id,)
