"""One build from before its start to what is remembered of it: the same for every front end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING

from tui.core.building.build import record_build, run_build
from tui.core.building.events import BuildEvent, BuildFailed, BuildSucceeded
from tui.core.building.key.key_record import (
    first_fingerprint,
    key_changed,
    key_fingerprint,
    mounted_key,
    next_cachebust,
)
from tui.core.building.key.key_shown import key_shown
from tui.core.building.key.key_use import key_accepted, key_untested
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.building.summary import Summary, outcome_lines, summarise, summarise_recorded
from tui.core.building.timing.estimate import TimeLeft
from tui.core.building.timing.history import History, KeyRecord, read_history
from tui.core.dataclass import dataclass, field, replace
from tui.core.dockerfile.key_readers import KeyReaders
from tui.core.project import Project
from tui.core.secret import Secret

if TYPE_CHECKING:
    from tui.core.building.failure.diagnosis import Diagnosis


@dataclass(frozen=True)
class Result:
    """The outcome of a build that has ended."""

    project: Project
    progress: BuildProgress
    key_changed: bool | None = None
    """True if the key is another one than that which last opened the channels; None where that is not known."""
    diagnosis: Diagnosis | None = None
    """Why it did not succeed."""
    history: History = field(default_factory=History)
    """With this build in it."""
    size: int | None = None
    """The image's, in bytes, where it is known."""
    readers: KeyReaders | None = None
    """Who was shown the key; None where it was not used, or the Dockerfile is not the plan's."""
    recorded: bool = False
    """True for a build that was played from a recording: there is no image of it here."""

    @property
    def succeeded(self) -> bool:
        """True if it made an image."""
        return isinstance(self.progress.outcome, BuildSucceeded)

    @property
    def summary(self) -> Summary:
        """The outcome in words."""
        outcome = self.progress.outcome
        if self.recorded and isinstance(outcome, BuildSucceeded):
            summary = summarise_recorded(self.progress, outcome)
        else:
            summary = summarise(self.progress, self.project.plan.build.image, self.size, self.key_changed)
        return replace(summary, details=(*summary.details, *self._shown)) if summary.good else summary

    @property
    def _shown(self) -> tuple[str, ...]:
        return (self.readers.words,) if self.readers else ()

    def is_of(self, project: Project) -> bool:
        """True if this project is the one that was built; what the files hold that it copies is not looked at."""
        then = self.project
        return (project.plan, project.environment) == (then.plan, then.environment) and (
            project.key in (None, then.key)  # None while it is looked for
        )

    @property
    def untested(self) -> bool:
        """True if it shows nothing about the key, and no earlier build does."""
        return key_untested(self.progress, self.key_changed)

    @property
    def lines(self) -> tuple[str, ...]:
        """The outcome as lines for a plain terminal."""
        if self.diagnosis is None:
            said = outcome_lines(self.progress, self.project.plan.build.image, self.size, self.key_changed)
            return (*said, *self._shown) if self.summary.good else said
        from tui.core.building.failure.diagnosis import lines

        head = () if self.diagnosis.failed else ("The build failed.",)
        return (*head, *lines(self.diagnosis))


@dataclass(frozen=True)
class Attempt:
    """A build of this project as it stood, with what earlier ones left."""

    project: Project
    env: Mapping[str, str]
    history: History
    key: Secret | None
    """The key that the build mounts."""
    fingerprint: str
    """Of the key; empty where there is none, or none was ever kept."""
    cachebust: str
    time_left: TimeLeft

    def run(self, cancel: asyncio.Event) -> AbstractAsyncContextManager[AsyncIterator[list[BuildEvent]]]:
        """See `run_build`."""
        return run_build(self.project, self.env, cancel, self.cachebust)

    def ended(self, progress: BuildProgress, log: BuildLog, now: float) -> Result:
        """Look into what came of it, and remember it for the next one; `now` is in seconds since the epoch."""
        changed = key_changed(self.fingerprint, self.history, self.key)
        used = self._used_key() if key_accepted(progress) else None
        history = record_build(self.project, self.env, self.history, progress, now, key=used)
        diagnosis, readers = self._diagnose(progress, log, now), key_shown(self.project, progress, log)
        return Result(self.project, progress, changed, diagnosis, history, readers=readers)

    def _used_key(self) -> KeyRecord | None:
        found = self.fingerprint or first_fingerprint(self.project, self.env, self.key)
        return KeyRecord(found, self.cachebust) if self.key else None

    def _diagnose(self, progress: BuildProgress, log: BuildLog, now: float) -> Diagnosis | None:
        if not isinstance(progress.outcome, BuildFailed):
            return None
        from tui.core.building.failure.diagnosis import diagnose  # a table of all failures, read only for one

        return diagnose(progress, log, self.project, now)


def prepare(project: Project, env: Mapping[str, str], now: float, *, check_key: bool = False) -> Attempt:
    """The next build of a project; with `check_key` its authenticated steps run again."""
    history, key = read_history(project, env), mounted_key(project)
    cachebust = next_cachebust(history, check_key=check_key, now=now)
    return Attempt(project, env, history, key, key_fingerprint(project, env, key), cachebust, TimeLeft(history))
