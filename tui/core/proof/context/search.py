"""Searches what a build is about to be sent for the key; what was searched is not read again until it changes."""

from __future__ import annotations

import os
import time
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from tui.core.building.fast_repeat.searched import read_searched, searched_content, searched_file, standing_of
from tui.core.dataclass import dataclass
from tui.core.errors import CondockError, ExitCode
from tui.core.files import SMALL, find_content
from tui.core.proof.context.copied import copied_paths
from tui.core.proof.context.sent import Context, Entry, find_context
from tui.core.proof.key_search import KeySearch, Match, first_match, search_for
from tui.core.proof.magic_bytes import has_inside
from tui.core.secret import Secret
from tui.core.state import write_state
from tui.core.units import human_size
from tui.core.untrusted_text import shown

if TYPE_CHECKING:
    from tui.core.proof.context.archives import Archives

_CHUNK = 1 << 20
_FRESH, _FRESH_BY_SECONDS = 0.1, 2.0
"""Seconds in which a file may change again without a sign; the latter where a file system counts in seconds."""
_MOST_FOLDERS = 200


@dataclass(frozen=True)
class ContextSearch:
    """The outcome of searching all that is sent: the key is not in it."""

    files: int
    size: int
    """Bytes of all, as is `read`."""
    read: int
    """Of those that changed since they were last searched."""
    unread: tuple[str, ...] = ()
    """The things that could not be read or looked into, each with the reason."""

    @property
    def words(self) -> str:
        """One sentence."""
        files = f"the {self.files:,} files that are sent ({human_size(self.size)})"
        if self.unread:
            first = f"{self.unread[0]}{' and others' * (len(self.unread) > 1)}"
            return f"The key is not in what was searched of {files}. Not searched: {first}."
        return f"The key is in none of {files}."


def read_context(folder: str, dockerfile: str) -> Context:
    """All that the builder is sent of this folder, by the Dockerfile of this name and the ignore file on disk.

    CondockError where one of these cannot be read.
    """
    path = Path(folder)
    texts = (find_content(path, name, SMALL) for name in (f"{dockerfile}.dockerignore", ".dockerignore"))
    ignore_text = next((text for text in texts if text is not None), "")
    return find_context(folder, ignore_text, copied_paths(find_content(path, dockerfile, SMALL) or ""))


def search_context(
    folder: str, dockerfile: str, key: Secret, env: Mapping[str, str], fingerprint: str = ""
) -> ContextSearch:
    """Search it for this key; with its fingerprint only what changed is read.

    CondockError with KEY_FOUND for the first file that has it, and for a key too short to be told.
    """
    begun, context = time.time(), read_context(folder, dockerfile)
    known = read_searched(folder, env, fingerprint)
    entries = {entry.path: entry for entry in (*context.sent, *_definition(folder, dockerfile))}
    changed = [entry for entry in entries.values() if known.get(entry.path) != standing_of(entry.state)]
    unread, partly, read = list(context.unread), list[str](), 0
    look = _Look(key, folder)
    look.insist_on_names(changed)
    for entry in changed:
        if entry.is_file:
            left_out = len(look.unread)
            size = look(entry)
            read += size or 0
            unread += [entry.path] * (size is None)
            partly += [entry.path] * (len(look.unread) > left_out)
    if fingerprint:
        standings = _standings([*context.folders, *entries.values()], [*unread, *partly], begun)
        content = searched_content(fingerprint, standings)
        write_state(env, searched_file(folder), content, siblings=_MOST_FOLDERS)
    size = sum(entry.state.st_size for entry in context.sent)
    said = (f"{shown(path, 120)} cannot be read" for path in unread)
    return ContextSearch(len(context.sent), size, read, (*said, *look.unread))


def _standings(entries: list[Entry], unread: Container[str], begun: float) -> dict[str, str]:
    """How each stands, but for those that could not be read or may change again without a sign."""
    found = {
        entry.path: standing_of(entry.state)
        for entry in entries
        if entry.path not in unread and not _is_fresh(entry.state, begun)
    }
    return found if len(found) == len(entries) else found | {_LOST: ""}


_LOST = "\n"
"""Stands in what is kept where not all is in it: nothing has this name, so that all is looked at again."""


def _definition(folder: str, dockerfile: str) -> Iterator[Entry]:
    """The files that are sent beside the context, whatever the rules say."""
    for name in (dockerfile, f"{dockerfile}.dockerignore", ".dockerignore"):
        try:
            yield Entry(name, os.lstat(os.path.join(folder, name)))
        except OSError:
            continue


def _is_fresh(state: os.stat_result, now: float) -> bool:
    window = _FRESH if state.st_mtime_ns % 1_000_000_000 else _FRESH_BY_SECONDS
    return now - max(state.st_ctime, state.st_mtime) < window


class _Look:
    """Looks into one file after the other for the key."""

    def __init__(self, key: Secret, folder: str) -> None:
        self._key, self._folder = key, folder
        self._archives: Archives | None = None

    @cached_property
    def _search(self) -> KeySearch:
        """Made for the first that is looked at: it takes longer than to see that nothing has changed."""
        return search_for(self._key)

    def insist_on_names(self, sent: Sequence[Entry]) -> None:
        """Names and targets of links are sent, too."""
        names = "\n".join(text for entry in sent for text in (entry.path, entry.target))
        if names and first_match(self._search, [names.encode("utf-8", "surrogateescape")]):
            message = "The API key is in the name of a file that would be sent to the builder. Nothing was sent."
            raise CondockError(message, "Rename the file.", ExitCode.KEY_FOUND)

    def __call__(self, entry: Entry) -> int | None:
        """The bytes read, None where it cannot be; CondockError where the key is in it."""
        size = 0

        def chunks() -> Iterator[bytes]:
            nonlocal size
            with open(os.path.join(self._folder, entry.path), "rb", buffering=0, opener=_no_link) as file:
                while chunk := file.read(_CHUNK):
                    size += len(chunk)
                    yield chunk

        try:
            first = next(read := chunks(), b"")
            self._insist(entry.path, first, chain([first], read))
        except OSError:
            return None
        return size

    def _insist(self, path: str, head: bytes, chunks: Iterable[bytes]) -> None:
        if not has_inside(head):
            if match := first_match(self._search, chunks):
                raise _found(self._folder, path, match)
        elif found := self._packed().find(path, chunks):
            raise _sent(*found)

    def _packed(self) -> Archives:
        if self._archives is None:
            from tui.core.proof.context.archives import Archives  # and all that unpacks

            self._archives = Archives(self._search)
        return self._archives

    @property
    def unread(self) -> tuple[str, ...]:
        """The things that could not be looked into, each with the reason."""
        return self._archives.unread if self._archives else ()


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY)


def _found(folder: str, path: str, match: Match) -> CondockError:
    lines, left, text = 1, match.start, True
    with open(os.path.join(folder, path), "rb", opener=_no_link) as file:
        while left and (chunk := file.read(min(left, _CHUNK))):
            lines, left, text = lines + chunk.count(b"\n"), left - len(chunk), text and b"\0" not in chunk
    where = f"line {lines}" if text else f"at byte {match.start:,}"
    return _sent(f"{shown(path, 120)}, {where}", match.encoding)


def _sent(where: str, encoding: str) -> CondockError:
    how = "" if encoding == "plain" else f" ({encoding})"
    said = f"The API key is in {where}{how}, which would be sent to the builder."
    hint = "Take it out of the file, or keep the file back: a line in .dockerignore with its path."
    return CondockError(f"{said} Nothing was sent.", hint, ExitCode.KEY_FOUND)
