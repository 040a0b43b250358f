"""How soon the wizard answers once it stands: from step to step, a key on each step, the Dockerfile beside."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from tests.bench.row import Row
from tests.bench.terminal import Terminal, running
from tui.core.steps import STEPS, number_of

ROUNDS = 4
KEYS = 12
_APPLICATION = number_of("application")
_TO_PORT = (b"\t\t\r", b"\t\t")
"""Unfold it, and go to it."""
_PORT = "8080"
_ROUND = (*range(2, len(STEPS) + 1), 1)
"""All steps by number, from the first and back to it."""


def rows() -> Iterator[Row]:
    """Each from the key to what is drawn for it, in one terminal of 120 columns."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "environment.yml").write_text("channels: [defaults]\ndependencies: [python=3.12]\n")
        env = {**os.environ, "HOME": folder, "TERM": "xterm-256color", "DOCKER_HOST": "unix:///nowhere"}
        subprocess.run([sys.executable, "-m", "tui", "init", folder], env=env, capture_output=True, check=True)
        with running([sys.executable, "-m", "tui", folder], env, 120, 36) as terminal:
            terminal.until("Your folder")
            terminal.settle(2.0)
            first, *again = [_walk(terminal) for _ in range(ROUNDS)]
            yield Row("to a step shown for the first time, p50", statistics.median(first), "ms", most=60.0)
            yield Row(
                "to a step shown before, p50", statistics.median(chain.from_iterable(again)), "ms", most=60.0
            )
            yield from _companion(terminal)  # before the keys: they move the focus
            yield from _keys(terminal)


def _walk(terminal: Terminal) -> list[float]:
    return [_jump(terminal, number) for number in _ROUND]


def _jump(terminal: Terminal, number: int) -> float:
    """Milliseconds until the step says what it is for, by alt and its number as kitty's protocol has it."""
    terminal.press(b"\x1b[%d;3u" % (ord("0") + number))
    seconds = terminal.until(STEPS[number - 1].summary[:20])
    terminal.settle(0.4)
    return seconds * 1000


def _keys(terminal: Terminal) -> Iterator[Row]:
    """The focus goes on from one thing to the next, on each step."""
    times = list[float]()
    for number in _ROUND:
        _jump(terminal, number)
        for _ in range(KEYS):
            with suppress(TimeoutError):  # where there is one thing alone that can have the focus
                times.append(terminal.echo(b"\t", 1.0) * 1000)
    times.sort()
    yield Row("a key on each step, p50", statistics.median(times), "ms", most=30.0)
    yield Row("a key on each step, p99", times[round(len(times) * 0.99) - 1], "ms", most=60.0)


def _companion(terminal: Terminal) -> Iterator[Row]:
    times = list[float]()
    _jump(terminal, _APPLICATION)
    for keys in _TO_PORT:
        terminal.press(keys)
        terminal.settle(0.4)
    for _ in range(ROUNDS):
        for end in range(1, len(_PORT) + 1):
            terminal.press(_PORT[end - 1].encode())
            times.append(terminal.until(f"EXPOSE {_PORT[:end]}") * 1000)
            terminal.settle()
        terminal.press(b"\x7f" * len(_PORT))
        terminal.settle(0.4)
    yield Row("from a key to the Dockerfile beside it, p50", statistics.median(times), "ms", most=40.0)
