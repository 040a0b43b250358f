"""Searches what a build leaves beside the image: the files that condock writes, and what was printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from tui.core.building.fast_repeat.searched import searched_file
from tui.core.building.log.log import BuildLog
from tui.core.building.log.save import file_lines
from tui.core.building.timing.history import history_file
from tui.core.errors import CondockError
from tui.core.inside import read_inside
from tui.core.project import Project
from tui.core.proof.audit import Finding
from tui.core.proof.key_search import KeySearch, StreamSearch
from tui.core.state import state_folder
from tui.core.text import shown

_MOST_BYTES = 16_000_000


def search_written(
    project: Project, env: Mapping[str, str], log: BuildLog | None, search: KeySearch
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """The names of what was searched, and where the key was found."""
    searched, findings = list[str](), list[Finding]()
    for name, chunks in _contents(project, env, log):
        searched.append(name)
        stream = StreamSearch(search)
        matches = [match for chunk in chunks for match in stream.feed(memoryview(chunk))]
        findings += [Finding(name, match.encoding) for match in (*matches, *stream.close())][:1]
    return tuple(searched), tuple(findings)


def _contents(
    project: Project, env: Mapping[str, str], log: BuildLog | None
) -> Iterator[tuple[str, Iterable[bytes]]]:
    if log is not None:
        yield "the log", (line.encode("utf-8", "surrogateescape") for line in file_lines(log))
    with suppress(CondockError):
        for change in project.changes():
            with suppress(OSError, CondockError):
                yield shown(change.name), [read_inside(project.path, change.name, _MOST_BYTES)]
    state = state_folder(env)
    with suppress(OSError):
        kept = (history_file(project, env), searched_file(str(project.path)))
        for name in kept:
            with suppress(OSError, CondockError):
                yield f"condock's own {name.partition('/')[0]}", [read_inside(state, name, _MOST_BYTES)]
