"""How long the wizard takes to its first frame, beside the smallest Textual program."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.row import Row
from tests.bench.terminal import running

ROUNDS = 15
CONDOCK = str(Path(sys.executable).with_name("condock"))
"""As it is installed: `python -m` finds the package by a module of its own, for a tenth of what Python takes."""
MOST = {"--version": 2.0, "--help": 3.0, "render": 4.0, "doctor": 4.0}
HELLO = """
from textual.app import App
from textual.widgets import Static
class Hello(App):
    def compose(self):
        yield Static("hello, terminal")
Hello().run()
"""


def rows() -> Iterator[Row]:
    """Measure in turn, so that a drift of the machine meets all alike; medians."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "HOME": folder, "TERM": "xterm-256color"}
        measures: tuple[Callable[[], tuple[float, ...]], ...] = (
            lambda: first_frame(["-c", HELLO], "hello, terminal", env),
            lambda: first_frame([CONDOCK, folder], "Your folder", env),
            lambda: (step_change(folder, env),),
        )
        taken = [[seconds for measure in measures for seconds in measure()] for _ in range(ROUNDS)]
    floor, least, frame, used, step = (statistics.median(times) for times in zip(*taken, strict=True))
    yield Row("first frame, the smallest Textual program", floor * 1000, "ms")
    yield Row("first frame, condock to it", frame / floor, "x", most=1.4)
    yield Row("first frame, condock to it, by processor", used / least, "x", most=1.4)
    yield Row("from a key to the next step, to it", step / floor, "x", most=1.0)
    yield from _commands()


def _commands() -> Iterator[Row]:
    """Commands that build nothing, beside the smallest Python program; the processor's time, not the clock's."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "environment.yml").write_text("channels: [defaults]\ndependencies: [python=3.12]\n")
        env = {**os.environ, "HOME": folder, "PATH": "/nowhere", "DOCKER_HOST": "unix:///nowhere"}
        subprocess.run([sys.executable, "-m", "tui", "init", folder], env=env, capture_output=True, check=True)
        commands = {name: [sys.executable, CONDOCK, name, folder] for name in ("render", "doctor")}
        commands |= {name: [sys.executable, CONDOCK, name] for name in ("--version", "--help")}
        floor = [sys.executable, "-c", "pass"]
        taken = [[_processor_time(argv, env) for argv in (floor, *commands.values())] for _ in range(ROUNDS)]
    bare, *times = (statistics.median(values) for values in zip(*taken, strict=True))
    yield Row("python -c pass", bare * 1000, "ms")
    for name, seconds in zip(commands, times, strict=True):
        yield Row(f"condock {name}, to it", seconds / bare, "x", most=MOST[name])


def _processor_time(argv: list[str], env: dict[str, str]) -> float:
    process = subprocess.Popen(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return used.ru_utime + used.ru_stime


def first_frame(arguments: list[str], text: str, env: dict[str, str]) -> tuple[float, float]:
    """Seconds from the start of the process to its first text, by the clock and of a processor."""
    with running([sys.executable, *arguments], env) as terminal:
        return terminal.until(text), terminal.processor_time()


def step_change(folder: str, env: dict[str, str]) -> float:
    """Seconds from the key to the account step's list of sources, once the first step stands."""
    with running([sys.executable, "-m", "tui", folder], env) as terminal:
        terminal.until("Your folder")
        terminal.press(b"\x0e")
        return terminal.until("ANACONDA_AUTH_API_KEY")
