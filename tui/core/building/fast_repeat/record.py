"""Records a good build so that the next one can be started at once (see `start`)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tui.core.account.key import check_key
from tui.core.building.attempt import Attempt
from tui.core.building.build import build_environment
from tui.core.building.fast_repeat.searched import receipt_file
from tui.core.building.fast_repeat.start import CONTENT, IMAGE_ID, repeat_file
from tui.core.building.held_image import is_held
from tui.core.building.key.key_record import first_fingerprint, key_changed, next_cachebust
from tui.core.building.timing.history import History, history_file, plan_id
from tui.core.claims import unagreed
from tui.core.dockerfile.command import build_argv, run_command
from tui.core.dockerfile.ignore import ignore_name
from tui.core.engine.contexts import choices_of_docker
from tui.core.engine.report import EngineReport
from tui.core.key_access import with_trust
from tui.core.plan import SecretMode
from tui.core.plan_file import PLAN_FILE
from tui.core.project import Project
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.state import state_folder, write_state
from tui.core.trust.agreement import VARIABLE, record_name

_MOST_FOLDERS = 200


def record_repeat(attempt: Attempt, history: History, notes: Sequence[str]) -> None:
    """Leave what `start_repeat` needs, once a build has gone well and is in its history; `notes` were said of it.

    Nothing is where the key was found anywhere but in the variable: to look it up takes as long as all the rest.
    """
    project, env, key = attempt.project, attempt.env, attempt.key
    engine = project.engine or EngineReport()
    if is_held(project):
        return  # it takes more than one command
    by_variable = project.plan.secret.mode is SecretMode.VARIABLE
    if VARIABLE in env and unagreed(_by_what_is_kept(project, env)):
        return  # a yes for that run alone
    if engine.progress != "rawjson" or (by_variable and key != Secret(env.get(KEY_VARIABLE, ""))):
        return
    found = attempt.fingerprint or first_fingerprint(project, env, key)
    if by_variable and not found:
        return
    cachebust = next_cachebust(history, check_key=False, now=0.0)
    expires = check_key(key, time.time()).expires if key else None
    kept = (history_file(project, env), record_name(project.path))
    choices = (f"{CONTENT}{path}" for path in choices_of_docker(env))
    seen = [*_files(project), *(str(state_folder(env) / name) for name in kept), *choices]
    name, content = repeat_file(
        str(project.path),
        seen,
        env,
        argv=build_argv(project.plan, progress=engine.progress, iidfile=Path(IMAGE_ID), cachebust=cachebust),
        needs=[KEY_VARIABLE] if by_variable else [],
        without=[] if by_variable else [KEY_VARIABLE],
        more=_variables(project, env),
        expires=expires.timestamp() if expires else 0,
        searched=(found or "-") if key else "",
        record=json.dumps({**_facts(project, env, engine), **_key_facts(found, history, key), "notes": notes}),
    )
    write_state(env, name, content, siblings=_MOST_FOLDERS)


def _facts(project: Project, env: Mapping[str, str], engine: EngineReport) -> dict[str, object]:
    """Facts that the next run shows or needs, and would have to look for."""
    secret = project.plan.secret
    return {
        "needs_key": secret.mode is SecretMode.VARIABLE,
        "image": project.plan.build.image,
        "plan": plan_id(project, env),
        "receipt": receipt_file(plan_id(project, env)),
        "dockerfile": project.plan.build.dockerfile,
        "secret_file": secret.file if secret.mode is SecretMode.DOTENV else "",
        "buildx": engine.buildx,
        "platform": engine.platform,
        "run": run_command(project.plan),
    }


def _key_facts(found: str, history: History, key: Secret | None) -> dict[str, object]:
    return {"fingerprint": found, "key_changed": key_changed(found, history, key)}


def _by_what_is_kept(project: Project, env: Mapping[str, str]) -> Project:
    """The project as it would stand without what CONDOCK_TRUST agrees to."""
    return with_trust(project, {name: value for name, value in env.items() if name != VARIABLE})


def _variables(project: Project, env: Mapping[str, str]) -> dict[str, str]:
    """The build's environment besides the user's own, without the key."""
    child = build_environment(project, env)
    return {
        name: value
        for name, value in child.items()
        if isinstance(value, str) and value != env.get(name) and name != KEY_VARIABLE
    }


def _files(project: Project) -> list[str]:
    """All files that a build's command and its checks are made from, whether they are there or not."""
    plan = project.plan
    names = [PLAN_FILE, plan.environment.file, *plan.environment.locks, *project.read_document().pip_files]
    names += [one.lock.path for one in project.read_rendered().locks]
    names += [plan.build.dockerfile, ignore_name(plan), ".dockerignore", ".env", plan.secret.file]
    return [str(project.path / name) for name in names]
