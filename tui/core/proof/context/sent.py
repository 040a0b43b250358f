"""The files of a folder that BuildKit is sent, found as it finds them: by the ignore file, links as links.

moby/buildkit asks for what the Dockerfile names (`copied`), tonistiigi/fsutil follows links in those paths alone
(followlinks.go) and leaves out what the ignore file keeps back (filter.go).
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from fnmatch import fnmatchcase

from tui.core.dataclass import dataclass, field
from tui.core.dockerfile.ignore_rules import IgnoreRules, expression

_WILD = r"[*?[\\]"


@dataclass(frozen=True)
class Entry:
    """A file or a link that is sent, or a folder that was looked into; its path is relative to the context."""

    path: str
    state: os.stat_result = field(repr=False)
    target: str = ""
    """Of a link."""

    @property
    def is_file(self) -> bool:
        """True for what has content."""
        return stat.S_ISREG(self.state.st_mode)


@dataclass(frozen=True)
class Kept:
    """A file or a folder that is not sent."""

    path: str
    rule: str
    """That keeps it back; empty where the Dockerfile copies it nowhere."""


@dataclass
class Context:
    """All that is sent, and beside it what is not."""

    sent: list[Entry] = field(default_factory=list)
    folders: list[Entry] = field(default_factory=list)
    """All whose content decides what is sent."""
    kept: list[Kept] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Folders that could not be looked into."""


def find_context(folder: str, ignore_text: str, paths: Iterable[str] | None) -> Context:
    """The files sent of this folder; `paths` are those of `copied_paths`. OSError where the folder is none."""
    found = Context()
    rules = IgnoreRules(ignore_text)
    wanted = None if paths is None else _Wanted(_followed(folder, paths))
    found.folders.append(Entry("", os.stat(folder)))
    below = [("", list[bool](), wanted is None)]
    while below:
        path, above, whole = below.pop()
        try:
            entries = sorted(os.scandir(os.path.join(folder, path)), key=lambda entry: entry.name)
        except OSError:
            found.unread.append(path)
            continue
        inner = [one for one in map(_Looked(found, rules, wanted, path, above, whole=whole).at, entries) if one]
        below += reversed(inner)
    return found


def taken_by(paths: Iterable[str] | None) -> Callable[[str], bool]:
    """A test whether a path is one of these, or below one; with None, all are."""
    if paths is None:
        return lambda path: True
    wanted = _Wanted(paths)

    def taken(path: str) -> bool:
        parts = path.split("/")
        return any(wanted.has("/".join(parts[:count])) for count in range(1, len(parts) + 1))

    return taken


class _Looked:
    """One folder as it is looked through."""

    def __init__(
        self,
        found: Context,
        rules: IgnoreRules,
        wanted: _Wanted | None,
        path: str,
        above: list[bool],
        *,
        whole: bool,
    ) -> None:
        self._found, self._rules, self._wanted = found, rules, wanted
        self._path, self._above, self._whole = path, above, whole

    def at(self, entry: os.DirEntry[str]) -> tuple[str, list[bool], bool] | None:
        """Keep what becomes of this entry; gives what is to be looked through next, if it is a folder."""
        path = f"{self._path}/{entry.name}" if self._path else entry.name
        whole = self._whole or (self._wanted is not None and self._wanted.has(path))
        is_folder = entry.is_dir(follow_symlinks=False)
        fitting = self._rules.fitting(path, self._above)
        kept_back = self._rules.keep_back(fitting)
        if kept_back or not whole:
            leads = whole or (is_folder and self._wanted is not None and self._wanted.leads(path))
            if not leads or (kept_back and not (is_folder and self._rules.may_reopen(path))):
                self._found.kept.append(Kept(path, self._rules.deciding(fitting) if kept_back else ""))
                return None
        with suppress(OSError):
            state = entry.stat(follow_symlinks=False)
            if is_folder:
                self._found.folders.append(Entry(path, state))
                return path, fitting, whole
            target = os.readlink(entry.path) if stat.S_ISLNK(state.st_mode) else ""
            self._found.sent.append(Entry(path, state, target))
        return None


class _Wanted:
    """The paths that are asked for, each with all below it."""

    def __init__(self, paths: Iterable[str]) -> None:
        parts = [path.split("/") for path in paths]
        self._whole = [found for path in parts if (found := expression("/".join(path)))]
        above = {"/".join(path[:count]) for path in parts for count in range(1, len(path))}
        self._above = [found for path in sorted(above) if (found := expression(path))]

    def has(self, path: str) -> bool:
        return any(pattern.fullmatch(path) for pattern in self._whole)

    def leads(self, path: str) -> bool:
        return any(pattern.fullmatch(path) for pattern in self._above)


def _followed(folder: str, paths: Iterable[str]) -> set[str]:
    """The paths, and those that the links in them lead to; a link out of the folder begins at its top."""
    resolved, ahead = set[str](), list(paths)
    while ahead:
        parts = [part for part in posixpath.normpath("/" + ahead.pop()).split("/") if part]
        for count in range(1, len(parts) + 1):
            current = "/".join(parts[:count])
            targets = list(_targets(folder, current))
            if current in resolved and (targets or count == len(parts)):
                break
            if targets or count == len(parts):
                resolved.add(current)
            if targets:
                ahead += ("/".join((target, *parts[count:])) for target in targets)
                break
    return resolved


def _targets(folder: str, path: str) -> Iterator[str]:
    """The targets of this link, or of all that its last part, a pattern, fits."""
    above, name = posixpath.split(path)
    names = [name]
    if re.search(_WILD, name):
        with suppress(OSError):
            names = [one for one in os.listdir(os.path.join(folder, above)) if fnmatchcase(one, name)]
    for one in names:
        with suppress(OSError, ValueError):
            yield posixpath.join("/", above, os.readlink(os.path.join(folder, above, one)))
