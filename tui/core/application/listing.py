"""The files of a folder as one ticks them: with their sizes, and which of them the ignore file keeps back."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path, PurePosixPath

from tui.core.dataclass import dataclass
from tui.core.units import human_size
from tui.core.untrusted_text import printable

_MOST_ROWS = 300
"""Of one folder."""
_MOST_COUNTED = 10_000
"""Files whose sizes are looked at, in all."""
_OWN = (".condock", ".git", ".dockerignore", ".gitignore", "condock.yml")


@dataclass(frozen=True)
class Listed:
    """One line of the list."""

    path: str
    """Relative to the folder, as the plan has it where it is copied."""
    is_folder: bool = False
    size: int | None = None
    """Bytes, of a folder those of all in it that would be sent; None where it is not there."""
    at_least: bool = False
    """True where there is more in it than was counted."""
    kept_back: bool = False
    """True if the ignore file keeps it out of the build."""
    copied: bool = False
    within: str = ""
    """The folder that is copied with it in it."""

    @property
    def depth(self) -> int:
        """How many folders of the list it is in."""
        return self.path.strip("/").count("/")

    @property
    def name(self) -> str:
        """Its own name, safe to show."""
        return printable(PurePosixPath(self.path).name or self.path) + ("/" if self.is_folder else "")

    @property
    def note(self) -> str:
        """Its size, or what else is to be known of it."""
        if self.kept_back:
            return "kept back by the ignore file"
        if self.size is None:
            return "all of this folder" if _plain(self.path) == "." else "not there"
        size = f"{'over ' if self.at_least else ''}{human_size(self.size)}"
        return f"{size}, with {printable(self.within)}" if self.within else size


def list_files(
    folder: Path,
    copied: Iterable[str],
    opened: Collection[str],
    ignored: Callable[[str], bool],
    own: Collection[str],
) -> tuple[Listed, ...]:
    """The lines of the folder, and of those in it that are `opened` or hold what is copied.

    `ignored` says of a path whether the ignore file keeps it back; `own` are files that condock itself writes.
    What is copied and not there is listed, too. Nothing is opened, and no link is followed.
    """
    chosen = {_plain(path): path for path in copied}
    above = {parent for path in chosen for parent in _parents(path)}
    rows = list(_Lister(folder, chosen, {*opened, *above}, ignored, {*own, *_OWN}).rows(""))
    listed = {_plain(row.path) for row in rows}
    missing = (Listed(path, copied=True) for plain, path in sorted(chosen.items()) if plain not in listed)
    return (*missing, *rows)


def has_files(folder: Path) -> bool:
    """True if something is in it that is not hidden, and not condock's own."""
    with suppress(OSError), os.scandir(folder) as entries:
        return any(not entry.name.startswith(".") and entry.name not in _OWN for entry in entries)
    return False


class _Lister:
    def __init__(
        self,
        folder: Path,
        chosen: dict[str, str],
        opened: Collection[str],
        ignored: Callable[[str], bool],
        own: Collection[str],
    ) -> None:
        self._folder, self._chosen, self._opened = folder, chosen, opened
        self._ignored, self._own = ignored, own
        self._counted = 0

    def rows(self, path: str) -> Iterator[Listed]:
        for entry in self._entries(path):
            name = f"{path}/{entry.name}" if path else entry.name
            is_folder = entry.is_dir(follow_symlinks=False)
            copied, kept_back = name in self._chosen, self._ignored(name)
            if not copied and (name in self._own or (kept_back and entry.name.startswith((".", "__")))):
                continue
            size, at_least = (0, False) if kept_back else self._size(name, entry)
            within = next((above for above in (".", *_parents(name)) if above in self._chosen), "")
            shown = self._chosen.get(name, name)
            yield Listed(shown, is_folder, size, at_least, kept_back, copied, within)
            if is_folder and name in self._opened and not kept_back:
                yield from self.rows(name)

    def _entries(self, path: str) -> list[os.DirEntry[str]]:
        """Folders first, each kind by name; none where it cannot be read."""
        try:
            with os.scandir(self._folder / path) as entries:
                some = islice((entry for entry in entries if entry.name.isprintable()), _MOST_ROWS)
                return sorted(some, key=lambda entry: (not entry.is_dir(follow_symlinks=False), entry.name))
        except OSError:
            return []

    def _size(self, name: str, entry: os.DirEntry[str]) -> tuple[int, bool]:
        """The bytes of a file, or of the files in a folder that are sent; and whether counting was given up."""
        if not entry.is_dir(follow_symlinks=False):
            return _bytes(entry), False
        total, waiting = 0, [name]
        while waiting:
            current = waiting.pop()
            entries = self._entries(current)
            self._counted += len(entries)
            if self._counted > _MOST_COUNTED or len(entries) == _MOST_ROWS:
                return total, True
            for inner in entries:
                path = f"{current}/{inner.name}"
                if self._ignored(path):
                    continue
                if inner.is_dir(follow_symlinks=False):
                    waiting.append(path)
                else:
                    total += _bytes(inner)
        return total, False


def _plain(path: str) -> str:
    """The path without `./` before and `/` behind; `.` for the folder itself."""
    return str(PurePosixPath(path))


def _parents(name: str) -> list[str]:
    return [str(parent) for parent in PurePosixPath(name).parents if str(parent) not in (".", "/")]


def _bytes(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0


def toggled(copied: tuple[str, ...], path: str) -> tuple[str, ...]:
    """The paths to copy with this one ticked, or not any more; a folder takes with it what lies in it."""
    plain = _plain(path)
    kept = tuple(one for one in copied if _plain(one) != plain)
    if kept != copied:
        return kept
    return (*(one for one in copied if not _plain(one).startswith(f"{plain}/")), path)
