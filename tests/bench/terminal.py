"""Runs a program in a pseudo-terminal and times it from outside."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 20.0
"""Seconds after which a text is not waited for any longer."""


class Terminal:
    """A program's pseudo-terminal."""

    def __init__(self, pid: int, master: int, started: float) -> None:
        self._pid = pid
        self._master = master
        self._started = started
        self._tail = b""

    def until(self, text: str) -> float:
        """Seconds from the start, or from the last key, until the program has drawn this text."""
        wanted = text.encode()
        deadline = time.perf_counter() + PATIENCE
        while wanted not in self._tail:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{text!r} was not drawn")
            if select.select([self._master], [], [], 0.1)[0]:
                self._tail = self._tail[-4096:] + os.read(self._master, 65_536)
        return time.perf_counter() - self._started

    def echo(self, key: bytes, patience: float = PATIENCE) -> float:
        """Seconds from a key to the first byte that is drawn after it; waits until the terminal is quiet again."""
        self.press(key)
        if not select.select([self._master], [], [], patience)[0]:
            raise TimeoutError(f"{key!r} was not answered")
        seconds = time.perf_counter() - self._started
        self.settle()
        return seconds

    def settle(self, quiet: float = 0.15) -> None:
        """Read until nothing has been drawn for this many seconds."""
        while select.select([self._master], [], [], quiet)[0]:
            os.read(self._master, 65_536)

    def drain(self, seconds: float) -> None:
        """Read what is drawn for so long."""
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            if select.select([self._master], [], [], left)[0]:
                os.read(self._master, 65_536)

    def memory(self) -> int:
        """Bytes of memory that the program takes now."""
        with open(f"/proc/{self._pid}/statm", encoding="ascii") as pages:
            return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def processor_time(self) -> float:
        """Seconds of a processor that the program has taken so far."""
        threads = Path(f"/proc/{self._pid}/task").glob("*/schedstat")
        return sum(int(thread.read_text("ascii").split()[0]) for thread in threads) / 1e9

    def end(self, number: signal.Signals) -> None:
        """Send a signal, and read until that has ended the program."""
        os.kill(self._pid, number)
        while os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            if select.select([self._master], [], [], 0.05)[0]:
                with suppress(OSError):
                    os.read(self._master, 65_536)

    def press(self, keys: bytes) -> None:
        """Type something, and start counting anew."""
        self._tail = b""
        self._started = time.perf_counter()
        os.write(self._master, keys)


@contextmanager
def running(argv: Sequence[str], env: Mapping[str, str], columns: int = 80, rows: int = 24) -> Iterator[Terminal]:
    """The program in a terminal of this size; it is ended with the block."""
    started = time.perf_counter()
    pid, master = pty.fork()
    if pid == 0:
        os.execvpe(argv[0], list(argv), dict(env))
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    try:
        yield Terminal(pid, master, started)
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(master)
