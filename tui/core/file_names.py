"""The names that a plan gives to files: none is an option or an address, and none is another file's place."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator
from pathlib import PurePosixPath

from tui.core.dockerfile.ignore import ignore_name
from tui.core.errors import CondockError, Problem
from tui.core.locks.locks import PIP_LOCK, lock_name
from tui.core.plan import BuildPlan
from tui.core.plan_file import PLAN_FILE, SCHEMA
from tui.core.platforms import CONDA_NAMES
from tui.core.untrusted_text import shown, taken_for_pattern

_TAKEN = (PLAN_FILE, SCHEMA, ".dockerignore", PIP_LOCK, *map(lock_name, CONDA_NAMES))
"""Files that condock writes, or that others read, under names that no plan chooses."""
_OF_GIT = r"\.git(ignore|attributes|modules)?|git~\d+"  # the last is Windows' short name of the first
_OWN_NAME = "Give it a name of its own."


def file_name_problems(plan: BuildPlan) -> Iterator[Problem]:
    """The problems of the names of the files that are written for this plan."""
    for lock in plan.environment.locks:
        if fault := _fault(lock):
            yield Problem(*fault, "environment.locks")
    taken = {*map(_folded, (*_TAKEN, *plan.environment.locks))}
    names = {
        "environment.file": (plan.environment.file,),
        "secret.file": (plan.secret.file,),
        "build.dockerfile": (plan.build.dockerfile, ignore_name(plan)),
    }
    for field, own in names.items():
        places = {*map(_folded, own)}
        if fault := _fault(own[0], may_be_outside=field == "secret.file"):
            yield Problem(*fault, field)
        elif places & taken:
            yield Problem(f"`{shown(own[0])}` is the place of another file.", _OWN_NAME, field)
        taken |= places


def insist_on_names(plan: BuildPlan) -> None:
    """Raise CondockError for the first of the problems."""
    for problem in file_name_problems(plan):
        raise CondockError(problem.message, problem.hint)


def _fault(name: str, *, may_be_outside: bool = False) -> tuple[str, str] | None:
    path = PurePosixPath(name)
    if "://" in name:  # docker/buildx, build/opt.go: `--file` with an address is fetched from there
        return f"`{shown(name)}` is an address, not a file.", "Name a file of the folder."
    if name.startswith("-"):
        return f"`{shown(name)}` would be taken for an option.", _OWN_NAME
    outside = path.is_absolute() or ".." in path.parts
    if not path.parts or (outside and not may_be_outside):
        message = f"`{shown(name)}` is not a file inside the folder."
        return message, "Name one that is, relative to the folder."
    if any(re.fullmatch(_OF_GIT, part) for part in _folded(name).split("/")):
        return f"`{shown(name)}` belongs to git.", _OWN_NAME
    return _unsent(name, as_copied=not may_be_outside)


def _unsent(name: str, *, as_copied: bool) -> tuple[str, str] | None:
    if not name.isprintable() or name != name.strip() or "\\" in name:
        message = f"`{shown(name)}` has blanks at its ends, a backslash, or characters that cannot be seen."
        return message, "Rename the file: a rule of an ignore file could not name it."
    if as_copied and taken_for_pattern(name):
        return f"`{shown(name)}` has a `*` or `?`, or begins with `!`: BuildKit does not find it.", "Rename it."
    return None


def _folded(name: str) -> str:
    """One text for all spellings of a path that some file system takes for the same: APFS, HFS+, NTFS."""
    text = unicodedata.normalize("NFKC", posixpath.normpath(name)).casefold()
    visible = "".join(letter for letter in text if unicodedata.category(letter) != "Cf")
    return "/".join(part.rstrip(" .") or part for part in visible.split("/"))
