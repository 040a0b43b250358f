"""Searches what a build leaves beside the image: the files that condock writes, and what was printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress

from tui.core.building.fast_repeat.searched import searched_file
from tui.core.building.log.log import BuildLog
from tui.core.building.log.save import file_lines
from tui.core.building.timing.history import history_file
from tui.core.dataclass import dataclass
from tui.core.dockerfile.ignore import ignore_name
from tui.core.errors import CondockError
from tui.core.inside_folder import chunks_inside
from tui.core.plan_file import PLAN_FILE
from tui.core.project import Project
from tui.core.proof.audit import Leak, Unread
from tui.core.proof.key_search import KeySearch, first_match
from tui.core.state import state_folder
from tui.core.untrusted_text import shown

_MOST_BYTES = 1 << 30


@dataclass(frozen=True)
class Written:
    """The names of what was searched, where the key was found, and what could not be searched."""

    names: tuple[str, ...] = ()
    findings: tuple[Leak, ...] = ()
    unread: tuple[Unread, ...] = ()


def search_written(project: Project, env: Mapping[str, str], log: BuildLog | None, search: KeySearch) -> Written:
    """Search all of it, a piece at a time; what is not there was not written."""
    names, findings, unread = list[str](), list[Leak](), list[Unread]()
    if log is not None and (dropped := log.dropped()):
        unread.append(Unread("the log", f"has lost its first {dropped:,} lines: it was too long to be kept"))
    for name, chunks in _contents(project, env, log):
        try:
            match = first_match(search, chunks)
        except FileNotFoundError:
            continue
        except (OSError, ValueError, CondockError) as error:
            unread.append(Unread(name, f"could not be searched: {_why(error)}"))
        else:
            names.append(name)
            findings += [Leak(name, match.encoding)] if match else []
    return Written(tuple(names), tuple(findings), tuple(unread))


def _contents(
    project: Project, env: Mapping[str, str], log: BuildLog | None
) -> Iterator[tuple[str, Iterable[bytes]]]:
    if log is not None:
        yield "the log", (line.encode("utf-8", "surrogateescape") for line in file_lines(log))
    plan = project.plan
    rendered = (one.lock.path for one in project.read_rendered().locks)
    for name in (plan.build.dockerfile, ignore_name(plan), *rendered, PLAN_FILE):
        yield shown(name), chunks_inside(project.path, name, _MOST_BYTES)
    state = state_folder(env)
    with suppress(OSError):
        for name in (history_file(project, env), searched_file(str(project.path))):
            yield f"condock's own {name.partition('/')[0]}", chunks_inside(state, name, _MOST_BYTES)


def _why(error: Exception) -> str:
    if isinstance(error, CondockError):
        return error.message.removesuffix(".")
    return shown(getattr(error, "strerror", None) or type(error).__name__)
