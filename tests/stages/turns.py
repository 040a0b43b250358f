"""Turns of tests that run side by side, in processes of their own."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Wait until no other process is within the turn of this name."""
    with (Path(tempfile.gettempdir()) / f"condock-tests-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[], T]) -> T:
    """What `make` gives, which must be JSON's: made by the first process that asks, and read by the others."""
    run = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent  # each process has a folder of its own in that of the run
    made = run / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"
    with one_at_a_time(made.stem):
        if not made.exists():
            made.write_text(json.dumps(make()))
    value: T = json.loads(made.read_text())
    return value
