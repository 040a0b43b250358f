"""Times and outcomes of a plan's earlier builds, kept in the user's state folder: no output, no names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from statistics import median
from typing import Any

from tui.core.building.events import BuildCancelled, BuildFailed, BuildSucceeded, Outcome
from tui.core.building.progress import BuildProgress
from tui.core.building.timing.step_times import of_dockerfile, step_times
from tui.core.dataclass import dataclass, field, replace
from tui.core.project import Project
from tui.core.state import read_state, write_state

_VERSION = 1
_MOST_BUILDS = 20
_MOST_STEPS = 200  # of one build; those that took longest
_MOST_BYTES = 64_000
_MOST_PLANS = 200
_OUTCOMES: dict[type[Outcome], str] = {
    BuildSucceeded: "succeeded",
    BuildFailed: "failed",
    BuildCancelled: "cancelled",
}
# What chooses the engine and the builder where the plan leaves it open: each has a cache of its own.
_CHOOSING = ("DOCKER_HOST", "DOCKER_CONTEXT", "BUILDX_BUILDER")


@dataclass(frozen=True)
class BuildRecord:
    """One build that has ended."""

    when: float
    """Seconds since the epoch, at its end."""
    outcome: str
    """`succeeded`, `failed` or `cancelled`."""
    seconds: float
    steps: Mapping[str, float | None] = field(default_factory=dict)
    """Seconds of each step that came to its end, by `step_times`; None where all was done already."""

    @property
    def ran(self) -> int:
        """How many steps of the Dockerfile did something."""
        return sum(of_dockerfile(key) and time is not None for key, time in self.steps.items())


@dataclass(frozen=True)
class KeyRecord:
    """The last run of the authenticated steps that came to a good end."""

    fingerprint: str
    """Tells whether another key is the same one, and nothing else of it (see `key_record`)."""
    cachebust: str = ""
    """The build argument they ran with: with it again, they come from the cache as they were made then."""


@dataclass(frozen=True)
class History:
    """The builds of a plan that are remembered, the oldest first."""

    builds: tuple[BuildRecord, ...] = ()
    key: KeyRecord | None = None

    def usual(self, step: str, ran: int | None = None) -> float | None:
        """The median of the times this step took; None where it never ran to its end.

        With `ran`, those of the builds in which about as many steps ran.
        """
        builds = [build for build in self.builds if build.steps.get(step) is not None]
        if ran is not None and builds:
            nearest = min(abs(build.ran - ran) for build in builds)
            builds = [build for build in builds if abs(build.ran - ran) == nearest]
        times = [seconds for build in builds if (seconds := build.steps[step]) is not None]
        return median(times) if times else None

    def was_cached(self, step: str) -> bool:
        """True if it came from the cache when it was last seen."""
        known = (build.steps[step] for build in reversed(self.builds) if step in build.steps)
        return next(known, 0.0) is None

    @property
    def last_success(self) -> BuildRecord | None:
        """The newest build that was seen to its end."""
        return next((build for build in reversed(self.builds) if build.outcome == "succeeded"), None)


def read_history(project: Project, env: Mapping[str, str]) -> History:
    """Read the history of this plan's builds; an empty one where the file is damaged or of a newer condock."""
    content = read_state(env, history_file(project, env), _MOST_BYTES)
    try:
        data = json.loads(content or "{}")
        return _parsed(data) if data.get("version") == _VERSION else History()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return History()


def write_history(project: Project, env: Mapping[str, str], history: History) -> None:
    """Keep the newest builds, 20 of them and 64 kB at the most; nothing happens where nothing can be kept."""
    builds = history.builds[-_MOST_BUILDS:]
    while len(content := _dumped(replace(history, builds=builds))) > _MOST_BYTES:
        builds = builds[1:]
    write_state(env, history_file(project, env), content, siblings=_MOST_PLANS)


def plan_id(project: Project, env: Mapping[str, str]) -> str:
    """A name for what shares a cache and its times: the folder, the image and who builds it, as a hash."""
    build = project.plan.build
    parts = [str(project.path.resolve()), build.image, build.dockerfile, build.context, build.builder]
    parts += [*build.platforms, *(env.get(name, "") for name in _CHOOSING)]
    return _hash(json.dumps(parts))


def build_record(progress: BuildProgress, when: float) -> BuildRecord | None:
    """The record of a build that ended at `when` (seconds since the epoch); None while it runs."""
    outcome = progress.outcome
    if outcome is None:
        return None
    seconds = (progress.time or 0.0) - (progress.started or 0.0)
    if isinstance(outcome, BuildSucceeded):
        seconds = outcome.seconds
    times = step_times(progress)
    longest = sorted(times.items(), key=lambda item: item[1] or 0.0, reverse=True)[:_MOST_STEPS]
    return BuildRecord(round(when, 3), _OUTCOMES[type(outcome)], round(max(0.0, seconds), 3), dict(longest))


def _hash(text: str) -> str:
    import hashlib  # and OpenSSL with it

    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def history_file(project: Project, env: Mapping[str, str]) -> str:
    """Its name in the state folder."""
    return f"builds/{plan_id(project, env)}.json"


def _dumped(history: History) -> bytes:
    return json.dumps({"version": _VERSION, **asdict(history)}, separators=(",", ":")).encode()


def _parsed(data: dict[str, Any]) -> History:
    """The history in this JSON; an exception where it is not as `_dumped` made it."""
    key = data["key"]
    builds = tuple(
        BuildRecord(
            _number(build["when"]),
            _text(build["outcome"]),
            _number(build["seconds"]),
            {_text(key): None if time is None else _number(time) for key, time in build["steps"].items()},
        )
        for build in data["builds"]
    )
    return History(builds, key and KeyRecord(_text(key["fingerprint"]), _text(key["cachebust"])))


def _number(value: object) -> float:
    if isinstance(value, int | float) and 0 <= value < 1e10:  # neither is true of NaN
        return float(value)
    raise ValueError


def _text(value: object) -> str:
    if isinstance(value, str) and value.isprintable():
        return value
    raise ValueError
