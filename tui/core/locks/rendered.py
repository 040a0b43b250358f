"""The files that are made from conda-lock.yml, as data."""

from __future__ import annotations

from tui.core.dataclass import dataclass
from tui.core.errors import Problem
from tui.core.locks.locks import Lock


@dataclass(frozen=True)
class RenderedLock:
    """One file that is made from conda-lock.yml."""

    lock: Lock
    text: str


@dataclass(frozen=True)
class Rendered:
    """All of them, or why there are none."""

    locks: tuple[RenderedLock, ...] = ()
    problem: Problem | None = None
