"""`condock check`: what is wrong with the environment, and whether it solves, before anything is built."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tui.core.application.advice import command_advice
from tui.core.application.imports import Import, find_imports
from tui.core.audience import unkeyed_advice
from tui.core.channels.addresses import plugin_channel_problem
from tui.core.dataclass import dataclass, replace
from tui.core.environment.finding_groups import Group, grouped
from tui.core.environment.findings import Finding, fix_of
from tui.core.environment.missing_packages import Supply, missing, read_with_imports
from tui.core.errors import ExitCode, Problem
from tui.core.key_access import equipped
from tui.core.plan_file import PLAN_FILE
from tui.core.project import Project, open_project
from tui.core.solving.solution import Solution, SolveFailure
from tui.core.solving.solve_words import solution_words
from tui.core.steps import step_of, step_problems, wants_key
from tui.core.untrusted_text import shown
from tui.headless.fix import fix_file, show_fixed
from tui.headless.obstacles import insist_on_requests, no_environment
from tui.headless.solve import Answers, channel_names, platforms_of, solve
from tui.headless.trust import ask
from tui.headless.views.stderr import tell


@dataclass(frozen=True)
class Check:
    """All that was found."""

    file: str
    problems: tuple[Problem, ...]
    """The problems that stand in the way of a build."""
    advice: tuple[Problem, ...]
    answers: Answers
    """The answers of the solver; none where it was not asked, or could not be."""

    @property
    def exit_code(self) -> ExitCode:
        """That of the first thing which stands in the way."""
        failures = (answer.problem for answer in self.answers.values() if isinstance(answer, SolveFailure))
        return next((problem.exit_code for problem in (*self.problems, *failures)), ExitCode.DONE)


def check(
    path: Path,
    env: MutableMapping[str, str],
    platforms: Sequence[str],
    *,
    as_json: bool = False,
    offline: bool = False,
    fix: bool = False,
    dry_run: bool = False,
) -> int:
    """Print the findings on environment.yml and, unless `offline`, what solving it comes to for each platform.

    Nothing is solved where the file has problems, or where the plan builds from lock files. `fix` first mends
    what can be mended; `dry_run` only shows what that would change.
    """
    project = open_project(path)
    if dry_run:
        return show_fixed(project)
    if fix:
        project = fix_file(project, env)
    imports = find_imports(project.path, project.plan.application.files)
    found = findings(project, imports)
    if not (offline or found.problems or project.plan.environment.locks):
        project = ask(equipped(project, env), env, for_requests=True)
        insist_on_requests(project)
        asked = platforms_of(project, env, platforms)
        answers = solve(project, env, asked)
        found = replace(findings(project, imports, _supply(project, env, imports, answers)), answers=answers)
    if as_json:
        print(json.dumps(as_data(found)))
    else:
        tell("\n".join(as_lines(found)), sys.stdout)
    return found.exit_code


def _installed(answers: Answers) -> frozenset[str]:
    """The names of what was solved for every platform."""
    solved = (answer.packages for answer in answers.values() if isinstance(answer, Solution))
    names = [frozenset(package.name for package in packages) for packages in solved]
    return frozenset.intersection(*names) if names else frozenset()


def _supply(project: Project, env: Mapping[str, str], imports: Sequence[Import], answers: Answers) -> Supply:
    """What was solved and, where the code imports something else, the names that the channels have."""
    supply = Supply(_installed(answers))
    if answers and missing(project.read_document(), imports, supply):
        return replace(supply, channel=channel_names(project, env, next(iter(answers))))
    return supply


def findings(project: Project, imports: Sequence[Import], supply: Supply | None = None) -> Check:
    """The findings that need nobody to be asked; `supply` is what is known of the channels by now."""
    file = project.plan.environment.file
    document = read_with_imports(project.environment, project.plan, project.path, imports, supply)
    found = step_problems(step_of("dependencies"), project)
    others = [problem for problem in found if problem not in document.problems]
    # Lock files that can be used as they are do not care for the text; others have to be made from it.
    own = document.problems if others or not project.plan.environment.locks else ()
    absent = [] if project.plan.environment.locks else no_environment(project)
    channel = plugin_channel_problem(project.plan.secret.plugin_channel) if wants_key(project) else None
    elsewhere = [channel] if channel else []
    locks = [advice for lock in project.read_locks() for advice in lock.advice]
    unkeyed = unkeyed_advice(project)
    general = [*([unkeyed] if unkeyed else []), *command_advice(project.plan.application, project.path)]
    return Check(file, (*absent, *own, *others, *elsewhere), (*document.advice, *locks, *general), {})


def as_lines(found: Check) -> Iterator[str]:
    """A line for each kind of finding, with its place as compilers write it, and for each platform."""
    for severity, problems in _by_severity(found).items():
        for group in grouped(problems):
            yield f"{_file(found, group.findings[0])}{_place(group)}: {severity}: {_words(group)}"
    for platform, answer in found.answers.items():
        if isinstance(answer, Solution):
            yield f"{platform}: solved, {solution_words(answer)}"
        else:
            yield f"{platform}: problem: {answer.message} {answer.hint}"
            yield from (f"  | {line}" for line in answer.lines)
    if not (found.problems or found.advice or found.answers):
        yield f"{shown(found.file)}: no findings"


def _by_severity(found: Check) -> dict[str, list[Problem]]:
    ends: list[Problem] = [note for note in found.advice if isinstance(note, Finding) and note.ends_it]
    others = [note for note in found.advice if note not in ends]
    return {"problem": list(found.problems), "warning": ends, "advice": others}


def _file(found: Check, problem: Problem) -> str:
    """The file in which it is to be mended: the plan's, unless it is about the environment."""
    section = problem.field.partition(".")[0]
    return shown(found.file) if section in ("environment", "") else PLAN_FILE


def _place(group: Group) -> str:
    first = group.findings[0]
    return f":{first.line}:{first.column}" if first.line else ""


def _words(group: Group) -> str:
    """What is said of a group: of several findings also their lines, and of some how they are mended."""
    count = sum(fix_of(found) is not None for found in group.findings)
    several = len(group.findings) > 1
    parts = (
        group.message,
        group.hint,
        f"On {group.places}." if several and group.places else "",
        f"(`condock check --fix` mends {'all' if several else 'this'})" if count == len(group.findings) else "",
    )
    return " ".join(filter(None, parts))


def as_data(found: Check) -> dict[str, object]:
    """The same for programs: the file, the findings, and what solving came to for each platform.

    A finding has `severity` (`problem`, `warning` where the image would end as it starts, or `advice`), `file`,
    `message`, `hint`, `field`, `line`, `column` and `fixable`; a platform has `platform`, `solved` and either
    `packages` and `download_size` or the fields of SolveFailure.
    """
    return {
        "file": found.file,
        "findings": [
            {"file": _file(found, problem), **_finding(severity, problem)}
            for severity, problems in _by_severity(found).items()
            for problem in problems
        ],
        "platforms": [_platform(platform, answer) for platform, answer in found.answers.items()],
    }


def _finding(severity: str, problem: Problem) -> dict[str, object]:
    place = {"field": problem.field, "line": problem.line, "column": problem.column}
    fixable = isinstance(problem, Finding) and problem.fix is not None
    return {"severity": severity, "message": problem.message, "hint": problem.hint, **place, "fixable": fixable}


def _platform(platform: str, answer: Solution | SolveFailure) -> dict[str, object]:
    if isinstance(answer, SolveFailure):
        return {"platform": platform, "solved": False, **asdict(answer)}
    packages = [asdict(package) for package in answer.packages]
    return {"platform": platform, "solved": True, "packages": packages, "download_size": answer.download_size}
