"""The first screen as data: a row for each part of what would be built, or of what was found in a new folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from tui.core.account.key import check_key
from tui.core.application.listing import has_files
from tui.core.application.starts import Start
from tui.core.dataclass import dataclass, replace
from tui.core.environment.draft.from_folder import REQUIREMENTS
from tui.core.errors import CondockError, Problem
from tui.core.files import Standing
from tui.core.images.reference import short_name
from tui.core.navigation import Obstacles
from tui.core.overview.changes import Changes
from tui.core.overview.unmet_imports import unmet_words
from tui.core.plan_file import PLAN_FILE
from tui.core.project import Project
from tui.core.steps import number_of, wants_key
from tui.core.units import counted
from tui.core.untrusted_text import printable

if TYPE_CHECKING:
    from tui.core.overview.earlier_builds import Past

_MOST = 3
"""Changes that a row names."""


class PartKind(Enum):
    """How a row stands."""

    GOOD = auto()
    CHANGED = auto()
    """Another one than in the last image."""
    BAD = auto()
    NEW = auto()
    """Not there yet."""
    LOOKING = auto()
    ADVICE = auto()
    """As it can be built, and most likely not as it is meant."""


@dataclass(frozen=True)
class Part:
    """One row: something that is in the image, or needed for it."""

    kind: PartKind
    name: str
    words: str
    step: str
    """Where it is decided."""
    hint: str = ""


def parts(project: Project, past: Past | None, now: float, obstacles: Obstacles) -> tuple[Part, ...]:
    """The rows of a plan; one whose step has a problem says that instead. `now` is seconds since the epoch."""
    problems: dict[str, Problem] = {}
    for step, problem in obstacles:
        problems.setdefault(step.key, problem)
    return tuple(_judged(part, problems.get(part.step)) for part in _parts(project, past, now))


def _judged(part: Part, problem: Problem | None) -> Part:
    if problem is None or part.kind in (PartKind.LOOKING, PartKind.NEW, PartKind.BAD):
        return part
    return replace(part, kind=PartKind.BAD, words=problem.message, hint=problem.hint)


def _advised(part: Part, advice: str) -> Part:
    return replace(part, kind=PartKind.ADVICE, hint=advice) if advice else part


def _parts(project: Project, past: Past | None, now: float) -> Iterator[Part]:
    plan, changes = project.plan, (past and past.changes) or Changes()
    yield _part("Base", f"{short_name(plan.base.builder)} → {short_name(plan.base.runtime)}", "base", changes.base)
    document = project.read_document()
    count = len(document.dependencies) + len(document.pip)
    words = f"{count} package{'' if count == 1 else 's'}{', locked' if plan.environment.locks else ''}"
    row = _part("Dependencies", words, "dependencies", (*changes.packages, *changes.locks))
    yield _advised(row, unmet_words(project))
    yield _key(project, now, changed=bool(past and past.key_changed))
    application = plan.application
    copied = f"{len(application.files)} copied" if application.files else "nothing is copied"
    words = f"{printable(application.command) or 'no command'} as {printable(application.user)}, {copied}"
    yield _part("Application", words, "application", changes.files)
    yield _files(project)
    yield engine_part(project)


def first_parts(project: Project, starts: Sequence[Start] | None, now: float) -> tuple[Part, ...]:
    """The rows of a folder without a plan; `starts` are None until somebody looked for them."""
    plan, folder = project.plan, project.folder
    return (
        _first_environment(project),
        _first_application(project, starts),
        engine_part(project),
        _first_key(project, now),
        Part(PartKind.NEW, printable(plan.build.dockerfile), _written(folder.has("Dockerfile")), "preview"),
        Part(PartKind.NEW, PLAN_FILE, "will be written: the plan, to be committed", "preview"),
    )


def _first_environment(project: Project) -> Part:
    file, document = project.plan.environment.file, project.read_document()
    name, step = printable(file), "dependencies"
    if not project.folder.has(file):
        origin = f" from {REQUIREMENTS}" if (project.path / REQUIREMENTS).is_file() else ""
        return Part(PartKind.NEW, name, f"none here: one is begun{origin}, with {document.words}", step)
    row = Part(PartKind.GOOD, name, document.words, step)
    for problem in document.problems[:1]:
        where = f"Line {problem.line}: " if problem.line else ""
        return _judged(row, replace(problem, message=f"{where}{problem.message}"))
    if found := len(document.advice):
        return _advised(row, f"{counted(found, 'finding')}: see step {number_of(step)}, where f4 mends most.")
    return _advised(row, unmet_words(project))


def _first_application(project: Project, starts: Sequence[Start] | None) -> Part:
    if starts is None:
        return Part(PartKind.LOOKING, "application", "looking", "application")
    if not starts:
        none = "none recognised: put your code here, or go on and say what is copied and started"
        empty = "this folder has no files yet: put your code here, and ctrl+r looks again"
        return Part(PartKind.NEW, "application", none if has_files(project.path) else empty, "application")
    first = starts[0]
    name, words = printable(PurePosixPath(first.file).name), first.framework.sentence
    return Part(PartKind.GOOD, name, f"{first.framework.name}: {words}", "application")


def _first_key(project: Project, now: float) -> Part:
    part = _key(project, now, changed=False)
    if part.kind is PartKind.LOOKING or project.key or not wants_key(project):
        return part
    return Part(PartKind.NEW, part.name, "none found: the next step signs you in", "account")


def _written(there: bool) -> str:
    if there:
        return "is here: you see the difference before it is replaced"
    return "will be written, once you have seen it"


def _part(name: str, words: str, step: str, changed: Sequence[str]) -> Part:
    if not changed:
        return Part(PartKind.GOOD, name, words, step)
    more = f"  and {len(changed) - _MOST} more" if len(changed) > _MOST else ""
    return Part(PartKind.CHANGED, name, f"{words}   {printable('  '.join(changed[:_MOST]))}{more}", step)


def _key(project: Project, now: float, *, changed: bool) -> Part:
    name = "API key"
    if not wants_key(project):
        return Part(PartKind.GOOD, name, "none: public channels only", "account")
    if project.search is None and project.pasted is None:
        return Part(PartKind.LOOKING, name, "looking", "account")
    if project.key is None:
        file = printable(project.plan.secret.file)
        return Part(
            PartKind.GOOD, name, f"in {file}" if project.plan.secret.mode == "dotenv" else "none", "account"
        )
    winner = project.search.winner if project.search else None
    source = "pasted" if project.pasted else winner.where if winner else ""
    report = check_key(project.key, now)
    words = ", ".join(filter(None, (f"{source} {project.key.masked}".strip(), report.words)))
    return Part(
        PartKind.CHANGED if changed else PartKind.GOOD, name, words + "   ~ another one" * changed, "account"
    )


def _files(project: Project) -> Part:
    try:
        changes = project.changes()
    except CondockError as error:
        return Part(PartKind.BAD, "Files", str(error), "preview")
    edited = project.plan.environment.file
    new = [change.name for change in changes if change.standing in (Standing.NEW, Standing.OURS)]
    new += [change.name for change in changes if change.standing is Standing.FOREIGN and change.name == edited]
    by_hand = [change.name for change in changes if change.standing is Standing.FOREIGN and change.name != edited]
    if new:
        return Part(PartKind.NEW, "Files", f"to be written: {printable(', '.join(new))}", "preview")
    words = (
        f"edited by hand, used as they are: {printable(', '.join(by_hand))}" if by_hand else "as the plan has them"
    )
    return Part(PartKind.GOOD, "Files", words, "preview")


def engine_part(project: Project) -> Part:
    """The row of the engine."""
    report = project.engine
    if report is None:
        return Part(PartKind.LOOKING, "Docker", "looking", "build")
    if report.problem is not None:
        hint = f"{report.problem.hint} You can go on: files are written, and built later."
        return Part(PartKind.BAD, "Docker", report.problem.message, "build", hint)
    buildx = f"buildx {report.buildx_version}" if report.buildx else ""
    builder = f"builder {report.builder.name}" if report.builder else ""
    words = ", ".join(filter(None, (f"{report.server} for {report.platform}", buildx, report.chosen, builder)))
    return Part(PartKind.GOOD, "Docker", words, "build")
