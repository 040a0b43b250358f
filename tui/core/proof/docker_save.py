"""An image as `docker save` gives it, while it comes."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import IO

from tui.core.engine.docker_cli import DOCKER, ask
from tui.core.engine.find_engine import probe
from tui.core.errors import CondockError, ExitCode
from tui.core.secret import KEY_VARIABLE
from tui.core.untrusted_text import printable, shown

CHUNK = 1 << 20
"""Bytes that are read and looked at in one go: for fewer, what each time costs is felt."""
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
        told = ask([DOCKER, "image", "inspect", "--format", "{{.Id}}", "--", name], env, _PATIENCE)
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
    """The bytes of the saved image; see `output_of`. CondockError where the engine ends it early."""
    child = {name: value for name, value in env.items() if name != KEY_VARIABLE}
    with output_of([DOCKER, "image", "save", "--", image], child, _not_saved, stop) as chunks:
        yield chunks


@contextmanager
def output_of(
    argv: Sequence[str],
    env: Mapping[str, str],
    failed: Callable[[str], CondockError],
    stop: Event | None = None,
    cwd: Path | None = None,
) -> Iterator[Iterator[memoryview]]:
    """The output of a command, in pieces that are good until the next; nothing is left running afterwards.

    While it is read: StoppedError once `stop` is set, and what `failed` makes of a failing command's words.
    """
    outlet, inlet = os.pipe()
    with open(outlet, "rb", buffering=0) as output, tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(
                argv,
                env=env,
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=inlet,
                stderr=errors,
                start_new_session=True,
            )
        finally:
            os.close(inlet)
        try:
            yield _chunks(process, output, errors, stop or Event(), failed)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)  # its plug-ins and ssh with it
            process.wait()


def _chunks(
    process: subprocess.Popen[bytes],
    output: IO[bytes],
    errors: IO[bytes],
    stop: Event,
    failed: Callable[[str], CondockError],
) -> Iterator[memoryview]:
    buffer = memoryview(bytearray(CHUNK))
    while filled := _fill(buffer, output, stop):
        yield buffer[:filled]
    if process.wait():
        cut = max(0, errors.seek(0, os.SEEK_END) - _LAST_WORDS)
        errors.seek(cut)
        # A line that is cut may be so within a key, which is not known for one then.
        said = printable(errors.read().decode("utf-8", "replace")).strip().splitlines()[bool(cut) :]
        named = [line for line in said if line.lower().startswith("error")] or said
        raise failed(named[-1] if named else f"it ended with code {process.returncode}")


def _not_saved(why: str) -> CondockError:
    hint = "Look whether its disk is full (`docker system df`): to save an image takes as much room once more."
    return CondockError(f"Docker could not save the image: {why.rstrip('.')}.", hint, ExitCode.NO_ENGINE)


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
