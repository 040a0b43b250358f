"""`condock lock`: lock files from a solve, or from conda-lock's file, and the plan that builds from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from pathlib import Path

from tui.core.dataclass import replace
from tui.core.errors import CondockError, ExitCode
from tui.core.files import change_of, read_named_text, stamped
from tui.core.key_access import equipped
from tui.core.locked_project import lock as locked
from tui.core.locks.conda_lock import read_packages
from tui.core.locks.locks import MAX_BYTES
from tui.core.plan_file import PLAN_FILE, dump_plan
from tui.core.project import Project, open_project
from tui.core.solving.solution import Solution, SolveFailure
from tui.core.solving.solve_words import solution_words
from tui.core.steps import step_of, step_problems
from tui.headless.obstacles import NO_PLAN, insist, insist_on_requests, no_environment, placed
from tui.headless.solve import platforms_of, solve
from tui.headless.trust import ask
from tui.headless.views.stderr import say, tell
from tui.headless.write import write_and_tell


def lock(path: Path, env: MutableMapping[str, str], platforms: Sequence[str], source: str = "") -> int:
    """Write a lock file for each platform and have the plan build from them; asks nothing, and says what it did.

    From a solve, or from the file of conda-lock that `source` names. Nothing is written unless all can be.
    """
    project = _planned(path)
    requirements: tuple[str, ...] = ()
    if source:
        content = read_packages(read_named_text(project.path / source, MAX_BYTES))
        wanted = platforms_of(project, env, platforms) if platforms else ()
        solutions, requirements = _of(content.solutions, wanted), content.requirements
    else:
        project = ask(equipped(project, env), env, for_requests=True)
        insist_on_requests(project)
        solutions = _solved(project, env, platforms_of(project, env, platforms))
    after, changes = locked(project, solutions, requirements)
    words = {change.path.name: solution_words(one) for change, one in zip(changes[1:], solutions, strict=False)}
    plan = change_of(project.path, PLAN_FILE, stamped(dump_plan(after.plan)))
    for change in (*changes[1:], *([plan] if after.plan != project.plan else [])):
        write_and_tell(change, words.get(change.path.name, ""))
    return ExitCode.DONE


def check_locks(path: Path) -> int:
    """Raise CondockError where the plan's lock files are not there, too old or for another platform."""
    project = _planned(path)
    if not project.plan.environment.locks:
        raise CondockError("The plan builds from no lock files.", "Make them: `condock lock`.")
    insist(step_problems(step_of("dependencies"), project))
    tell("The lock files are up to date.")
    return ExitCode.DONE


def _planned(path: Path) -> Project:
    """The project in this folder; CondockError where it has no plan or no environment file."""
    project = open_project(path)
    insist([*([] if project.folder.has(PLAN_FILE) else [NO_PLAN]), *no_environment(project)])
    insist([placed(problem, project.plan.environment.file) for problem in project.read_document().problems])
    return project


def _of(solutions: Iterable[Solution], wanted: Sequence[str]) -> tuple[Solution, ...]:
    """Those for the wanted platforms, or all; CondockError where one is not there."""
    found = {solution.platform: solution for solution in solutions}
    for platform in wanted:
        if platform not in found:
            message = f"That file is not for {platform}, only for {', '.join(found)}."
            raise CondockError(
                message, f"Make it anew for that platform: `conda-lock lock --platform {platform}`."
            )
    return tuple(found[platform] for platform in wanted or found)


def _solved(project: Project, env: Mapping[str, str], platforms: Sequence[str]) -> tuple[Solution, ...]:
    """The solutions; CondockError, after the solver's own words, where there is none for a platform."""
    answers = solve(project, env, platforms)
    for platform, answer in answers.items():
        if isinstance(answer, SolveFailure):
            for line in answer.lines:
                say(f"  | {line}")
            raise replace(answer.problem, message=f"{platform}: {answer.message}").error
    return tuple(answer for answer in answers.values() if isinstance(answer, Solution))
