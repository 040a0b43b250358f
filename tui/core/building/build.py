"""Runs a project's build: the plan's command, the key in its environment and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from pathlib import Path

from tui.core.building.decoding.plain import PlainDecoder
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import BuildEvent, Decoder
from tui.core.building.held_image import first_argv
from tui.core.building.progress import BuildProgress
from tui.core.building.running.stream import build_events
from tui.core.building.timing.history import History, KeyRecord, build_record, write_history
from tui.core.claims import insist_on_agreement
from tui.core.engine.docker_cli import DOCKER, ask
from tui.core.engine.report import EngineReport
from tui.core.key_access import build_key
from tui.core.plan import SecretMode
from tui.core.project import Project
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.untrusted_text import Redactor

BUILDX = {
    # Provenance in the metadata would repeat build arguments; none are secret today, and none shall be.
    "BUILDX_METADATA_PROVENANCE": "disabled",
    "BUILDX_NO_DEFAULT_ATTESTATIONS": "1",
    # buildx asks git about the folder, and a folder's .git can name a program for git to run: beside the key.
    "BUILDX_GIT_INFO": "false",
    "BUILDX_GIT_LABELS": "false",
}
"""Variables of every build: what buildx does by itself, and shall not."""


def run_build(
    project: Project, env: Mapping[str, str], cancel: asyncio.Event, cachebust: str = ""
) -> AbstractAsyncContextManager[AsyncIterator[list[BuildEvent]]]:
    """The project's build as a stream of events, to be read inside `async with`; leaving it ends the build.

    The files of the plan must be written. An image that is held (see `held_image`) is not pushed. Setting `cancel`
    ends the build with BuildCancelled as last event.
    `cachebust` is that of `key_record.next_cachebust`.
    """
    progress = (project.engine or EngineReport()).progress
    decoder = _decoder(progress, Redactor(_keys(project)))

    def argv_for(iidfile: Path) -> list[str]:
        return first_argv(project, progress=progress, iidfile=iidfile, cachebust=cachebust)

    return aclosing(build_events(argv_for, decoder, build_environment(project, env), project.path, cancel))


def record_build(
    project: Project,
    env: Mapping[str, str],
    history: History,
    progress: BuildProgress,
    when: float,
    *,
    key: KeyRecord | None,
) -> History:
    """Keep a build that has ended in the user's state folder; `when`, in seconds since the epoch.

    Gives the history with it. `key` is kept where it opened what it had to, even if the build failed later.
    """
    if record := build_record(progress, when):
        history = History((*history.builds, record), key or history.key)
        write_history(project, env, history)
    return history


def image_size(image: str, env: Mapping[str, str]) -> int | None:
    """The image's size in bytes as its engine tells it; None where the engine does not."""
    size = ask([DOCKER, "image", "inspect", "--format", "{{.Size}}", image], env).stdout.strip()
    return int(size) if size.isascii() and size.isdigit() else None


def _decoder(progress: str, redact: Redactor) -> Decoder:
    return RawJsonDecoder(redact) if progress == "rawjson" else PlainDecoder(redact)


def _keys(project: Project) -> list[Secret]:
    """Every key that could turn up in the output."""
    return [key for key in (project.key, build_key(project)) if key]


def build_environment(project: Project, env: Mapping[str, str]) -> dict[str, str | Secret]:
    """The build's environment: the user's, with the key only where the plan mounts it from there.

    Raises CondockError where the folder says something about the key that was not agreed to.
    """
    insist_on_agreement(project)
    child: dict[str, str | Secret] = {name: value for name, value in env.items() if name != KEY_VARIABLE}
    if project.plan.secret.mode is SecretMode.VARIABLE and project.key is not None:
        child[KEY_VARIABLE] = project.key
    return {**child, **BUILDX}
