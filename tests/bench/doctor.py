"""What reading a long environment.yml costs after a key: one line is new, the others were read before."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from tests.bench.row import Row
from tui.core.environment.document import read_environment

LINES = 500
ROUNDS = 60


def rows() -> Iterator[Row]:
    """The median, in milliseconds."""
    times = []
    for number in range(ROUNDS):
        text = _file(f"  - package-{number} >=1.{number}")
        started = time.perf_counter()
        read_environment(text)
        times.append(time.perf_counter() - started)
    yield Row(f"the doctor, {LINES} lines, one of them new", statistics.median(times) * 1000, "ms", most=4.0)


def _file(line: str) -> str:
    packages = [f"  - usual-{number} >=1.{number},<2  # why" for number in range(LINES - 4)]
    return "\n".join(["channels:", "  - defaults", "dependencies:", *packages, line]) + "\n"
