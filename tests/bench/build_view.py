"""What the live view of a build costs: against `cat` in the same terminal, in lines a second, and in patience.

`python -m tests.bench.build_view` prints the table.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bench.proof import KEY
from tests.bench.row import Row
from tests.bench.terminal import Terminal, running
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.secret import Secret
from tui.core.untrusted_text import Redactor

RAW_LINES = 1_000_000
JSON_LINES = 400_000
PACE = 20_000
_CHUNK = 65_536
KEYS = 100
STEPS = 10_000
STEP_PACE = 500  # a second
ROUNDS = 3
_BEGAN = datetime(2026, 11, 22, 12, tzinfo=UTC)


def rows() -> Iterator[Row]:
    """Measure, each in turn with what it is compared with, so that a drift of the machine meets both."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = {**os.environ, "HOME": name, "TERM": "xterm-256color", "COLORTERM": "truecolor"}
        raw, logs, steps = folder / "raw", folder / "logs", folder / "steps"
        raw.write_text("".join(f"{_line(number)}\n" for number in range(RAW_LINES)))
        logs.write_text("".join(_documents()))
        steps.write_text("".join(_many_steps()))
        yield from _raw(raw, env)
        yield from _throughput(logs, env)
        yield from _masking(logs)
        yield from _patience("20,000 lines a second", logs, PACE, 60.0, env)
        yield from _patience("10,000 steps", steps, STEP_PACE, 100.0, env)


def _raw(path: Path, env: dict[str, str]) -> Iterator[Row]:
    floors, times, memory = [], [], []
    for _ in range(ROUNDS):
        with running(["sh", "-c", 'read x; cat "$0"; echo THE END', str(path)], env, 120, 40) as terminal:
            terminal.press(b"\n")
            floors.append(terminal.until("THE END"))
        with _view("raw", path, env) as terminal:
            before = terminal.memory()
            terminal.press(b"g")
            times.append(terminal.until("THE END"))
            memory.append((terminal.memory() - before) / 2**20 / (RAW_LINES / 100_000))
    ratio = statistics.median(times) / statistics.median(floors)
    yield Row("1,000,000 raw lines shown, to cat in the same terminal", ratio, "x", most=0.9)
    yield Row("memory for 100,000 lines, at 1,000,000", statistics.median(memory), "MiB", most=15.0)


def _throughput(path: Path, env: dict[str, str]) -> Iterator[Row]:
    times = []
    for _ in range(ROUNDS):
        with _view("rawjson", path, env) as terminal:
            terminal.press(b"g")
            times.append(terminal.until("THE END"))
    yield Row("from rawjson to the screen", JSON_LINES / statistics.median(times), "lines/s", least=150_000)


def _masking(path: Path) -> Iterator[Row]:
    """The decoder by itself, with a key to look for and without one; the best of several, taken in turn."""
    content = path.read_bytes()[: path.stat().st_size // 4]
    chunks = [content[at : at + _CHUNK] for at in range(0, len(content), _CHUNK)]

    def seconds(*keys: Secret) -> float:
        decoder, began = RawJsonDecoder(Redactor(keys)), time.process_time()
        for chunk in chunks:
            decoder.feed(chunk)
        return time.process_time() - began

    taken = [(seconds(), seconds(KEY)) for _ in range(3 * ROUNDS)]
    without, masking = (min(times) for times in zip(*taken, strict=True))
    yield Row("speed of decoding rawjson with a key to mask, to without", without / masking, "x", least=0.9)


def _patience(name: str, path: Path, pace: int, most: float, env: dict[str, str]) -> Iterator[Row]:
    times = []
    with _view("rawjson", path, env, str(pace)) as terminal:
        terminal.press(b"g")
        terminal.drain(1.0)
        for number in range(1, KEYS + 1):
            terminal.press(b"x")
            times.append(terminal.until(f"key {number}.") * 1000)
            terminal.drain(0.1)
    times.sort()
    yield Row(f"a key, with {name}, p50", statistics.median(times), "ms", most=30.0)
    yield Row(f"a key, with {name}, p99", times[round(KEYS * 0.99) - 1], "ms", most=most)


def _view(kind: str, path: Path, env: dict[str, str], *pace: str) -> _Ready:
    return _Ready([sys.executable, "-m", "tests.bench.build_view_app", kind, str(path), *pace], env)


class _Ready:
    """The view in a terminal, once it stands."""

    def __init__(self, argv: list[str], env: dict[str, str]) -> None:
        self._running = running(argv, env, 120, 40)

    def __enter__(self) -> Terminal:
        terminal = self._running.__enter__()
        terminal.until("following")
        terminal.drain(0.5)
        return terminal

    def __exit__(self, *error: object) -> None:
        self._running.__exit__(None, None, None)


def _line(number: int) -> str:
    """About 80 characters; three lines in ten have colours, as pip's and npm's have."""
    text = (
        f"line {number} Collecting package-{number % 97} version 1.{number % 13} build py311_{number % 7} of main"
    )
    return f"\x1b[32m{text[:20]}\x1b[0m{text[20:]}" if number % 10 < 3 else text


def _at(seconds: float) -> str:
    return (_BEGAN + timedelta(seconds=seconds)).isoformat(timespec="microseconds").replace("+00:00", "000Z")


def _document(**parts: object) -> str:
    return json.dumps(parts, separators=(",", ":")) + "\n"


def _log(digest: str, lines: list[str], seconds: float) -> str:
    data = b64encode("".join(f"{line}\n" for line in lines).encode()).decode()
    return _document(logs=[{"vertex": digest, "stream": 1, "data": data, "timestamp": _at(seconds)}])


def _documents() -> Iterator[str]:
    """One step that prints two lines at a time."""
    digest = f"sha256:{'a' * 64}"
    yield _document(vertexes=[{"digest": digest, "name": "[builder 1/1] RUN make", "started": _at(0)}])
    for number in range(0, JSON_LINES, 2):
        yield _log(digest, [_line(number), _line(number + 1)], number / PACE)


def _many_steps() -> Iterator[str]:
    """Ten thousand steps one after the other, each of which prints a line."""
    steps = [
        {"digest": f"sha256:{number:064}", "name": f"[builder {number + 1}/{STEPS}] RUN step {number}"}
        | ({"inputs": [f"sha256:{number - 1:064}"]} if number else {})
        for number in range(STEPS)
    ]
    yield _document(vertexes=steps[::-1])
    for number, step in enumerate(steps):
        started, completed = _at(number / STEP_PACE), _at((number + 1) / STEP_PACE)
        yield _document(vertexes=[{**step, "started": started}])
        yield _log(f"sha256:{number:064}", [_line(number)], number / STEP_PACE)
        yield _document(vertexes=[{**step, "started": started, "completed": completed}])
