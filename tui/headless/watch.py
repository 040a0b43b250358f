"""Shows a build, a live one or one that is played again, to its end."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, suppress
from importlib import import_module

from tui.core.building.events import BuildCancelled, BuildEvent, BuildSucceeded
from tui.core.building.fold import fold_all
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.errors import ExitCode
from tui.headless.views.views import View

Batches = AbstractAsyncContextManager[AsyncIterator[list[BuildEvent]]]

_FRAME = 0.1
"""Seconds after which a view that changes by time alone is told so."""
_SILENCE = 4.0
"""Seconds without a word from the builder, whose first comes at once, until that is said."""
_SILENT = "The Docker engine has not answered yet; this goes on as soon as it does (Ctrl+C ends it)."
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_LOG_BYTES = 16 * 2**20  # BuildKit itself keeps back what is more than 2 MiB of one step


def watch(batches: Batches, view: View, cancel: asyncio.Event, needed: str = "") -> tuple[BuildProgress, BuildLog]:
    """Show a build until it ends; gives what came of it and what was printed. A signal to end sets `cancel`.

    The module that is `needed` afterwards is imported while the builder works.
    """
    gc.freeze()
    gc.enable()  # see tui.main
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # until the loop takes them: half made it cannot be closed
    return asyncio.run(_watch(batches, view, cancel, needed))


async def _watch(
    batches: Batches, view: View, cancel: asyncio.Event, needed: str
) -> tuple[BuildProgress, BuildLog]:
    loop = asyncio.get_running_loop()
    for number in _ENDING:
        loop.add_signal_handler(number, cancel.set)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    progress, log = BuildProgress(), BuildLog(room=_LOG_BYTES)
    ticking, waiting = asyncio.create_task(_tick(view)), asyncio.create_task(_tell_of_silence(view))
    try:
        async with batches as stream:
            async for events in stream:
                waiting.cancel()
                if needed:
                    loop.run_in_executor(None, import_module, needed)
                    needed = ""
                log.add(*events)
                before, progress = progress, fold_all(progress, events)
                view.show(before, progress, events)
                if ticking.done():
                    ticking.result()  # an output that is closed ends the build
    finally:
        for task in (ticking, waiting):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    return progress, log


async def _tell_of_silence(view: View) -> None:
    await asyncio.sleep(_SILENCE)
    view.say(_SILENT)


async def _tick(view: View) -> None:
    while True:
        await asyncio.sleep(_FRAME)
        view.tick()


def exit_code_of(progress: BuildProgress) -> ExitCode:
    """The exit code for what came of a build."""
    match progress.outcome:
        case BuildSucceeded():
            return ExitCode.DONE
        case BuildCancelled():
            return ExitCode.INTERRUPTED
        case _:
            return ExitCode.BUILD_FAILED
