"""`condock demo`: a recorded build played again, without Docker, network or key, and said to be a recording."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing, suppress

from tui.core.assets import ASSETS
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import BuildCancelled, BuildEvent, BuildSucceeded
from tui.core.building.running.stream import replay
from tui.core.errors import CondockError
from tui.core.text import Redactor
from tui.headless.views.views import Output, view_of
from tui.headless.watch import exit_code_of, watch

RECORDING = ASSETS / "demo" / "build.rawjson"
IMAGE = "condock-demo:latest"


def demo(env: Mapping[str, str], output: Output = Output.AUTO, speed: float = 1.0) -> int:
    """Play the recording `speed` times as fast as the build went, shown as `output` says."""
    if not 0 < speed < float("inf"):
        raise CondockError("A recording cannot be played at that speed.", "Give a number such as 0.5 or 2.")
    cancel = asyncio.Event()
    view = view_of(output, env, IMAGE, lambda progress, now: "", cancel.is_set)
    view.say("This is a recording of a build: no Docker, no network and no key are used.")
    progress, log = watch(aclosing(_played(speed, cancel)), view, cancel)
    view.end(progress, log)
    if isinstance(progress.outcome, BuildSucceeded):
        view.say(f"The recorded build took {progress.outcome.seconds:.1f} s. Nothing was built here.")
        view.say("For an image of your own, run `condock` in your project's folder.")
    return exit_code_of(progress)


async def _played(speed: float, cancel: asyncio.Event) -> AsyncGenerator[list[BuildEvent], None]:
    """The recorded events in their time, until the end or until `cancel` is set."""

    async def pause(seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(cancel.wait(), seconds)

    async with aclosing(replay(RECORDING, RawJsonDecoder(Redactor()), speed, pause)) as batches:
        async for events in batches:
            if cancel.is_set():
                yield [BuildCancelled()]
                return
            yield events
