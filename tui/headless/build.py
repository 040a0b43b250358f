"""`condock build`: the wizard's build without the wizard."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path

from tui.core.building.attempt import Attempt, prepare
from tui.core.building.build import image_size
from tui.core.building.decoding.recording import recorded
from tui.core.building.events import BuildSucceeded
from tui.core.building.fast_repeat.record import record_repeat
from tui.core.building.key.key_record import check_key_problems
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.claims import unagreed
from tui.core.dataclass import replace
from tui.core.dockerfile.command import run_command
from tui.core.engine.build_settings import settings_advice
from tui.core.engine.contexts import reaching
from tui.core.errors import ExitCode
from tui.core.files import Standing, write
from tui.core.overview.inputs import built_inputs, keep_inputs
from tui.core.plan_file import PLAN_FILE
from tui.core.project import Project
from tui.core.proof.before import search_before
from tui.headless.obstacles import all_problems, insist
from tui.headless.receipt import search_built
from tui.headless.views.views import Output, View, view_of
from tui.headless.watch import exit_code_of, watch

_SHORT = 2.0
"""Seconds: after a shorter build, asking the engine for the image's size would be felt."""


def build(
    project: Project,
    env: MutableMapping[str, str],
    output: str = "auto",
    *,
    check_key: bool = False,
    record: Path | None = None,
) -> int:
    """Build the plan's image, shown as `output` says; with `check_key`, the authenticated steps run again.

    With `record`, all that happens is also written to that new file, for `condock demo`. The project is one that
    is equipped (see `open`).
    """
    if unagreed(project):
        from tui.headless.trust import ask

        project = ask(project, env)
    insist(all_problems(project))
    insist(check_key_problems(project) if check_key else ())
    attempt, cancel = prepare(project, env, time.time(), check_key=check_key), asyncio.Event()
    notes = [*_bring_up_to_date(project), *map(str, settings_advice(project.plan, project.engine))]
    if (sent := search_before(attempt)) and sent.unread:
        notes.append(sent.words)
    view = view_of(Output(output), env, project.plan.build.image, attempt.time_left, cancel.is_set)
    for note in notes:
        view.say(f"Note: {note}")
    batches = recorded(attempt.run(cancel), record) if record else attempt.run(cancel)
    return finish(attempt, view, watch(batches, view, cancel, "tui.core.proof.after"), notes=notes)


def finish(
    attempt: Attempt, view: View, watched: tuple[BuildProgress, BuildLog], *, notes: Sequence[str]
) -> ExitCode:
    """Say what came of a build, and remember it for the next one; gives the exit code. `notes` are said.

    CondockError with KEY_FOUND where the key is in what was built.
    """
    progress, log = watched
    view.end(progress, log)
    project, env = attempt.project, attempt.env
    result = replace(attempt.ended(progress, log, time.time()), size=_size(project, env, progress))
    for line in result.lines:
        view.say(line)
    if result.readers:
        view.record(result.readers.data)
    if isinstance(progress.outcome, BuildSucceeded):
        view.say(f"Run it: {run_command(project.plan)}")
        record_repeat(attempt, result.history, notes)
        keep_inputs(project, env, built_inputs(project, result.history.builds[-1], result.size))
        search_built(attempt, result, log, view)
    return exit_code_of(progress)


def _bring_up_to_date(project: Project) -> Iterator[str]:
    """Write the Dockerfile and its ignore file where condock may; a file edited by hand is built as it is."""
    for change in project.changes():
        if change.path in (project.path / PLAN_FILE, project.path / project.plan.environment.file):
            continue
        if change.standing is Standing.FOREIGN:
            yield f"{change.path.name} is not as the plan has it: it is used as it is."
        else:
            write(change)


def _size(project: Project, env: Mapping[str, str], progress: BuildProgress) -> int | None:
    """The size of the image that was built; None where it is not known, or not worth the time."""
    if not isinstance(progress.outcome, BuildSucceeded) or progress.outcome.seconds < _SHORT:
        return None
    return image_size(project.plan.build.image, reaching(env, project.plan.build.context))
