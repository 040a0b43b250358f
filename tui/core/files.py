"""The user's files, read and written: what condock did not write is shown first, and kept in `.condock`."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from itertools import count
from pathlib import Path

from tui.core.dataclass import dataclass
from tui.core.errors import CondockError
from tui.core.inside_folder import (
    create_inside,
    make_folder_inside,
    read_file,
    read_inside,
    replace_inside,
    stat_inside,
)
from tui.core.untrusted_text import shown, spelled

MOST_BYTES = 1_000_000
"""Of a text that people write; a Dockerfile or an environment.yml is a hundred times smaller."""
KEPT = ".condock"
"""The folder, in the user's, of what was replaced; git passes over it by a .gitignore of its own."""
SMALL = 100_000
"""Bytes of a text that is compared line by line, which takes a second for as many empty lines."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_STAMP = r"\A# Made by condock; edits by hand are noticed \(([0-9a-f]{12})\)\.\n"


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
    """A file of a folder as it is and as it shall be."""

    folder: Path
    name: str
    """Relative to the folder."""
    old: str | None
    new: str
    known: bool | None = None
    """True if the old text is known to be condock's last, False if it is not; None where its line tells that."""

    @property
    def path(self) -> Path:
        return self.folder / self.name

    @property
    def standing(self) -> Standing:
        if self.old is None:
            return Standing.NEW
        if self.old == self.new:
            return Standing.SAME
        ours = is_ours(self.old) if self.known is None else self.known
        return Standing.OURS if ours else Standing.FOREIGN

    def diff(self) -> str:
        """A unified diff from the old text to the new, with each character to be seen."""
        import difflib

        name = self.path.name
        lines = difflib.unified_diff(
            (self.old or "").splitlines(),
            self.new.splitlines(),
            f"{name} (now)",
            f"{name} (new)",
            lineterm="",
        )
        return "\n".join(map(spelled, lines))


def stamped(text: str) -> str:
    """The text under a line by which condock knows later that nobody has edited it."""
    return f"# Made by condock; edits by hand are noticed ({checksum(text)}).\n{text}"


def is_ours(text: str) -> bool:
    """True if condock wrote this text and nobody has changed it since."""
    stamp = re.match(_STAMP, text)
    return stamp is not None and stamp[1] == checksum(text[stamp.end() :])


def change_of(folder: Path, name: str, new: str, limit: int = MOST_BYTES) -> FileChange:
    """The change that would make this file hold this text; raises CondockError as `find_content` does."""
    return FileChange(folder, name, find_content(folder, name, limit), new)


def find_content(folder: Path, name: str, limit: int = MOST_BYTES) -> str | None:
    """All that a file holds, as a text that can be written back; None where it is not there.

    CondockError where it cannot be read, see `read_inside`.
    """
    content = _find(folder, name, limit)
    return None if content is None else content.decode("utf-8", "surrogateescape")


def _find(folder: Path, name: str, limit: int) -> bytes | None:
    with explained(name, "read"):
        try:
            return read_inside(folder, name, limit)
        except FileNotFoundError:
            return None


def write(change: FileChange, mode: int = 0o644) -> Path | None:
    """Write the new text in one step; gives the path where a foreign old file was kept, if there was one.

    Raises CondockError where the folder or the file cannot be written, is reached by a link, or has become another
    one since the change was made; the old file is then untouched.
    """
    if change.standing is Standing.SAME:
        return None
    folder, name, old = change.folder, change.name, change.old
    if find_content(folder, name, MOST_BYTES + len(_bytes(old or ""))) != old:
        raise CondockError(f"{shown(name)} has just been changed by another program.", "Look at it again.")
    with explained(name, "written"):
        if old is not None:
            mode = stat_inside(folder, name).st_mode & 0o777
        backup = _keep(change, mode) if change.standing is Standing.FOREIGN else None
        replace_inside(folder, name, _bytes(change.new), mode)
    return folder / backup if backup else None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def checksum(text: str) -> str:
    """A short sum by which a text is known again."""
    import hashlib  # and OpenSSL with it

    return hashlib.sha256(_bytes(text)).hexdigest()[:12]


def _keep(change: FileChange, mode: int) -> str:
    """Copy the old file to where git does not see it; the copy's name, the first that is free."""
    make_folder_inside(change.folder, KEPT)
    with suppress(FileExistsError):
        create_inside(change.folder, f"{KEPT}/.gitignore", (b"*\n",), 0o644)
    for number in count(1):
        backup = f"{KEPT}/{change.name.replace('/', '-')}.bak{number}"
        with suppress(FileExistsError):
            create_inside(change.folder, backup, (_bytes(change.old or ""),), mode)
            break
    return backup


@contextmanager
def explained(name: str, deed: str) -> Iterator[None]:
    """Say as a CondockError why the file of this name cannot be `read` or `written`, whichever the deed is."""
    try:
        yield
    except ValueError:  # a null character, half a surrogate
        message = f"`{shown(name)}` cannot be the name of a file."
        raise CondockError(message, "Correct the name.") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        hint = "Check who may read and write in this folder, and that its disk has room."
        raise CondockError(f"{shown(name)} cannot be {deed}: {reason}.", hint) from None


def read_text(folder: Path, name: str, limit: int = MOST_BYTES) -> str:
    """The text of a file in the folder, as `find_text`; CondockError also where it is not there."""
    text = find_text(folder, name, limit)
    if text is None:
        raise _missing(name)
    return text


def find_text(folder: Path, name: str, limit: int = MOST_BYTES) -> str | None:
    """The text of a file in the folder with its line endings as they are, without a byte order mark.

    UTF-8, or UTF-16 with its mark, as PowerShell writes it. None where it is not there; CondockError where it
    leads out of the folder, is no regular file, cannot be read, has more than `limit` bytes, or is not text.
    """
    content = _find(folder, name, limit)
    return None if content is None else _decoded(content, name)


def read_named_text(path: Path, limit: int = MOST_BYTES) -> str:
    """The text of a file that the user named, wherever it is; as `read_text`."""
    with explained(path.name, "read"):
        try:
            content = read_file(path, limit)
        except FileNotFoundError:
            raise _missing(path.name) from None
    return _decoded(content, path.name)


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-16" if content.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"{shown(name)} is not UTF-8 text (line {line})."
        raise CondockError(message, "Save it again as UTF-8.") from None


def _missing(name: str) -> CondockError:
    return CondockError(f"{shown(name)} is not there.", "Check the name, or create the file.")
