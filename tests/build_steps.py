"""Steps of a build as its events tell them, for tests of what is concluded from them."""

from __future__ import annotations

from pathlib import Path

from tui.core.build.events import BuildEvent, StepUpdated
from tui.core.build.progress import BuildProgress, fold_all
from tui.core.build.rawjson import RawJsonDecoder
from tui.core.text import Redactor

RECORDINGS = Path(__file__).parent / "data" / "recordings"

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


def progress(*events: BuildEvent) -> BuildProgress:
    return fold_all(BuildProgress(), events)
