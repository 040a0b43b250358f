"""The build that is about to begin, in a few lines: of what, with what, how the key gets there, and how long."""

from __future__ import annotations

from collections.abc import Iterator

from tui.core.building.timing.history import History
from tui.core.images.reference import short_name
from tui.core.plan import SecretMode
from tui.core.project import Project
from tui.core.units import human_seconds
from tui.core.untrusted_text import printable

_KEYS = {
    SecretMode.NONE: "none: public channels only",
    SecretMode.VARIABLE: "mounted as a secret; the image is searched for it afterwards",
    SecretMode.DOTENV: "mounted as a file; the image is searched for it afterwards",
}


def ahead(project: Project, history: History) -> tuple[str, ...]:
    """The lines, their beginnings in a column."""
    rows = tuple(_rows(project, history))
    widest = max(len(name) for name, _ in rows)
    return tuple(f"  {name:{widest}}  {words}" for name, words in rows)


def elsewhere(project: Project) -> str:
    """A sentence on what can be had where nothing can be built; empty where Docker was not found wanting."""
    problem = project.engine.problem if project.engine else None
    if problem is None or problem.field != "engine":
        return ""
    if not project.is_written():
        return "The files can be written all the same: the preview does it."
    return (
        "The files are written. Where there is Docker with buildx, `condock build` in a copy of this folder makes "
        "the image, and so does the build command in the preview, without condock."
    )


def _rows(project: Project, history: History) -> Iterator[tuple[str, str]]:
    plan = project.plan
    own = (project.engine.platform,) if project.engine and project.engine.platform else ()
    platforms = ", ".join(map(printable, plan.build.platforms or own))
    yield "Image", printable(plan.build.image) + (f", for {platforms}" if platforms else "")
    yield "Built in", f"{short_name(plan.base.builder)}, which has conda and stays behind"
    copied = "and your files" if plan.application.files else "alone"
    yield "Shipped on", f"{short_name(plan.base.runtime)}, with the environment {copied}"
    locked = ", ".join(map(printable, plan.environment.locks))
    yield "Packages", f"as locked in {locked}" if locked else project.read_document().words
    yield "Key", _KEYS[plan.secret.mode]
    last = history.last_success
    again = (
        f"the last one took {human_seconds(last.seconds)}; what is unchanged is not built again" if last else ""
    )
    yield "Time", again or "some minutes the first time; later builds use a cache"
