"""`condock init`: a plan from flags."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from pathlib import Path

from tui.core.application.advice import application_advice, other_starts, words_for_flags
from tui.core.application.imports import find_imports
from tui.core.application.starts import as_started, find_starts, on_port
from tui.core.dataclass import replace
from tui.core.dockerfile.form import best_form
from tui.core.engine.base_conda import ask_conda
from tui.core.engine.contexts import reaching
from tui.core.environment.document import named_packages
from tui.core.environment.draft.draft import Draft
from tui.core.environment.draft.from_conda import draft_of_environment, find_environment
from tui.core.environment.draft.from_folder import first_environment
from tui.core.environment.finding_groups import grouped
from tui.core.environment.missing_packages import Supply, missing, read_with_imports
from tui.core.errors import CondockError, ExitCode
from tui.core.file_names import insist_on_names
from tui.core.files import change_of, stamped, write
from tui.core.images.reference import with_mirror
from tui.core.key_access import agree_to_plan, equipped, opened, with_trust
from tui.core.own_files import remember_own
from tui.core.plan_file import PLAN_FILE, dump_plan, load_plan
from tui.core.project import Project, open_project
from tui.core.untrusted_text import printable, shown
from tui.headless.obstacles import all_problems
from tui.headless.solve import channel_names, platforms_of
from tui.headless.views.stderr import tell

FORM = "build.form"
"""Goes last: the others choose one by themselves."""


def init(
    path: Path, values: Mapping[str, object], env: MutableMapping[str, str], *, force: bool, from_env: str = ""
) -> int:
    """Write condock.yml from what the folder holds and the values given, by their names in the plan.

    What is given is agreed to; what the folder said before is not. A builder image that the catalogue does not
    know is asked for its conda, where the engine has it. `from_env` is a conda environment to start from.
    """
    project = opened(open_project(path), env, values)
    change = change_of(project.path, PLAN_FILE, "")
    if change.old is not None and not force:
        raise CondockError(f"{PLAN_FILE} is already there.", "Use --force to replace it; the old one is kept.")
    chosen = {name: value for name, value in values.items() if name == FORM}
    project = _changed(project, {name: value for name, value in values.items() if name != FORM})
    project = _changed(project, chosen) if chosen else _in_best_form(project, env)
    text = dump_plan(project.plan)
    project = replace(project, plan=load_plan(text))  # flags give texts, the plan has its own kinds
    insist_on_names(project.plan)
    draft = _draft(project, env, from_env, force=force)
    write(change_of(project.path, PLAN_FILE, stamped(text)))
    agree_to_plan(project, env)
    tell(f"Wrote {PLAN_FILE}.")
    if draft:
        _write_draft(project, draft, env)
    for problem in all_problems(with_trust(open_project(path), env)):
        if problem.exit_code is ExitCode.WRONG_USE:
            tell(f"To do: {problem}")
    _tell_of_application(project)
    _tell_of_imports(replace(project, environment=draft.text) if draft else project, env)
    return ExitCode.DONE


def _draft(project: Project, env: Mapping[str, str], from_env: str, *, force: bool) -> Draft | None:
    """The environment file to write; None where there is one, or where lock files are used instead."""
    there = (project.path / project.plan.environment.file).exists()
    if from_env and there and not force:
        message = f"{shown(project.plan.environment.file)} is already there."
        raise CondockError(message, "Use --force to replace it; the old one is kept.")
    if from_env:
        return draft_of_environment(find_environment(env, from_env), project.path.name)
    return None if there or project.plan.environment.locks else first_environment(project.path, project.plan)


def _write_draft(project: Project, draft: Draft, env: Mapping[str, str]) -> None:
    """Say what was decided, line by line, and write it."""
    for decision in draft.decisions:
        tell(str(decision))
    if draft.note:
        tell(f"{draft.note} `condock`, then f8 in its dependencies, asks, and takes conda's where they have it.")
    change = change_of(project.path, project.plan.environment.file, draft.text)
    backup = write(change)
    remember_own(change, env)
    kept = f" What was there is in {printable(str(backup.relative_to(project.path)))}." if backup else ""
    tell(f"Wrote {printable(change.name)}, a start to edit.{kept}")


def _tell_of_imports(project: Project, env: Mapping[str, str]) -> None:
    """Say what the code imports and the environment lacks, by the channels' names where they answer."""
    imports, supply = find_imports(project.path, project.plan.application.files), Supply()
    if missing(project.read_document(), imports, supply):
        tell("Asking the channels for the names of what the code imports …")
        project = equipped(project, env)
        supply = Supply(channel=channel_names(project, env, platforms_of(project, env, ())[0]))
    document = read_with_imports(project.environment, project.plan, project.path, imports, supply)
    for group in grouped(found for found in document.advice if found.subject):
        tell(f"To do: {' '.join(filter(None, (group.message, group.hint)))}")
    if more := grouped(found for found in document.advice if not found.subject):
        lines = f"{len(more)} lines" if len(more) > 1 else "one line"
        mends = ", and with --fix mends it" if any(group.fixable for group in more) else ""
        file = shown(project.plan.environment.file)
        tell(f"There is more to look at in {file}: `condock check` says it in {lines}{mends}.")


def _tell_of_application(project: Project) -> None:
    """Say what will start where it could be started otherwise, and what is missing for it: nobody is asked."""
    application = project.plan.application
    starts = as_started(find_starts(project.path), application.command)
    if others := other_starts(application, starts):
        chosen = next(start for start in starts if start.application.command == application.command)
        tell(f"{printable(chosen.title)}: {chosen.framework.sentence}")
        for start in others:
            tell(f"Or, with --force, {words_for_flags(start)}")
    environment = named_packages(project.read_document())
    for advice in application_advice(application, starts, environment, project.path):
        tell(f"To do: {advice}")


def _changed(project: Project, values: Mapping[str, object]) -> Project:
    if "application.port" in values and "application.command" not in values:
        its, port = project.plan.application, str(values["application.port"])
        values = {**values, "application.command": on_port(its, port, find_starts(project.path)).command}
    for name, value in values.items():
        section, _, field = name.partition(".")
        project = project.change(section, **{field: tuple(value) if isinstance(value, list) else value})
    return project


def _in_best_form(project: Project, env: Mapping[str, str]) -> Project:
    """The project in the form that fits its builder image, which is asked for its conda where nobody knows it."""
    if not project.conda:
        base, context = project.plan.base, project.plan.build.context
        told = ask_conda(with_mirror(base.builder, base.mirror), reaching(env, context))
        project = project.with_conda(base.builder, told)
    return project.change("build", form=best_form(project.plan, project.conda))
