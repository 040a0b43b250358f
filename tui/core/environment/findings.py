"""Findings in environment.yml as data: what is wrong where, the fix that is offered, and which are alike."""

from __future__ import annotations

from tui.core.dataclass import dataclass
from tui.core.environment.edits import Fix
from tui.core.errors import Problem


@dataclass(frozen=True)
class FindingKind:
    """The words for several findings that are alike: `{count}` is how many, `{subjects}` are their names."""

    sentence: str
    mend: str
    """The title of mending all of them."""


@dataclass(frozen=True)
class Finding(Problem):
    """Something found in environment.yml, and how condock would mend it, if it can safely."""

    end_column: int | None = None
    """The column behind its last character, counted from 1."""
    fix: Fix | None = None
    kind: FindingKind | None = None
    """None where only findings with the same words are alike."""
    subject: str = ""
    """The name that it is about, where the sentence of its kind has the names; printable."""
    ends_it: bool = False
    """True if what the image starts would end at once for it."""


@dataclass(frozen=True)
class Missed(Problem):
    """A module that the image was without when it was started."""

    module: str = ""


def fix_of(problem: Problem | None) -> Fix | None:
    """The change that mends it, where there is one."""
    return problem.fix if isinstance(problem, Finding) else None


def finding_at(
    line: int, column: int, message: str, hint: str, *, end_column: int | None = None, fix: Fix | None = None
) -> Finding:
    """A finding in the environment file; line and column counted from 0, `end_column` from 1."""
    return Finding(message, hint, "environment", line + 1, column + 1, end_column, fix)


def place(finding: Finding) -> tuple[int, int]:
    """The key that findings are sorted by."""
    return finding.line or 0, finding.column or 0
