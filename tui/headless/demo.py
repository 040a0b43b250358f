"""`condock demo`: a recorded build played again, without Docker, network or key, and said to be a recording."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress
from pathlib import Path

from tui.core.assets import ASSETS
from tui.core.building.events import BuildCancelled, BuildEvent, BuildFailed, BuildSucceeded, Decoder
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.building.replayed import decoder_of
from tui.core.building.running.stream import replay
from tui.core.errors import CondockError
from tui.core.folder import Folder
from tui.core.plan import BuildPlan
from tui.core.project import Project
from tui.headless.views.views import Output, view_of
from tui.headless.watch import exit_code_of, watch

RECORDING = ASSETS / "demo" / "build.rawjson"
IMAGE = "condock-demo:latest"


def demo(
    env: Mapping[str, str], output: Output = Output.AUTO, speed: float = 1.0, recording: Path | None = None
) -> int:
    """Play a recording, our own where none is named, `speed` times as fast as the build went.

    Shown as `output` says; a failure ends in its diagnosis. CondockError for a file that is no whole recording.
    """
    path, cancel = recording or RECORDING, asyncio.Event()
    decoder = decoder_of(path)
    view = view_of(output, env, IMAGE, lambda progress, now: "", cancel.is_set)
    view.say("This is a recording of a build: no Docker, no network and no key are used.")
    progress, log = watch(aclosing(_played(path, decoder, speed, cancel)), view, cancel)
    view.end(progress, log)
    if isinstance(progress.outcome, BuildSucceeded):
        view.say(f"The recorded build took {progress.outcome.seconds:.1f} s. Nothing was built here.")
        if recording is None:
            view.say("For an image of your own, run `condock` in your project's folder.")
    for line in _diagnosis(progress, log):
        view.say(line)
    return exit_code_of(progress)


def insist_on_speed(speed: float) -> None:
    """Raise CondockError for a speed at which nothing can be played."""
    if not 0 < speed < float("inf"):
        raise CondockError("A recording cannot be played at that speed.", "Give a number such as 0.5 or 2.")


def _diagnosis(progress: BuildProgress, log: BuildLog) -> tuple[str, ...]:
    """Why the build failed that was recorded: its project is not known, only what was said."""
    if not isinstance(progress.outcome, BuildFailed):
        return ()
    from tui.core.building.failure.diagnosis import diagnose, lines

    project = Project(Folder(Path(), frozenset(), True), BuildPlan(), "")
    found = diagnose(progress, log, project, time.time())
    return lines(found) if found else ()


async def _played(
    path: Path, decoder: Decoder, speed: float, cancel: asyncio.Event
) -> AsyncGenerator[list[BuildEvent], None]:
    """The recorded events in their time, until the end or until `cancel` is set."""

    async def pause(seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(cancel.wait(), seconds)

    async with aclosing(replay(path, decoder, speed, pause)) as batches:
        async for events in batches:
            if cancel.is_set():
                yield [BuildCancelled()]
                return
            yield events
