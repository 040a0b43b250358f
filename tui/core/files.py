"""Writing into the user's folder: what condock did not write is shown first and kept beside the new file."""

from __future__ import annotations

import codecs
import difflib
import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from tui.core.errors import CondockError
from tui.core.text import printable

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_STAMP = re.compile(r"\A# Made by condock; edits by hand are noticed \(([0-9a-f]{12})\)\.\n")


class Standing(Enum):
    """How a file on disk stands to the text that is to be written there."""

    NEW = auto()
    SAME = auto()
    OURS = auto()
    """Written by condock and not touched since: safe to replace."""
    FOREIGN = auto()
    """Somebody else's, or edited by hand: needs a diff and a yes."""


@dataclass(frozen=True)
class FileChange:
    """A file as it is and as it shall be."""

    path: Path
    old: str | None
    new: str

    @property
    def standing(self) -> Standing:
        if self.old is None:
            return Standing.NEW
        if self.old == self.new:
            return Standing.SAME
        return Standing.OURS if is_ours(self.old) else Standing.FOREIGN

    def diff(self) -> str:
        """A unified diff from the old text to the new."""
        name = self.path.name
        lines = difflib.unified_diff(
            (self.old or "").splitlines(),
            self.new.splitlines(),
            f"{name} (now)",
            f"{name} (new)",
            lineterm="",
        )
        return "\n".join(lines)


def stamped(text: str) -> str:
    """The text under a line by which condock knows later that nobody has edited it."""
    return f"# Made by condock; edits by hand are noticed ({_checksum(text)}).\n{text}"


def is_ours(text: str) -> bool:
    """Whether condock wrote this text and nobody has changed it since."""
    stamp = _STAMP.match(text)
    return stamp is not None and stamp[1] == _checksum(text[stamp.end() :])


def change_of(path: Path, new: str) -> FileChange:
    """The change that would make this file hold this text; raises CondockError where it cannot be read."""
    with _explained(path, "read"):
        try:
            if path.exists() and not path.is_file():
                raise OSError(errno.EINVAL, "it is not a file")
            old = path.read_bytes().decode("utf-8", "surrogateescape")
        except FileNotFoundError:
            old = None
    return FileChange(path, old, new)


def write(change: FileChange, mode: int = 0o644) -> Path | None:
    """Write the new text in one step; gives the path where a foreign old file was kept, if there was one.

    Raises CondockError where the folder or the file cannot be written; the old file is then untouched.
    """
    if change.standing is Standing.SAME:
        return None
    target = change.path.resolve()
    with _explained(change.path, "written"):
        backup = _keep(target) if change.standing is Standing.FOREIGN else None
        if change.old is not None:
            mode = target.stat().st_mode & 0o777
        replace_file(target, change.new.encode("utf-8", "surrogateescape"), mode)
    return backup


def replace_file(target: Path, content: bytes, mode: int) -> None:
    """Put the content in place at once, never half-written and never readable to more than `mode` says."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _checksum(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _keep(path: Path) -> Path:
    """Copy the file beside itself, under the first free name."""
    number = 1
    while (backup := path.with_name(f"{path.name}.bak{number}")).exists():
        number += 1
    replace_file(backup, path.read_bytes(), path.stat().st_mode & 0o777)
    return backup


@contextmanager
def _explained(path: Path, deed: str) -> Iterator[None]:
    try:
        yield
    except ValueError:  # a null character, half a surrogate
        message = f"`{printable(path.name)}` cannot be the name of a file."
        raise CondockError(message, "Correct the name.") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "Check who may read and write in this folder, and that its disk has room."
        raise CondockError(f"{printable(path.name)} cannot be {deed}: {reason}.", hint) from None


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
