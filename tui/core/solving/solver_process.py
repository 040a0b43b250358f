"""The process that solves (see tui.solver), from condock's side: messages go in, answers come out."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tui
from tui.core.byte_lines import ByteLines
from tui.core.secret import Secret
from tui.core.untrusted_text import Redactor, printable

Message = dict[str, Any]
_COMMAND = ("-P", "-m", "tui.solver")  # -P: the user's folder may hold modules of any name
_SECRET_NAME = "(?i)KEY|TOKEN|SECRET|PASSWORD"  # noqa: S105
_CHUNK = 262_144
_LAST_WORDS = 2_000


class SolverGoneError(Exception):
    """The process ended before it answered; its text is what it said last, without the key."""


class SolverProcess:
    """A running solver; made by `start`."""

    def __init__(self, process: asyncio.subprocess.Process, redact: Redactor) -> None:
        self._process = process
        self._redact = redact
        self._numbers = itertools.count()
        self._waiting: dict[int, tuple[asyncio.Future[Message], Callable[[Message], None]]] = {}
        self._last_words = b""
        self._tasks = [asyncio.create_task(work) for work in (self._listen(), self._overhear())]

    @classmethod
    async def start(cls, key: Secret | None, folder: Path, env: Mapping[str, str], ca_file: str) -> SolverProcess:
        """Start it with the key, which goes through its standard input; `folder` is for what it keeps."""
        secret = key.reveal() if key else ""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *_COMMAND,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=folder,
            env=_environment(env, secret, ca_file),
            start_new_session=True,  # Ctrl+C in the terminal is condock's alone
        )
        self = cls(process, Redactor([key] if key else []))
        self._send({"key": secret, "folder": str(folder)})
        return self

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def gone(self) -> bool:
        return self._process.returncode is not None or self._tasks[0].done()

    async def ask(self, message: Message, on_event: Callable[[Message], None] = lambda _: None) -> Message:
        """The answer: a message with `result` or `failure`. Raises SolverGoneError."""
        number = next(self._numbers)
        answer: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting[number] = (answer, on_event)
        try:
            if self.gone:
                raise self._gone()
            self._send({"id": number, **message})
            return await answer
        finally:
            del self._waiting[number]

    async def end(self) -> None:
        """End it at once; whoever waits for an answer is told that it is gone."""
        if self._process.returncode is None:
            self._process.kill()
        await asyncio.gather(*self._tasks)
        await self._process.wait()

    def _send(self, message: Message) -> None:
        if self._process.stdin and not self._process.stdin.is_closing():
            self._process.stdin.write(json.dumps(message).encode() + b"\n")

    async def _listen(self) -> None:
        lines = ByteLines()
        output = self._process.stdout
        try:
            while output and (chunk := await output.read(_CHUNK)):
                for line in lines.feed(chunk):
                    self._hear(json.loads(line))
            await asyncio.wait({self._tasks[1]}, timeout=1)  # for its last words
        finally:
            for answer, _ in self._waiting.values():
                if not answer.done():
                    answer.set_exception(self._gone())

    def _hear(self, message: Message) -> None:
        answer, on_event = self._waiting.get(message["id"], (None, None))
        if answer is None or on_event is None or answer.done():
            return  # nobody waits for it any longer
        if "event" in message:
            on_event(message["event"])
        else:
            answer.set_result(message)

    async def _overhear(self) -> None:
        output = self._process.stderr
        while output and (chunk := await output.read(_CHUNK)):
            self._last_words = (self._last_words + chunk)[-_LAST_WORDS:]

    def _gone(self) -> SolverGoneError:
        return SolverGoneError(self._redact(printable(self._last_words.decode("utf-8", "replace"))).strip())


def _environment(env: Mapping[str, str], secret: str, ca_file: str) -> dict[str, str]:
    """Without anything that may be a key, whoever's."""
    kept = {
        name: value
        for name, value in env.items()
        if not re.search(_SECRET_NAME, name) and not (secret and secret in value)
    }
    if ca_file:
        kept["SSL_CERT_FILE"] = ca_file
    # condock may be run from its source, by its folder alone.
    places = [str(Path(tui.__path__[0]).parent), env.get("PYTHONPATH", "")]
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, places))}
