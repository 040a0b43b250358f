"""Reading a text file that a user keeps, whatever is in its place."""

from __future__ import annotations

import codecs
from pathlib import Path

from tui.core.errors import CondockError
from tui.core.text import printable

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def read_text(path: Path, limit: int = 1_000_000) -> str:
    """The file's text with its line endings as they are, without a byte order mark.

    UTF-8, or UTF-16 with its mark, as PowerShell writes it. Raises CondockError where there is no regular file,
    it cannot be read, has more than `limit` bytes, or is not text.
    """
    name = printable(path.name)
    content = _read(path, name, limit + 1)
    if len(content) > limit:
        raise CondockError(f"{name} is too large to be read.", "Check that it is the right file.")
    try:
        return content.decode("utf-16" if content.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CondockError(f"{name} is not UTF-8 text (line {line}).", "Save it again as UTF-8.") from None


def _read(path: Path, name: str, size: int) -> bytes:
    try:
        if path.exists() and not path.is_file():
            raise CondockError(f"{name} is not a file.", "Choose a file.")
        with path.open("rb") as file:
            return file.read(size)
    except (FileNotFoundError, ValueError):  # ValueError: a null character in the name
        raise CondockError(f"{name} is not there.", "Check the name, or create the file.") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise CondockError(f"{name} cannot be read: {reason}.", "Check who may read it.") from None
