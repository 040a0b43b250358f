"""Checks before a command goes on: the problems that stand in its way."""

from __future__ import annotations

from collections.abc import Sequence

from tui.core.claims import Unagreed, for_command, unagreed, unagreed_problem
from tui.core.dataclass import replace
from tui.core.errors import ExitCode, Problem
from tui.core.plan_file import PLAN_FILE
from tui.core.project import Project
from tui.core.steps import obstacles
from tui.core.untrusted_text import printable
from tui.headless.views.stderr import tell


def all_problems(project: Project) -> list[Problem]:
    """All problems that stand in the way of a build, their place in a file as words."""
    environment = project.plan.environment
    missing = [] if environment.locks else no_environment(project)
    if not project.folder.has(PLAN_FILE):
        missing = [NO_PLAN]  # what mends that writes the environment file as well
    return [*missing, *(placed(problem, environment.file) for _, problem in obstacles(project))]


NO_PLAN = Problem(f"There is no {PLAN_FILE} here.", "Run `condock` or `condock init` first.", "folder")


def no_environment(project: Project) -> list[Problem]:
    """That the environment file is missing, if it is."""
    file = project.plan.environment.file
    if (project.path / file).exists():
        return []
    hint = "Write one, or run `condock` or `condock init`, which begin one."
    return [Problem(f"{printable(file)} does not exist.", hint, "environment.file")]


def placed(problem: Problem, file: str) -> Problem:
    """The problem with its place as words; only what is in the environment file has one."""
    if problem.line is None:
        return problem
    message = f"{printable(file)}, line {problem.line}, column {problem.column}: {problem.message}"
    return replace(problem, message=message, line=None, column=None)


def barred(project: Project) -> bool:
    """True if something is in the way that neither an engine nor an answer of the user's takes away."""
    return any(
        problem.exit_code is not ExitCode.NO_ENGINE and not isinstance(problem, Unagreed)
        for problem in all_problems(project)
    )


def insist(problems: Sequence[Problem]) -> None:
    """Raise CondockError with the first problem, after all others have been said."""
    for problem in problems[1:]:
        tell(f"condock: {for_command(problem)}")
    if problems:
        raise for_command(problems[0]).error


def insist_on_requests(project: Project) -> None:
    """Raise CondockError where the folder says something about requests with the key that was not agreed to."""
    insist([unagreed_problem(claim) for claim in unagreed(project, for_requests=True)])
