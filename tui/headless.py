"""The plain front end: the wizard's plan, steps and events as lines. stdout is data, stderr is talk."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from tui.core.account.sources import find_key
from tui.core.errors import CondockError, ExitCode, Problem
from tui.core.files import Standing, change_of, stamped, write
from tui.core.image.build import image_size, run_build
from tui.core.image.dockerfile import render as render_dockerfile
from tui.core.image.engine import probe
from tui.core.image.events import BuildCancelled, BuildEvent, BuildSucceeded, Notice, OutputReceived, to_json
from tui.core.image.progress import BuildProgress, Status, fold_all
from tui.core.image.summary import summarise
from tui.core.plan import SecretMode
from tui.core.plan_file import PLAN_FILE, dump_plan, load_plan
from tui.core.project import Project, open_project
from tui.core.steps import obstacles
from tui.core.text import printable


def say(text: str) -> None:
    """Talk goes to stderr."""
    print(text, file=sys.stderr, flush=True)


def init(path: Path, values: Mapping[str, object], *, force: bool) -> int:
    """Write condock.yml from what the folder holds and the values given, by their names in the plan."""
    project = open_project(path)
    change = change_of(project.path / PLAN_FILE, "")
    if change.old is not None and not force:
        raise CondockError(f"{PLAN_FILE} is already there.", "Use --force to replace it; the old one is kept.")
    for name, value in values.items():
        section, _, field = name.partition(".")
        project = project.change(section, **{field: tuple(value) if isinstance(value, list) else value})
    text = dump_plan(project.plan)
    project = replace(project, plan=load_plan(text))  # flags give texts, the plan has its own kinds
    write(change_of(project.path / PLAN_FILE, stamped(text)))
    say(f"Wrote {PLAN_FILE}.")
    if not (project.path / project.plan.environment.file).exists() and not project.plan.environment.locks:
        write(change_of(project.path / project.plan.environment.file, project.environment))
        say(f"Wrote {project.plan.environment.file}, a start to edit.")
    for problem in _all_problems(open_project(path)):
        if _exit_code(problem) is ExitCode.WRONG_USE:
            say(f"To do: {problem}")
    return ExitCode.DONE


def render(path: Path) -> int:
    """Print the plan's Dockerfile on stdout."""
    project = open_project(path)
    _insist([problem for problem in _all_problems(project) if _exit_code(problem) is ExitCode.WRONG_USE])
    print(render_dockerfile(project.instructions()), end="")
    return ExitCode.DONE


def build(path: Path, env: Mapping[str, str], *, as_json: bool) -> int:
    """Build the plan's image: progress as lines on stderr, or events as JSON lines on stdout."""
    project = _equipped(open_project(path), env)
    _insist(_all_problems(project))
    _bring_up_to_date(project)
    progress = asyncio.run(_run(project, env, as_json))
    outcome = progress.outcome
    size = image_size(project.plan.build.image, env) if isinstance(outcome, BuildSucceeded) else None
    summary = summarise(progress, project.plan.build.image, size)
    say(summary.headline)
    for detail in summary.details:
        say(detail)
    if isinstance(outcome, BuildCancelled):
        return ExitCode.INTERRUPTED
    return ExitCode.DONE if summary.good else ExitCode.BUILD_FAILED


def doctor(path: Path, env: Mapping[str, str]) -> int:
    """One line each for engine, key and folder; the exit code is that of the first that stands in the way."""
    project = _equipped(open_project(path), env)
    problems = _all_problems(project)
    engine = project.engine
    if engine is not None and engine.usable:
        print(f"ok       engine  Docker {engine.server}, buildx {engine.buildx_version}, {engine.platform}")
    if project.plan.secret.mode is SecretMode.NONE:
        print("ok       key     none is used")
    elif not any(_exit_code(problem) is ExitCode.NO_KEY for problem in problems):
        print(f"ok       key     {_key_words(project)}")
    if not any(_exit_code(problem) is ExitCode.WRONG_USE for problem in problems):
        print(f"ok       folder  {printable(str(project.path))}")
    for problem in problems:
        print(f"problem  {_subject(problem):7} {problem}")
    return _exit_code(problems[0]) if problems else ExitCode.DONE


def _key_words(project: Project) -> str:
    if project.plan.secret.mode is SecretMode.DOTENV:
        return f"in {printable(project.plan.secret.file)}"
    winner = project.search.winner if project.search else None
    if winner is None or winner.key is None or winner.report is None:
        return "found"
    return f"{winner.key.masked} from {winner.where}, {winner.report.words}"


def _equipped(project: Project, env: Mapping[str, str]) -> Project:
    """The project with its key and engine looked up."""
    return replace(project, search=find_key(project.path, env, site=project.plan.account.site), engine=probe(env))


def _all_problems(project: Project) -> list[Problem]:
    missing: list[Problem] = []
    if not project.folder.has(PLAN_FILE):
        hint = "Run `condock` or `condock init` first."
        missing.append(Problem(f"There is no {PLAN_FILE} here.", hint, "folder"))
    environment = project.plan.environment
    if not environment.locks and not (project.path / environment.file).exists():
        hint = "Write one, or run `condock`."
        missing.append(Problem(f"{printable(environment.file)} does not exist.", hint, "environment.file"))
    return [*missing, *(_placed(problem, environment.file) for _, problem in obstacles(project))]


def _placed(problem: Problem, file: str) -> Problem:
    """The problem with its place as words; only what is in the environment file has one."""
    if problem.line is None:
        return problem
    message = f"{printable(file)}, line {problem.line}, column {problem.column}: {problem.message}"
    return replace(problem, message=message, line=None, column=None)


def _insist(problems: Sequence[Problem]) -> None:
    """Raise CondockError with the first problem, after all others have been said."""
    for problem in problems[1:]:
        say(f"condock: {problem}")
    if problems:
        raise CondockError(problems[0].message, problems[0].hint, _exit_code(problems[0]))


def _subject(problem: Problem) -> str:
    return {ExitCode.NO_ENGINE: "engine", ExitCode.NO_KEY: "key"}.get(_exit_code(problem), "folder")


def _exit_code(problem: Problem) -> ExitCode:
    if problem.field == "engine":
        return ExitCode.NO_ENGINE
    return ExitCode.NO_KEY if problem.field in ("account", "key", "secret.file") else ExitCode.WRONG_USE


def _bring_up_to_date(project: Project) -> None:
    """Write the Dockerfile and its ignore file where condock may; a file edited by hand is built as it is."""
    for change in project.changes():
        if change.path.name in (PLAN_FILE, project.plan.environment.file):
            continue
        if change.standing is Standing.FOREIGN:
            say(f"{change.path.name} is not as the plan has it: it is used as it is.")
        else:
            write(change)


async def _run(project: Project, env: Mapping[str, str], as_json: bool) -> BuildProgress:
    cancel = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, cancel.set)
    progress = BuildProgress()
    async with run_build(project, env, cancel) as batches:
        async for events in batches:
            before, progress = progress, fold_all(progress, events)
            if as_json:
                _print_json(events)
            else:
                _print_lines(before, progress, events)
    return progress


def _print_json(events: list[BuildEvent]) -> None:
    print("".join(f"{json.dumps(to_json(event))}\n" for event in events), end="", flush=True)


def _print_lines(before: BuildProgress, after: BuildProgress, events: list[BuildEvent]) -> None:
    """The output as it comes, and one line for each step that began or ended."""
    for id in after.order:
        step, earlier = after.steps[id], before.steps.get(id)
        status = step.status
        if step.name.internal or status is Status.WAITING or (earlier and earlier.status is status):
            continue
        where = f"{step.name.stage} {step.name.index}/{step.name.total} " if step.name.index else ""
        time = f" {step.seconds(after.time or 0):.1f}s" if status in (Status.DONE, Status.FAILED) else ""
        say(f"{status:9} {where}{step.name.title}{time}")
    for event in events:
        match event:
            case OutputReceived(lines=lines):
                for line in lines:
                    say(f"  | {line}")
            case Notice(text=text) if text.startswith("WARNING"):
                say(f"  {text}")
            case _:
                pass
