"""`condock init` and `condock render`: a plan from flags, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import replace
from pathlib import Path

from tui.core.dockerfile import dockerfile
from tui.core.errors import CondockError, ExitCode
from tui.core.file_names import insist_on_names
from tui.core.files import change_of, stamped, write
from tui.core.key_access import agree_to_plan, opened, with_trust
from tui.core.plan_file import PLAN_FILE, dump_plan, load_plan
from tui.core.project import open_project
from tui.headless.obstacles import all_problems, insist
from tui.headless.views.talk import tell


def init(path: Path, values: Mapping[str, object], env: MutableMapping[str, str], *, force: bool) -> int:
    """Write condock.yml from what the folder holds and the values given, by their names in the plan.

    What is given is agreed to; what the folder said before is not.
    """
    project = opened(open_project(path), env, values)
    change = change_of(project.path, PLAN_FILE, "")
    if change.old is not None and not force:
        raise CondockError(f"{PLAN_FILE} is already there.", "Use --force to replace it; the old one is kept.")
    for name, value in values.items():
        section, _, field = name.partition(".")
        project = project.change(section, **{field: tuple(value) if isinstance(value, list) else value})
    text = dump_plan(project.plan)
    project = replace(project, plan=load_plan(text))  # flags give texts, the plan has its own kinds
    insist_on_names(project.plan)
    write(change_of(project.path, PLAN_FILE, stamped(text)))
    agree_to_plan(project, env)
    tell(f"Wrote {PLAN_FILE}.")
    if not (project.path / project.plan.environment.file).exists() and not project.plan.environment.locks:
        write(change_of(project.path, project.plan.environment.file, project.environment))
        tell(f"Wrote {project.plan.environment.file}, a start to edit.")
    for problem in all_problems(with_trust(open_project(path), env)):
        if problem.exit_code is ExitCode.WRONG_USE:
            tell(f"To do: {problem}")
    return ExitCode.DONE


def render(path: Path) -> int:
    """Print the plan's Dockerfile on stdout."""
    project = open_project(path)
    insist([problem for problem in all_problems(project) if problem.exit_code is ExitCode.WRONG_USE])
    print(dockerfile.render(project.instructions()), end="")
    return ExitCode.DONE
