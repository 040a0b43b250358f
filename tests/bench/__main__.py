"""`make bench`: what condock costs, as ratios to a floor measured in the same run."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable

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


def main() -> None:
    """Measure in turn, so that a drift of the machine meets all alike, and print a table of medians."""
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "HOME": folder, "TERM": "xterm-256color"}
        measures: dict[str, Callable[[], float]] = {
            "hello, the smallest Textual program": lambda: first_frame(["-c", HELLO], "hello, terminal", env),
            "condock, first frame": lambda: first_frame(["-m", "tui", folder], "Your folder", env),
            "condock, to the account step": lambda: step_change(folder, env),
        }
        times: dict[str, list[float]] = {name: [] for name in measures}
        for _ in range(ROUNDS):
            for name, measure in measures.items():
                times[name].append(measure())
    floor = statistics.median(next(iter(times.values())))
    print(f"{'':38}  median ms   x floor   min..max ms")
    for name, taken in times.items():
        median = statistics.median(taken)
        spread = f"{min(taken) * 1000:.0f}..{max(taken) * 1000:.0f}"
        print(f"{name:38}  {median * 1000:9.0f}  {median / floor:8.2f}   {spread}")


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


if __name__ == "__main__":
    main()
