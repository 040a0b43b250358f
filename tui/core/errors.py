"""Failures in words that a user can act on."""

from __future__ import annotations

from tui.core.dataclass import KW_ONLY, dataclass
from tui.core.exit_code import ExitCode

__all__ = ["CondockError", "ExitCode", "Problem"]


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
    _: KW_ONLY
    exit_code: ExitCode = ExitCode.WRONG_USE
    """Of a command that this stops."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", _on_one_line(self.message))
        object.__setattr__(self, "hint", _on_one_line(self.hint))

    @property
    def error(self) -> CondockError:
        """It as the failure of a command."""
        return CondockError(self.message, self.hint, self.exit_code)

    def __str__(self) -> str:
        where = f"line {self.line}, column {self.column}: " if self.line and self.column else ""
        return f"{where}{self.message} {self.hint}"


class CondockError(Exception):
    """A failure that was foreseen: shown as its two sentences, never as a traceback."""

    def __init__(self, message: str, hint: str, exit_code: ExitCode = ExitCode.WRONG_USE) -> None:
        self.message = _on_one_line(message)
        self.hint = _on_one_line(hint)
        super().__init__(self.message)
        self.exit_code = exit_code

    def problem(self, field: str = "") -> Problem:
        """It as something that stands in the way, at this value of the plan."""
        return Problem(self.message, self.hint, field, exit_code=self.exit_code)

    def __rich__(self) -> str:
        """Keep Textual's crash report from printing local variables, which could hold a key."""
        return f"{self.message} {self.hint}".replace("[", r"\[")

    def __str__(self) -> str:
        return f"{self.message} {self.hint}"


def _on_one_line(sentence: str) -> str:
    """A name of the folder's in a sentence cannot begin a line of its own, which could say anything."""
    return " ".join(sentence.splitlines())
