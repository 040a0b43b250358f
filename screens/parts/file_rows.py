"""The files that the plan gives, in words: which are written, and what becomes of the others."""

from __future__ import annotations

import os

from tui.core.dockerfile.ignore import ignore_name
from tui.core.errors import CondockError
from tui.core.files import Standing
from tui.core.project import Project
from tui.widgets.checklist import Mark, Row

_STANDINGS = {
    Standing.NEW: (Mark.LOOKING, "will be written"),
    Standing.SAME: (Mark.GOOD, "is written"),
    Standing.OURS: (Mark.LOOKING, "will be brought up to date"),
    Standing.FOREIGN: (
        Mark.WARNING,
        "is not condock's: you are shown the difference first, and the old one is kept",
    ),
}


def file_rows(project: Project) -> list[Row]:
    """A row for each file that is to be written, and one for an ignore file that stays."""
    try:
        changes = project.changes()
    except CondockError as error:
        return [Row(Mark.BAD, "files", error.message, error.hint)]
    rows = []
    for change in changes:
        mark, what = _STANDINGS[change.standing]
        rows.append(Row(mark, change.path.name, what))
    if os.path.lexists(project.path / ".dockerignore"):
        about = f"{ignore_name(project.plan)} goes before .dockerignore, which stays as it is."
        rows.append(Row(Mark.GOOD, "", about))
    return rows
