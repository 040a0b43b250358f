"""How long the wizard takes to its first frame, beside the smallest Textual program."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator

from tests.bench.row import Row
from tests.bench.terminal import running

ROUNDS = 7
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
        measures: tuple[Callable[[], float], ...] = (
            lambda: first_frame(["-c", HELLO], "hello, terminal", env),
            lambda: first_frame(["-m", "tui", folder], "Your folder", env),
            lambda: step_change(folder, env),
        )
        taken = [[measure() for measure in measures] for _ in range(ROUNDS)]
    floor, frame, step = (statistics.median(times) for times in zip(*taken, strict=True))
    yield Row("first frame, the smallest Textual program", floor * 1000, "ms")
    yield Row("first frame, condock to it", frame / floor, "x", most=1.3)
    yield Row("from a key to the next step, to it", step / floor, "x", most=1.0)


def first_frame(arguments: list[str], text: str, env: dict[str, str]) -> float:
    """Seconds from the start of the process to its first text."""
    with running([sys.executable, *arguments], env) as terminal:
        return terminal.until(text)


def step_change(folder: str, env: dict[str, str]) -> float:
    """Seconds from the key to the account step's list of sources, once the first step stands."""
    with running([sys.executable, "-m", "tui", folder], env) as terminal:
        terminal.until("Your folder")
        terminal.press(b"\x0e")
        return terminal.until("ANACONDA_AUTH_API_KEY")
