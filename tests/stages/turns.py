"""Turns of tests that run side by side, in processes of their own."""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Wait until no other process is within the turn of this name."""
    with (Path(tempfile.gettempdir()) / f"condock-tests-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
