"""`condock build` of what was built before: started already, and shown to its end with as little as that takes."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import BuildFailed, BuildSucceeded
from tui.core.building.fast_repeat.searched import RECEIPT_VERSION
from tui.core.building.fast_repeat.start import StartedBuild
from tui.core.building.key.fingerprint import SALT, fingerprint
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress, Status
from tui.core.building.running.stream import launched_events
from tui.core.building.summary import outcome_lines
from tui.core.dataclass import replace
from tui.core.exit_code import ExitCode
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.state_folder import state_place
from tui.core.untrusted_text import Redactor
from tui.headless.views.views import Output, View, view_of
from tui.headless.watch import exit_code_of, watch

if TYPE_CHECKING:
    from tui.core.building.attempt import Attempt


def repeat(started: StartedBuild, env: Mapping[str, str], output: str) -> int | None:
    """Show the build that was started again; None where it has to be made the ordinary way after all.

    What is heavy is only loaded where there is anything new: a step that ran, or a failure.
    """
    record: Mapping[str, Any] = json.loads(started.record)
    path = Path(started.folder)
    try:
        keys = _keys(path, env, record)
        if keys is None:
            started.launched.abandon()
            return None
        cancel, opened = asyncio.Event(), _Opened(path, env, record)
        view = view_of(Output(output), env, record["image"], opened.time_left, cancel.is_set)
    except BaseException:
        started.launched.abandon()
        raise
    for note in record["notes"]:
        view.say(f"Note: {note}")
    events = launched_events(started.launched, RawJsonDecoder(Redactor(keys)), cancel)
    progress, log = watch(aclosing(events), view, cancel)
    if isinstance(progress.outcome, BuildFailed) and progress.started is None:
        return None  # the engine is not what it was
    known = _known_receipt(env, record, progress)
    if isinstance(progress.outcome, BuildSucceeded) and not _anything_new(progress) and known is not None:
        view.end(progress, log)
        _say(view, record, outcome_lines(progress, record["image"], None, record["key_changed"]), known)
        return exit_code_of(progress)
    return opened.finish(view, (progress, log))


def _say(view: View, record: Mapping[str, Any], lines: Iterable[str], known: Mapping[str, Any]) -> None:
    """Say what came of the build and of the search of its image; CondockError where that was not clean."""
    for line in (*lines, f"Run it: {record['run']}"):
        view.say(line)
    if known:
        from tui.headless.receipt import say_receipt

        say_receipt(view, known["line"], known["statement"], known["exit_code"])


def has_no_key(folder: str, env: Mapping[str, str], record: str) -> bool:
    """Search what has changed of the files that are sent; False where the ordinary way has to."""
    from tui.core.errors import CondockError
    from tui.core.proof.context.search import search_context

    known: Mapping[str, Any] = json.loads(record)
    keys = _keys(Path(folder), env, known)
    if not keys:
        return False
    try:
        search_context(folder, known["dockerfile"], keys[-1], env, known["fingerprint"])
    except CondockError:
        return False
    return True


def _keys(path: Path, env: Mapping[str, str], record: Mapping[str, Any]) -> list[Secret] | None:
    """Every key that could turn up in the output; None where the key is not the one it was."""
    keys = [Secret(env[KEY_VARIABLE])] if env.get(KEY_VARIABLE) else []
    if record["needs_key"]:
        salt = _read(os.path.join(state_place(env), SALT))
        return keys if fingerprint(record["plan"], keys[0], salt) == record["fingerprint"] else None
    if record["secret_file"]:
        from tui.core.account.key_file import read_key

        keys += filter(None, [read_key(path / record["secret_file"])])
    return keys


def _known_receipt(
    env: Mapping[str, str], record: Mapping[str, Any], progress: BuildProgress
) -> Mapping[str, Any] | None:
    """What is kept of the search of this very image for this key; empty without a key, None where it is due."""
    if not (record["needs_key"] or record["secret_file"]):
        return {}
    try:
        known: Mapping[str, Any] = json.loads(_read(os.path.join(state_place(env), record["receipt"])) or "{}")
        image = progress.outcome.image if isinstance(progress.outcome, BuildSucceeded) else ""
        is_it = (known["version"], known["built"], known["key"]) == (RECEIPT_VERSION, image, record["fingerprint"])
        is_known = is_it and image and record["fingerprint"]
        return {**known, "exit_code": ExitCode[known["exit_code"]]} if is_known else None
    except (ValueError, KeyError, TypeError):
        return None


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def _anything_new(progress: BuildProgress) -> bool:
    """True if a step of the Dockerfile ran; a base image that is there counts as done, too."""
    return any(
        step.name.index and step.status is not Status.CACHED and not step.name.text.startswith("FROM ")
        for step in progress.steps.values()
    )


class _Opened:
    """The project of the build, opened only where it is needed."""

    def __init__(self, path: Path, env: Mapping[str, str], record: Mapping[str, Any]) -> None:
        self._path, self._env, self._record = path, env, record
        self._began = time.monotonic()
        self._left: Callable[[BuildProgress, float], str] | None = None

    def time_left(self, progress: BuildProgress, now: float) -> str:
        """How long the build still takes, in words, once it has taken a second."""
        if self._left is None and time.monotonic() - self._began > 1:
            self._left = self._attempt().time_left
        return self._left(progress, now) if self._left else ""

    def finish(self, view: View, watched: tuple[BuildProgress, BuildLog]) -> int:
        """End as the ordinary way does; a failure may be due to something that was not looked at again."""
        from tui.headless.build import finish
        from tui.headless.obstacles import all_problems, insist

        attempt = self._attempt()
        if isinstance(watched[0].outcome, BuildFailed):
            insist(all_problems(attempt.project))
        return finish(attempt, view, watched, notes=self._record["notes"])

    def _attempt(self) -> Attempt:
        from tui.core.building.attempt import prepare
        from tui.core.engine.report import EngineReport
        from tui.core.key_access import equipped
        from tui.core.project import open_project

        project = equipped(open_project(self._path), self._env)
        engine = EngineReport("docker", tuple(self._record["buildx"]), platform=self._record["platform"])
        return prepare(replace(project, engine=engine), self._env, 0.0)
