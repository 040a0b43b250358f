"""The key in words: which one the build uses, and the places where one was looked for."""

from __future__ import annotations

import time

from textual.content import Content

from tui.core.account.key import check_key
from tui.core.account.key_lookup import KeySource, State
from tui.core.audience import unkeyed_advice
from tui.core.dataclass import dataclass
from tui.core.plan import SecretMode
from tui.core.project import Project
from tui.core.secret import Secret
from tui.widgets.checklist import Mark, Row

_MARKS = {
    State.WON: Mark.GOOD,
    State.SHADOWED: Mark.WARNING,
    State.ABSENT: Mark.MISSING,
    State.UNREADABLE: Mark.BAD,
}


@dataclass(frozen=True)
class Refusal:
    """A server would not have this key, and said so in these words."""

    key: Secret | None
    words: str


def key_rows(project: Project, refusal: Refusal | None) -> tuple[Row, ...]:
    """A row for each place that was looked at; a key that was refused since has no tick."""
    if project.search is None:
        return (Row(Mark.LOOKING, "looking", ""),)
    refused = refusal.key if refusal else None
    return tuple(_row(source, refused) for source in project.search.rows)


def key_used(project: Project, refusal: Refusal | None) -> Content:
    """The key of the build, and what speaks against it."""
    if project.plan.secret.mode is SecretMode.NONE:
        advice = unkeyed_advice(project)
        missed = Content.styled(f"\n! {advice.message}", "$text-warning") if advice else Content()
        return Content("The build uses no key.") + missed
    if project.key is None:
        looked = "Sign in, so that the build can read Anaconda's channels."
        return Content(looked if project.search else "Looking for a key …")
    report = check_key(project.key, time.time())
    if report.problem and project.pasted:  # its end is not shown: it may be anything
        return Content("What was pasted is no key that can work.")
    until = f", which {report.words}" if report.expires and not (report.problem or report.advice) else ""
    used = f"The build uses {'the pasted key' if project.pasted else 'the key'} {project.key.masked}{until}."
    if refusal and refusal.key == project.key:
        return Content.styled(f"✗ {refusal.words}", "bold $text-error") + Content(f"\n{used}")
    if report.advice and not report.expires:  # then it is doubtful that it is a key at all
        return Content.styled(f"! {report.advice}", "$text-warning")
    return Content(f"{used} {report.advice}" if report.advice else used)


def _row(source: KeySource, refused: Secret | None) -> Row:
    found = "nothing"
    if source.key is not None:
        words = source.report.words if source.report else ""
        found = f"{source.key.masked}  {words}"
    if source.state is State.SHADOWED:
        found += f"  (not used: {source.shadowed_by} wins)"
    problem = source.report.problem if source.report else None
    bad = problem or (source.key is not None and source.key == refused)
    mark = Mark.BAD if bad and source.state is not State.SHADOWED else _MARKS[source.state]
    return Row(mark, source.where, found, str(problem) if problem and source.state is State.UNREADABLE else "")
