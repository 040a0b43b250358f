"""An image as `docker save` gives it, while it comes."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event
from typing import IO

from tui.core.engine.docker_cli import ask
from tui.core.engine.engine import probe
from tui.core.errors import CondockError, ExitCode
from tui.core.secret import KEY_VARIABLE
from tui.core.text import printable, shown

_CHUNK = 1 << 18
_PATIENCE = 60.0  # seconds: an engine that is busy writing images takes its time to tell of one
_POLL = 0.1
_LAST_WORDS = 2_000


class StoppedError(Exception):
    """The search was stopped on purpose, before its end."""


def find_image(names: Sequence[str], env: Mapping[str, str]) -> str:
    """The digest by which its engine knows the first of these images that it has.

    CondockError where it has none of them, or there is no engine.
    """
    for name in names:
        told = ask(["docker", "image", "inspect", "--format", "{{.Id}}", "--", name], env, _PATIENCE)
        digest = told.stdout.strip()
        if told.returncode == 0 and digest:
            return digest
    if not names:
        raise CondockError("The builder told no image.", "Name it: `condock audit IMAGE`.")
    if problem := probe(env).problem:
        raise problem.error
    raise CondockError(
        f"There is no image {shown(names[-1], 120)} on this engine.",
        "Build it, or pull it with `docker pull`; `docker image ls` shows what there is.",
    )


@contextmanager
def saved_image(image: str, env: Mapping[str, str], stop: Event | None = None) -> Iterator[Iterator[memoryview]]:
    """The bytes of the saved image, in pieces that are good until the next; nothing is left running afterwards.

    While it is read: CondockError where the engine ends it early, StoppedError once `stop` is set.
    """
    outlet, inlet = os.pipe()
    with open(outlet, "rb", buffering=0) as output, tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                ["docker", "image", "save", "--", image],
                env={name: value for name, value in env.items() if name != KEY_VARIABLE},
                stdin=subprocess.DEVNULL,
                stdout=inlet,
                stderr=errors,
                start_new_session=True,
            )
        finally:
            os.close(inlet)
        try:
            yield _chunks(process, output, errors, stop or Event())
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # its plug-ins and ssh with it
            process.wait()


def _chunks(
    process: subprocess.Popen[bytes], output: IO[bytes], errors: IO[bytes], stop: Event
) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(_CHUNK))
    while filled := _fill(buffer, output, stop):
        yield buffer[:filled]
    if process.wait():
        errors.seek(0)
        said = printable(errors.read(_LAST_WORDS).decode("utf-8", "replace")).strip().partition("\n")[0]
        message = f"Docker could not save the image: {said or f'it ended with code {process.returncode}'}."
        hint = "Look whether its disk is full (`docker system df`): to save an image takes as much room once more."
        raise CondockError(message.replace("..", "."), hint, ExitCode.NO_ENGINE)


def _fill(buffer: memoryview, output: IO[bytes], stop: Event) -> int:
    """Read until the buffer is full, or the output has ended; gives how many bytes are in it."""
    filled = 0
    while filled < len(buffer):
        while not select.select([output], [], [], _POLL)[0]:
            if stop.is_set():
                raise StoppedError
        if not (size := os.readv(output.fileno(), [buffer[filled:]])):
            break
        filled += size
    if stop.is_set():
        raise StoppedError
    return filled
