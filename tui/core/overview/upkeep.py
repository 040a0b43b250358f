"""Upkeep that is due: bases that are deprecated or whose tag names another image, a key that ends soon."""

from __future__ import annotations

from collections.abc import Callable

from tui.core.account.key import check_key
from tui.core.dataclass import dataclass
from tui.core.errors import CondockError
from tui.core.images.catalogue import catalogue
from tui.core.images.reference import parse_reference
from tui.core.project import Project
from tui.core.steps import wants_key


@dataclass(frozen=True)
class Upkeep:
    """One thing that is due."""

    words: str
    step: str
    mend: Callable[[Project], Project] | None = None
    """Gives the project with it mended; None where the user has to do it, in the step."""


def upkeep(project: Project, now: float) -> tuple[Upkeep, ...]:
    """All that is due, by what condock knows itself; nobody is asked. `now` is seconds since the epoch."""
    found = (_base(project, "builder"), _base(project, "runtime"), _key(project, now))
    return tuple(one for one in found if one)


def _base(project: Project, part: str) -> Upkeep | None:
    used: str = getattr(project.plan.base, part)
    images = catalogue()
    offered, better = (images.builders, images.builder) if part == "builder" else (images.runtimes, images.runtime)
    try:
        reference = parse_reference(used)
    except CondockError:
        return None
    name = str(reference).partition("@")[0]
    known = next((image for image in offered if f"{image.name}:{image.tag}" == name), None)
    if known is None:
        return None
    if known.deprecated and better.reference != used:
        words = f"{name} is deprecated; {better.name}:{better.tag} is recommended."
        return Upkeep(words, "base", _with_base(part, better.reference))
    if reference.digest and reference.digest != known.digest and (known.checked or better.reference != used):
        since = f", as of {known.checked}" if known.checked else ""
        return Upkeep(f"{name} names another image by now{since}.", "base", _with_base(part, known.reference))
    return None


def _with_base(part: str, reference: str) -> Callable[[Project], Project]:
    return lambda project: project.change("base", **{part: reference})


def _key(project: Project, now: float) -> Upkeep | None:
    if project.key is None or not wants_key(project):
        return None
    report = check_key(project.key, now)
    return Upkeep(report.advice.message, "account") if report.advice and report.expires else None
