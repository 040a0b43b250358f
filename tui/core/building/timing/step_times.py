"""Times of a build's steps, each under a name by which it is known again in the next build."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from tui.core.building.progress import BuildProgress, BuildStep, Interval, Status
from tui.core.building.step_name import StepName


def step_times(progress: BuildProgress) -> dict[str, float | None]:
    """Seconds that each step took which came to its end, by `step_keys`; None where all was done already."""
    ended = (Status.CACHED, Status.DONE)
    times = {
        key: _time(step, progress.steps)
        for key, step in step_keys(progress.ordered).items()
        if step.status in ended
    }
    if all(time is None for key, time in times.items() if of_dockerfile(key)):
        return dict.fromkeys(times)  # an export of nothing new says nothing of the next
    return times


def step_keys(steps: Iterable[BuildStep]) -> dict[str, BuildStep]:
    """The steps by what they are called from build to build; `#` begins those of the Dockerfile.

    Their ids change with the files that are copied (docker/buildx 0.13.1, Docker 26.1.5).
    """
    seen: Counter[str] = Counter()
    keys: dict[str, BuildStep] = {}
    for step in steps:
        name = _name_hash(step.name)
        keys[f"{name}.{seen[name]}" if seen[name] else name] = step
        seen[name] += 1
    return keys


def of_dockerfile(key: str) -> bool:
    """True if the step called so is an instruction of the Dockerfile, not something BuildKit does by itself."""
    return key.startswith("#")


def runs_anew(step: BuildStep) -> bool:
    """True if an instruction does something, or did: a base image that was not pulled was only looked at."""
    if step.status not in (Status.RUNNING, Status.DONE) or not step.intervals:
        return False
    return step.name.index > 1 or any(transfer.total for transfer in step.transfers.values())


def taken(step: BuildStep, steps: Mapping[str, BuildStep], now: float) -> float:
    """Seconds from when the step could begin to its end: what BuildKit does between two counts to the second."""
    ready = max((_last(steps[id], now).completed or now for id in step.inputs if id in steps), default=None)
    if ready is None or len(step.intervals) > 1:
        return step.seconds(now)
    last = _last(step, now)
    return max(0.0, (last.completed or now) - min(last.started, ready))


def _last(step: BuildStep, now: float) -> Interval:
    """The last time it ran; one that has not begun begins now."""
    return step.intervals[-1] if step.intervals else Interval(now)


def _time(step: BuildStep, steps: Mapping[str, BuildStep]) -> float | None:
    """Seconds of a step that has ended; None where that says nothing of the next time."""
    cached = step.status is Status.CACHED or not step.intervals or (step.name.index and not runs_anew(step))
    return None if cached else round(taken(step, steps, _last(step, 0.0).completed or 0.0), 3)


@lru_cache(maxsize=16_384)
def _name_hash(name: StepName) -> str:
    import hashlib  # and OpenSSL with it

    # A hash, because the text may hold the values of arguments.
    text = "\n".join((name.platform, name.stage, name.text))
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    return ("#" if name.index else "-") + digest[:16]
