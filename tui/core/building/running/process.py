"""Runs a command in a process group of its own, drains its output at all times, and leaves none of it behind."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

from tui.core.building.running.child import Child
from tui.core.building.running.launch import Launched, launch
from tui.core.errors import CondockError, ExitCode
from tui.core.secret import Secret

_CHUNK = 65_536
_PATIENCE = 3.0
"""Seconds between SIGINT, SIGTERM and SIGKILL. BuildKit takes 0.1 s to cancel (buildx 0.13.1, 0.36.1)."""
_POLL = 0.02


class ProcessGroup:
    """A running command with all it has started; made by `supervised`."""

    def __init__(self, process: Child, output: asyncio.StreamReader) -> None:
        self._process = process
        # Unbounded: a builder whose output is not read drops what it has to say (buildx 0.13.1, 0.36.1).
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self._stop = asyncio.Event()
        self._drained = asyncio.create_task(self._drain(output))
        self.ended = asyncio.create_task(self._supervise())
        """Done when the command and all it started are gone; its result is the exit code, -N for signal N."""

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The output, stdout and stderr as they come, until the end. Read once."""
        while chunk := await self._chunks.get():
            yield chunk

    def stop(self) -> None:
        """Ask the group to end, SIGINT first; the output of its ending can still be read."""
        self._stop.set()

    def kill(self) -> None:
        """End the group at once."""
        self._signal(signal.SIGKILL)

    async def _drain(self, output: asyncio.StreamReader) -> None:
        try:
            while chunk := await output.read(_CHUNK):
                self._chunks.put_nowait(chunk)
        finally:
            self._chunks.put_nowait(b"")

    async def _supervise(self) -> int:
        exited = asyncio.create_task(asyncio.to_thread(self._process.wait))
        stopped = asyncio.create_task(self._stop.wait())
        await asyncio.wait({exited, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if exited.done():
            await asyncio.wait({self._drained}, timeout=1)
        await self._end()
        # A process that has left the group may hold the pipe open: it is not waited for.
        await asyncio.wait({self._drained}, timeout=1)
        self._drained.cancel()
        return await exited

    async def _end(self) -> None:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            if not self._signal(signum) or await self._gone(_PATIENCE):
                return

    async def _gone(self, patience: float) -> bool:
        """True if no process of the group is left, after `patience` seconds at the most."""
        deadline = asyncio.get_running_loop().time() + patience
        while self._signal(0):
            if asyncio.get_running_loop().time() > deadline:
                return False
            await asyncio.sleep(_POLL)
        return True

    def _signal(self, signum: int) -> bool:
        """Send to all of the group; False if there is none."""
        try:
            os.killpg(self._process.pid, signum)
        except ProcessLookupError:
            return False
        except PermissionError:  # macOS says this of a group that has only zombies left
            return False
        return True


@asynccontextmanager
async def process_group(
    argv: Sequence[str], env: Mapping[str, str | Secret], cwd: Path
) -> AsyncIterator[ProcessGroup]:
    """Run `argv` with `env` as its whole environment; nothing of it outlives the `async with`.

    See `supervised`. CondockError if the command cannot be started.
    """
    with starting(argv[0]):
        launched = launch(argv, revealed(env), cwd)
    async with supervised(launched) as group:
        yield group


@contextmanager
def starting(command: str) -> Iterator[None]:
    """Raises a CondockError where the command cannot be started."""
    try:
        yield
    except OSError as error:
        raise CondockError(
            f"The command {command!r} could not be started: {error.strerror}.",
            "Check that it is installed and may be run; `condock doctor` shows what is missing.",
            ExitCode.NO_ENGINE,
        ) from None


@asynccontextmanager
async def supervised(launched: Launched) -> AsyncIterator[ProcessGroup]:
    """Look after a command that was started; nothing of it, nor its scratch folder, outlives the `async with`.

    That holds for an exception, for the cancellation of the task (again: then by SIGKILL at once), and by a
    watchdog for the death of condock itself. SIGTERM and SIGHUP end Python without any of this: a front end turns
    them into a cancellation, `loop.add_signal_handler(signal.SIGTERM, task.cancel)`.
    """
    output = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(output), os.fdopen(launched.outlet, "rb", buffering=0)
    )
    with closing(launched), closing(transport):
        group = ProcessGroup(launched.process, output)
        try:
            try:
                yield group
            finally:
                group.stop()
                await asyncio.shield(group.ended)
        finally:
            if not group.ended.done():
                group.kill()


def revealed(env: Mapping[str, str | Secret]) -> dict[str, str]:
    """The environment as a process gets it."""
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in env.items()}
