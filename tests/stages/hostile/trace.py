"""The differences on the disk after a visit: outside the stranger's folder, and through its links."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.stages.hostile.machine import Machine, secrets_in

_MOST = 5_000_000
"""Bytes of a file that are looked into."""


@dataclass(frozen=True)
class Snapshot:
    """All files, each with what it is and holds."""

    folder: Path
    files: dict[str, str]
    leaks: dict[str, list[str]]
    """The secrets in each regular file."""

    @classmethod
    def of(cls, machine: Machine) -> Snapshot:
        files, leaks = {}, {}
        for path in _below(machine):
            if not _is_ours(path, machine):
                files[str(path)] = _standing(path)
            if path.is_file() and not path.is_symlink() and path.stat().st_size < _MOST:
                found = secrets_in(path.read_text("utf-8", "surrogateescape"))
                if found:
                    leaks[str(path)] = found
        return cls(machine.folder, files, leaks)


def changes(before: Snapshot, after: Snapshot) -> list[str]:
    """Each change that must not be, in words."""
    found = []
    for name in sorted(before.files.keys() | after.files.keys()):
        was, now = before.files.get(name, "nothing"), after.files.get(name, "nothing")
        inside = Path(name).is_relative_to(before.folder)
        if was != now and (not inside or _is_special(was)):
            found.append(f"{name} was {was} and is {now}")
    for name, secrets in after.leaks.items():
        if extra := set(secrets) - set(before.leaks.get(name, ())):
            found.append(f"{name} has in it {', '.join(sorted(extra))}")
    return found + list(_through_links(before, after))


def _through_links(before: Snapshot, after: Snapshot) -> Iterator[str]:
    """Files of the folder that changed, and that a link in it led to."""
    for name, standing in before.files.items():
        if standing.startswith("link to ") and Path(name).is_relative_to(before.folder):
            target = os.path.normpath(os.path.join(os.path.dirname(name), standing.removeprefix("link to ")))
            was, now = before.files.get(target, "nothing"), after.files.get(target, "nothing")
            if was != now and Path(target).is_relative_to(before.folder):
                yield f"{target}, which {name} leads to, was {was} and is {now}"


def _is_special(standing: str) -> bool:
    """True if it is neither a regular file nor a folder: nothing is put in the place of such."""
    return not standing.startswith(("file ", "folder", "nothing"))


def _below(machine: Machine) -> Iterator[Path]:
    noted = (machine.calls, machine.output)
    for folder, folders, files in os.walk(machine.root):
        here = Path(folder)
        folders[:] = [name for name in folders if here / name not in noted]
        yield from (here / name for name in (*folders, *files) if here / name not in noted)


def _is_ours(path: Path, machine: Machine) -> bool:
    """True if condock may write there."""
    return any(path.is_relative_to(place) or place.is_relative_to(path) for place in _ours(machine))


def _ours(machine: Machine) -> tuple[Path, ...]:
    return (machine.home / ".local/state/condock", machine.home / ".cache/condock", machine.root / "tmp")


def _standing(path: Path) -> str:
    """Its kind, with its rights and content."""
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
        return f"link to {os.readlink(path)}"
    if stat.S_ISDIR(found.st_mode):
        return "folder"
    if not stat.S_ISREG(found.st_mode):
        return f"special {stat.S_IFMT(found.st_mode):o}"
    with path.open("rb") as file:
        digest = hashlib.sha256(file.read(_MOST)).hexdigest()[:8]
    return f"file of {found.st_size} bytes, {found.st_mode & 0o777:o}, {digest}"
