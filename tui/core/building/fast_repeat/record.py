"""What a good build leaves so that the next one can be started at once (see `start`)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tui.core.account.key import check_key
from tui.core.building.build import build_environment
from tui.core.building.fast_repeat.start import IMAGE_ID, repeat_file
from tui.core.building.key.key_record import key_changed, key_record, next_cachebust
from tui.core.building.timing.history import history_file, plan_id, read_history
from tui.core.claims import unagreed
from tui.core.dockerfile.command import build_argv, run_command
from tui.core.dockerfile.ignore import ignore_name
from tui.core.engine.contexts import choices_of_docker
from tui.core.engine.engine import EngineReport
from tui.core.key_access import build_key, with_trust
from tui.core.plan import SecretMode
from tui.core.plan_file import PLAN_FILE
from tui.core.project import Project
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.state import state_folder, write_state
from tui.core.trust.agreement import VARIABLE, record_name

_MOST_FOLDERS = 200


def record_repeat(project: Project, env: Mapping[str, str], notes: Sequence[str]) -> None:
    """Leave what `start_repeat` needs, once a build has gone well and is in the history; `notes` were said of it.

    Nothing is where the key was found anywhere but in the variable: to look it up takes as long as all the rest.
    """
    key, engine = build_key(project), project.engine or EngineReport()
    by_variable = project.plan.secret.mode is SecretMode.VARIABLE
    if VARIABLE in env and unagreed(_by_what_is_kept(project, env)):
        return  # a yes for that run alone
    if engine.progress != "rawjson" or (by_variable and key and key != Secret(env.get(KEY_VARIABLE, ""))):
        return
    history = read_history(project, env)
    cachebust = next_cachebust(history, check_key=False, now=0.0)
    known = key_record(project, env, cachebust)
    if by_variable and known is None:
        return
    expires = check_key(key, time.time()).expires if key else None
    record: dict[str, object] = {
        "needs_key": by_variable,
        "image": project.plan.build.image,
        "plan": plan_id(project, env),
        "fingerprint": known.fingerprint if known else "",
        "key_changed": key_changed(project, env, history),
        "secret_file": project.plan.secret.file if project.plan.secret.mode is SecretMode.DOTENV else "",
        "buildx": engine.buildx,
        "platform": engine.platform,
        "notes": notes,
        "run": run_command(project.plan),
    }
    kept = (history_file(project, env), record_name(project.path))
    seen = [*_files(project), *(str(state_folder(env) / name) for name in kept), *choices_of_docker(env)]
    name, content = repeat_file(
        str(project.path),
        seen,
        env,
        argv=build_argv(project.plan, progress=engine.progress, iidfile=Path(IMAGE_ID), cachebust=cachebust),
        needs=[KEY_VARIABLE] if by_variable else [],
        without=[] if by_variable else [KEY_VARIABLE],
        more=_variables(project, env),
        expires=expires.timestamp() if expires else 0,
        record=json.dumps(record),
    )
    write_state(env, name, content, siblings=_MOST_FOLDERS)


def _by_what_is_kept(project: Project, env: Mapping[str, str]) -> Project:
    """The project as it would stand without what CONDOCK_TRUST agrees to."""
    return with_trust(project, {name: value for name, value in env.items() if name != VARIABLE})


def _variables(project: Project, env: Mapping[str, str]) -> dict[str, str]:
    """What the build gets in its environment besides the user's own, without the key."""
    child = build_environment(project, env)
    return {
        name: value
        for name, value in child.items()
        if isinstance(value, str) and value != env.get(name) and name != KEY_VARIABLE
    }


def _files(project: Project) -> list[str]:
    """All files that a build's command and its checks are made from, whether they are there or not."""
    plan = project.plan
    names = [PLAN_FILE, plan.environment.file, *plan.environment.locks, *project.document.pip_files]
    names += [plan.build.dockerfile, ignore_name(plan), ".dockerignore", ".env", plan.secret.file]
    return [str(project.path / name) for name in names]
