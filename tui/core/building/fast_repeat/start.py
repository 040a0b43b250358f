"""Starts a build again at once, as the last one went, where nothing that it was made from has changed.

To read the plan, to check it and all that belongs to it takes longer than a build that is in the cache. So a build
that went well leaves its command, and how everything stood that was looked at for it. While it stands so, the same
checks would come to the same. Nothing is imported here that takes a millisecond.
"""

from __future__ import annotations

import os
import time
from binascii import crc32

from tui.core.building.fast_repeat.searched import standing_of, stands_as_searched
from tui.core.building.running.launch import Launched, launch_in_scratch
from tui.core.state_folder import state_place

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

IMAGE_ID = "\n"
"""Stands for the path of `--iidfile` in a record: no argument of ours is a line break."""

CONTENT = "="
"""Before a path of which the content counts: buildx writes down the builder in force anew in every build."""

_VERSION = "6"
_MOST_BYTES = 64_000
_END = "\0"  # in no path, argument or variable
_SETTINGS = ("DOCKER_", "BUILDX_", "BUILDKIT_", "HOME=", "PATH=")
"""How the variables begin that decide which engine is asked, and by which program."""
_CODE = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))


class StartedBuild:
    """A build that was started again, and what was remembered of it as JSON (see `record.record_repeat`)."""

    def __init__(self, folder: str, launched: Launched, record: str) -> None:
        self.folder = folder
        self.launched = launched
        self.record = record


def start_repeat(
    folder: str, env: Mapping[str, str], search: Callable[[str, Mapping[str, str], str], bool]
) -> StartedBuild | None:
    """The folder's last good build, started again; None where there was none or something has changed since.

    `search` is called where files that are sent have changed; with the record, it says whether the key is in none.
    """
    try:
        with open(
            os.path.join(state_place(env), _file(folder)), encoding="utf-8", errors="surrogateescape"
        ) as file:
            fields = iter(file.read(_MOST_BYTES).split(_END))
        version, settings, expires = next(fields), next(fields), float(next(fields))
        searched, record = next(fields), next(fields)
        seen, needs, without, more, argv = (_taken(fields) for _ in range(5))
        if (
            (version, settings) != (_VERSION, _settings(env))
            or 0 < expires < time.time()
            or not all(map(env.get, needs))
        ):
            return None
        if any(_standing(path) != standing for path, standing in zip(seen[::2], seen[1::2], strict=True)):
            return None
        if searched and not stands_as_searched(folder, env, searched) and not search(folder, env, record):
            return None
        child = {name: value for name, value in env.items() if name not in without}
        child |= zip(more[::2], more[1::2], strict=True)
        launched = launch_in_scratch(
            lambda path: [path if word == IMAGE_ID else word for word in argv], child, folder
        )
    except (OSError, ValueError, StopIteration):
        return None
    return StartedBuild(folder, launched, record)


def repeat_file(
    folder: str,
    seen: Iterable[str],
    env: Mapping[str, str],
    *,
    argv: Iterable[str],
    needs: Iterable[str],
    without: Iterable[str],
    more: Mapping[str, str],
    expires: float,
    searched: str,
    record: str,
) -> tuple[str, bytes]:
    """The file in the state folder from which a build is started again, and its content.

    `seen` are the paths of all that it was made from, whether they are there or not; of `env` it is kept by a sum
    whether another engine might be meant. `argv` has `IMAGE_ID` where
    the path of `--iidfile` is; `needs` and `without` are names of variables that must be set and that it must not
    get; `more` are those that it gets besides. `expires` is in seconds since the epoch, or 0. `searched`
    is the fingerprint that `searched` has, `-` where there is none, and empty without a key. `record` is kept.
    """
    standing = [part for path in (*seen, _CODE) for part in (path, _standing(path))]
    variables = [part for pair in more.items() for part in pair]
    lists = (list(part) for part in (standing, needs, without, variables, argv))
    fields = [word for part in lists for word in (str(len(part)), *part)]
    return _file(folder), _END.join((_VERSION, _settings(env), str(expires), searched, record, *fields)).encode(
        "utf-8", "surrogateescape"
    )


def _taken(fields: Iterator[str]) -> list[str]:
    """A list, which is preceded by its length."""
    return [next(fields) for _ in range(int(next(fields)))]


def _file(folder: str) -> str:
    place = os.stat(folder)
    return f"fast_repeat/{place.st_dev:x}-{place.st_ino:x}"


def _settings(env: Mapping[str, str]) -> str:
    """A text that changes with the variables that docker goes by; some hold passwords, so it tells no more."""
    known = sorted(f"{name}={value}" for name, value in env.items() if f"{name}=".startswith(_SETTINGS))
    return f"{crc32(_END.join(known).encode('utf-8', 'surrogateescape')):x}"


def _standing(path: str) -> str:
    """A text that changes when the file does; empty where there is none."""
    try:
        if path.startswith(CONTENT):
            with open(path.removeprefix(CONTENT), "rb") as file:
                return f"{crc32(file.read(_MOST_BYTES)):x}"
        return standing_of(os.stat(path))
    except OSError:
        return ""
