"""Runs a project's build: the plan's command, the key in its environment and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing

from tui.core.image.command import build_argv
from tui.core.image.engine import EngineReport, connect, engine_errors
from tui.core.image.events import BuildEvent, Decoder
from tui.core.image.plain import PlainDecoder
from tui.core.image.rawjson import RawJsonDecoder
from tui.core.image.stream import build_events
from tui.core.plan import SecretMode
from tui.core.project import Project
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.secret_file import read_key
from tui.core.text import Redactor


def run_build(
    project: Project, env: Mapping[str, str], cancel: asyncio.Event
) -> AbstractAsyncContextManager[AsyncIterator[list[BuildEvent]]]:
    """The project's build as a stream of events, to be read inside `async with`; leaving it ends the build.

    The files of the plan must be written. Setting `cancel` ends the build with BuildCancelled as last event.
    """
    progress = (project.engine or EngineReport()).progress
    redact = Redactor(_keys(project))
    return aclosing(
        build_events(
            lambda iidfile: build_argv(project.plan, progress=progress, iidfile=iidfile),
            _decoder(progress, redact),
            _environment(project, env),
            project.path,
            cancel,
        )
    )


def image_size(image: str, env: Mapping[str, str]) -> int | None:
    """The image's size in bytes as its engine tells it; None where the engine does not."""
    try:
        size = connect(env).images.get(image).attrs.get("Size")
    except engine_errors():
        return None
    return int(size) if size else None


def _decoder(progress: str, redact: Redactor) -> Decoder:
    return RawJsonDecoder(redact) if progress == "rawjson" else PlainDecoder(redact)


def _keys(project: Project) -> list[Secret]:
    """Every key that could turn up in the output."""
    keys = [project.key] if project.key else []
    if project.plan.secret.mode is SecretMode.DOTENV:
        in_file = read_key(project.path / project.plan.secret.file)
        keys += [in_file] if in_file else []
    return keys


def _environment(project: Project, env: Mapping[str, str]) -> dict[str, str | Secret]:
    """The build's environment: the user's, with the key only where the plan mounts it from there."""
    child: dict[str, str | Secret] = {name: value for name, value in env.items() if name != KEY_VARIABLE}
    if project.plan.secret.mode is SecretMode.VARIABLE and project.key is not None:
        child[KEY_VARIABLE] = project.key
    # Provenance in the metadata would repeat build arguments; none are secret today, and none shall be.
    return {**child, "BUILDX_METADATA_PROVENANCE": "disabled", "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}
