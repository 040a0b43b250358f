"""Steps of a build as its events tell them, for tests of what is concluded from them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace

from tests.paths import RECORDINGS
from tui.core.building.attempt import prepare
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import BuildEvent, LineBegun, OutputReceived, StepUpdated
from tui.core.building.fold import fold_all
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.project import Project
from tui.core.untrusted_text import Redactor

FROM = "[builder 1/4] FROM conda"
COPY = "[builder 2/4] COPY environment.yml ./environment.yml"
SECRET = "RUN --mount=type=secret,id=ANACONDA_AUTH_API_KEY,required=true"
CREATE = f"[builder 3/4] {SECRET}     conda env create"
CLEAN = "[builder 4/4] RUN conda clean"
EXPORT = "exporting to image"


def waiting(name: str, *needs: str) -> StepUpdated:
    return StepUpdated(name, name, needs)


def running(name: str, *needs: str, since: float) -> StepUpdated:
    return StepUpdated(name, name, needs, since)


def ran(name: str, *needs: str, seconds: float, since: float = 0.0) -> StepUpdated:
    return StepUpdated(name, name, needs, since, since + seconds)


def cached(name: str, *needs: str) -> StepUpdated:
    return StepUpdated(name, name, needs, 0.0, 0.0, cached=True)


def failed(name: str, *needs: str, seconds: float) -> StepUpdated:
    return StepUpdated(
        name, name, needs, 0.0, seconds, error="process did not complete successfully: exit code: 1"
    )


def recorded(name: str) -> list[BuildEvent]:
    """The events of a recorded build, without its outcome."""
    return RawJsonDecoder(Redactor()).feed((RECORDINGS / f"{name}.rawjson").read_bytes())


def settled(events: Iterable[BuildEvent]) -> list[BuildEvent]:
    """With output of one moment joined, and of what has begun its last state alone: however it was delivered."""
    found: list[BuildEvent] = []
    for event in events:
        if isinstance(event, OutputReceived | LineBegun):
            _join(found, replace(event, time=int(event.time * 10) if event.time else None))
        else:
            found.append(event)
    return found


def _join(found: list[BuildEvent], event: OutputReceived | LineBegun) -> None:
    if found and isinstance(found[-1], LineBegun) and found[-1].step == event.step:
        found.pop()
    last = found[-1] if found else None
    if not (isinstance(last, OutputReceived) and isinstance(event, OutputReceived)):
        found.append(event)
    elif replace(last, text="") == replace(event, text=""):
        found[-1] = replace(last, text=f"{last.text}\n{event.text}")
    else:
        found.append(event)


def progress(*events: BuildEvent) -> BuildProgress:
    return fold_all(BuildProgress(), events)


def record(project: Project, progress: BuildProgress, when: float, cachebust: str = "") -> None:
    """Keep a build that has ended, as the next one finds it."""
    attempt = replace(prepare(project, os.environ, when), cachebust=cachebust)
    attempt.ended(progress, BuildLog(), when)
