"""What runs on this machine, as /proc tells it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_ESTABLISHED = "01"


@dataclass(frozen=True)
class Process:
    """One process; the time of its start tells it from a later one with the same number."""

    pid: int
    parent: int
    state: str
    started: str


def family(pid: int) -> set[Process]:
    """The process and all that descend from it."""
    running = _all()
    found = {process for process in running if process.pid == pid}
    while children := {p for p in running if p.parent in {one.pid for one in found}} - found:
        found |= children
    return found


def alive(processes: set[Process]) -> set[int]:
    """Those that still run. A zombie does not: where PID 1 does not collect its orphans, it stays."""
    running = {(p.pid, p.started) for p in _all() if p.state not in "ZX"}
    return {process.pid for process in processes if (process.pid, process.started) in running}


def mentioning(text: str) -> set[int]:
    """The processes with this text in their arguments."""
    return {int(entry.name) for entry in _entries() if text.encode() in _read(entry / "cmdline")}


def knowing(text: str) -> set[int]:
    """The processes with this text in their arguments or their environment."""
    content = text.encode()
    return {int(e.name) for e in _entries() if content in _read(e / "environ") or content in _read(e / "cmdline")}


def connected(url: str) -> bool:
    """Whether anybody is connected to this server on loopback, by the server's own end of the connection."""
    port = f":{urlsplit(url).port:04X}"
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return any(local.endswith(port) and state == _ESTABLISHED for _, local, _, state, *_ in rows)


def until(
    met: Callable[[], object], seconds: float = 60.0, *, else_say: Callable[[], object] = lambda: ""
) -> None:
    """Wait for what happens in another process; AssertionError if it does not, with what is to be said then."""
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, f"it has not happened {else_say()}"
        time.sleep(0.02)


def commands(pids: Collection[int]) -> list[str]:
    """State and command line of each that runs."""
    return [f"{p.pid} {p.state} {_read(Path('/proc', str(p.pid), 'cmdline'))!r}" for p in _all() if p.pid in pids]


def _all() -> set[Process]:
    return {process for entry in _entries() if (process := _process(entry)) is not None}


def _entries() -> list[Path]:
    return [Path("/proc", name) for name in os.listdir("/proc") if name.isdigit()]


def _process(entry: Path) -> Process | None:
    stat = _read(entry / "stat").decode(errors="replace")
    fields = stat.rpartition(")")[2].split()  # the name before it may hold anything
    return Process(int(entry.name), int(fields[1]), fields[0], fields[19]) if fields else None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except (FileNotFoundError, ProcessLookupError, PermissionError):  # it has ended, or was never ours
        return b""
