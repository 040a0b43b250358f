"""Runs a command in a process group of its own, drains its output at all times, and leaves none of it behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

from tui.core.errors import CondockError, ExitCode
from tui.core.secret import Secret

_CHUNK = 65_536
_PATIENCE = 3.0
"""Seconds between SIGINT, SIGTERM and SIGKILL. BuildKit takes 0.1 s to cancel (buildx 0.13.1, 0.36.1)."""
_POLL = 0.02

# Ends the group once its standard input closes, which happens however condock ends, SIGKILL included.
_WATCHDOG = 'read -r _; kill -s TERM -- "-$1"; sleep 3; kill -s KILL -- "-$1"; rm -rf -- "${2:?}"'


class ProcessGroup:
    """A running command with all it has started; made by `process_group`."""

    def __init__(self, process: asyncio.subprocess.Process, output: asyncio.StreamReader) -> None:
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
        exited = asyncio.create_task(self._process.wait())
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
        """Whether no process of the group is left, after `patience` seconds at the most."""
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
    argv: Sequence[str], env: Mapping[str, str | Secret], cwd: Path, scratch: Path | None = None
) -> AsyncIterator[ProcessGroup]:
    """Run `argv` with `env` as its whole environment; nothing of it outlives the `async with`.

    That holds for an exception, for the cancellation of the task (again: then by SIGKILL at once), and by a
    watchdog for the death of condock itself. SIGTERM and SIGHUP end Python without any of this: a front end turns
    them into a cancellation, `loop.add_signal_handler(signal.SIGTERM, task.cancel)`. The folder `scratch` is
    removed by the watchdog. CondockError if the command cannot be started.
    """
    output, transport, inlet = await _pipe()
    with closing(transport):
        try:
            process = await _start(argv, env, cwd, inlet)
        finally:
            os.close(inlet)
        group = ProcessGroup(process, output)
        try:
            with _watchdog(process.pid, scratch):
                try:
                    yield group
                finally:
                    group.stop()
                    await asyncio.shield(group.ended)
        finally:
            if not group.ended.done():
                group.kill()


async def _pipe() -> tuple[asyncio.StreamReader, asyncio.ReadTransport, int]:
    """A pipe of our own: asyncio's would make the exit code wait for whoever holds the other end."""
    outlet, inlet = os.pipe()
    reader = asyncio.StreamReader()
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(outlet, "rb", buffering=0)
    )
    return reader, transport, inlet


async def _start(
    argv: Sequence[str], env: Mapping[str, str | Secret], cwd: Path, output: int
) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env={name: v.reveal() if isinstance(v, Secret) else v for name, v in env.items()},
            start_new_session=True,
        )
    except OSError as error:
        raise CondockError(
            f"The command {argv[0]!r} could not be started: {error.strerror}.",
            "Check that it is installed and may be run; `condock doctor` shows what is missing.",
            ExitCode.NO_ENGINE,
        ) from None


@contextmanager
def _watchdog(group: int, scratch: Path | None) -> Iterator[None]:
    """A small shell, in a session of its own, that ends the group and clears up if condock dies first."""
    argv = ["/bin/sh", "-c", _WATCHDOG, "condock-watchdog", str(group), str(scratch or "")]
    # Only condock holds the other end of its standard input: file descriptors are not inherited (PEP 446).
    with subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath},
        start_new_session=True,
    ) as watchdog:
        try:
            yield
        finally:
            watchdog.kill()
