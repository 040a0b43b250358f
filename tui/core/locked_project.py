"""A project built from lock files from now on, and the files to write for that."""

from __future__ import annotations

from collections.abc import Iterable

from tui.core.file_names import insist_on_names
from tui.core.files import FileChange, change_of, stamped
from tui.core.locks.lock_writer import lock_text, pip_lock_text
from tui.core.locks.locks import MAX_BYTES, PIP_LOCK, lock_name
from tui.core.project import Project
from tui.core.solving.request import virtual_packages
from tui.core.solving.solution import Solution


def lock(
    project: Project, solutions: Iterable[Solution], requirements: Iterable[str] = ()
) -> tuple[Project, tuple[FileChange, ...]]:
    """The project as built from lock files of these solutions, and the files to write for it, in their order.

    environment.yml is the first of them: a lock file tells by its text whether it is still the right one.
    `requirements` is all that pip shall install, where that is known. Raises CondockError where a solution cannot
    be locked or a file in the way cannot be read.
    """
    insist_on_names(project.plan)
    locks = {
        lock_name(solution.platform): lock_text(
            solution, project.environment, virtual_packages(project.plan, solution.platform)
        )
        for solution in solutions
    }
    if pip := pip_lock_text(project.environment, requirements):
        locks[PIP_LOCK] = pip
    environment = change_of(project.path, project.plan.environment.file, project.environment)
    changes = (change_of(project.path, name, stamped(text), MAX_BYTES) for name, text in locks.items())
    return project.change("environment", locks=tuple(locks)), (environment, *changes)
