"""A program in a real pseudo-terminal of 80x24: typed to, and read from the screen, as a person does."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from types import TracebackType

import pyte

COLUMNS, LINES = 80, 24
LONG = 60.0
"""Seconds after which what has not come will not, on however busy a machine."""
# Its own session, with the terminal as the one that controls it: closing that sends SIGHUP.
_LOGIN = "import os, sys; os.login_tty(0); os.execvp(sys.argv[1], sys.argv[1:])"

KEYS = {
    "enter": "\r",
    "tab": "\t",
    "backtab": "\x1b[Z",
    "escape": "\x1b",
    "space": " ",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f8": "\x1b[19~",
}


class Terminal:
    """A program in a terminal of its own; a context manager that ends both."""

    def __init__(self, command: Sequence[str | Path], cwd: Path, env: Mapping[str, str]) -> None:
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self._rows: list[str] = []
        self._ours, self._theirs = os.openpty()
        termios.tcsetwinsize(self._theirs, (LINES, COLUMNS))
        self._settings = termios.tcgetattr(self._theirs)
        os.set_blocking(self._ours, False)
        self.raw = bytearray()
        """All that the program has written."""
        self.states: set[str] = set()
        """Every text that was on the screen when the terminal was looked at."""
        self.process = subprocess.Popen(
            [sys.executable, "-c", _LOGIN, *command],
            cwd=cwd,
            env=dict(env),
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
        )

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if error is not None:
            error.add_note(f"the screen:\n{self.text}")
        self.process.kill()
        self.process.wait()
        for descriptor in (self._ours, self._theirs):
            if descriptor >= 0:
                os.close(descriptor)

    @property
    def text(self) -> str:
        """The screen as it is now, without what is blank at the ends of lines."""
        screen = self._screen
        if len(self._rows) != screen.lines:
            self._rows = [""] * screen.lines
            screen.dirty.update(range(screen.lines))
        for row in screen.dirty.intersection(range(screen.lines)):
            cells = screen.buffer[row]
            self._rows[row] = "".join(cells[column].data for column in range(screen.columns)).rstrip()
        screen.dirty.clear()
        return "\n".join(self._rows)

    def press(self, *keys: str) -> None:
        """Press keys by their names; `ctrl+n` and the like are understood."""
        for key in keys:
            letter = key.removeprefix("ctrl+")
            self.type(KEYS.get(key) or (letter if letter == key else chr(ord(letter) & 0x1F)))

    def type(self, text: str) -> None:
        """Type text as it is."""
        rest = text.encode()
        while rest:
            self.look(0)  # a program that waits for us to read does not read
            _, writable, _ = select.select([], [self._ours], [], 1)
            rest = rest[os.write(self._ours, rest) :] if writable else rest

    def paste(self, text: str) -> None:
        """Type text as a terminal does that was asked to tell what is pasted."""
        self.type(f"\x1b[200~{text}\x1b[201~")

    def resize(self, columns: int, lines: int) -> None:
        """Make the window as large as this; the kernel sends SIGWINCH."""
        self._screen.resize(lines, columns)
        termios.tcsetwinsize(self._theirs, (lines, columns))

    def wait_for(self, *texts: str, seconds: float = LONG) -> None:
        """Read until all of these are on the screen; AssertionError if they never are."""
        self.wait_until(lambda: all(text in self.text for text in texts), str(texts), seconds)

    def wait_while(self, text: str) -> None:
        """Read until this is on the screen no more."""
        self.wait_until(lambda: text not in self.text, f"a screen without {text!r}")

    def wait_until(self, met: Callable[[], bool], what: str, seconds: float = LONG) -> None:
        """Read until this is so; AssertionError where it never is."""
        deadline = time.monotonic() + seconds
        while not met():
            ended = self.process.poll() is not None
            more = self.look(0.05)
            assert (more or not ended) and time.monotonic() < deadline, f"{what} did not come"

    def look(self, seconds: float) -> bool:
        """Take in what the program has written by now, or does within this time; False for nothing."""
        readable, _, _ = select.select([self._ours], [], [], seconds)
        if not readable:
            return False
        content = os.read(self._ours, 65_536)
        self.raw += content
        self._stream.feed(content)
        self.states.add(self.text)
        return True

    def colour_of(self, label: str, value: str) -> str:
        """The background of this text below this label (or any); empty where it is not on the screen."""
        rows = self._screen.display
        for number, (above, row) in enumerate(pairwise(rows), 1):
            if label in above and value in row:
                return str(self._screen.buffer[number][row.index(value) + len(value) - 1].bg)
        return ""

    def tab_to(self, label: str, value: str, *, without: str) -> None:
        """Press tab until this is not in the colour it has without the focus: keys go there from now on."""
        for _ in range(8):
            self.press("tab")
            try:
                self.wait_until(
                    lambda: self.colour_of(label, value) not in {"", without}, f"the focus on {label}", 1.0
                )
            except AssertionError:
                continue
            return
        raise AssertionError(f"tab does not reach {label}")

    def wait_until_ended(self, seconds: float = LONG) -> int:
        """Read until the program has ended; its exit code."""
        self.wait_until(lambda: self.process.poll() is not None, "its end", seconds)
        while self.look(0):
            pass
        return self.process.wait()

    @property
    def restored(self) -> bool:
        """Whether the terminal is as it was found: its modes, the main screen, and a cursor."""
        ends = [self.raw.rfind(on) <= self.raw.rfind(off) for on, off in _SWITCHES]
        return all(ends) and termios.tcgetattr(self._theirs) == self._settings

    def close(self) -> None:
        """Close the terminal, as one closes its window."""
        os.close(self._theirs)
        os.close(self._ours)
        self._ours = self._theirs = -1


_SWITCHES = (
    (b"\x1b[?1049h", b"\x1b[?1049l"),  # the alternate screen
    (b"\x1b[?25l", b"\x1b[?25h"),  # the cursor
    (b"\x1b[?1000h", b"\x1b[?1000l"),  # the mouse
    (b"\x1b[?2004h", b"\x1b[?2004l"),  # bracketed paste
)
