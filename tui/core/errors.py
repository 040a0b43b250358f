"""What can go wrong, in words a user can act on, and the exit codes that go with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of every condock command; also in `--help` and the README."""

    DONE = 0
    BUILD_FAILED = 1
    WRONG_USE = 2
    NO_KEY = 3
    NO_ENGINE = 4
    INTERRUPTED = 130


@dataclass(frozen=True)
class Problem:
    """One thing that stands in the way: a sentence on what is wrong, one on what to do, and where."""

    message: str
    hint: str
    field: str = ""
    """The plan's name of the value at fault, such as `application.port`."""
    line: int | None = None
    """Counted from 1, in the file at fault."""
    column: int | None = None
    """Counted from 1."""

    def __str__(self) -> str:
        where = f"line {self.line}, column {self.column}: " if self.line and self.column else ""
        return f"{where}{self.message} {self.hint}"


class CondockError(Exception):
    """A failure that was foreseen: shown as its two sentences, never as a traceback."""

    def __init__(self, message: str, hint: str, exit_code: ExitCode = ExitCode.WRONG_USE) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code

    def __rich__(self) -> str:
        """Keep Textual's crash report from printing local variables, which could hold a key."""
        return f"{self.message} {self.hint}".replace("[", r"\[")

    def __str__(self) -> str:
        return f"{self.message} {self.hint}"
