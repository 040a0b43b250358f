"""Starts a build again at once, as the last one went, where nothing that it was made from has changed.

To read the plan, to check it and all that belongs to it takes longer than a build that is in the cache. So a build
that went well leaves its command, and how everything stood that was looked at for it. While it stands so, the same
checks would come to the same.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress

from tui.core.build.launch import Launched, launch_in_scratch
from tui.core.state_place import state_place

IMAGE_ID = "\n"
"""Stands for the path of `--iidfile` in a record: no argument of ours is a line break."""

_VERSION = 1
_MOST_BYTES = 64_000
_CODE = os.path.dirname(os.path.dirname(__file__))


class Again:
    """A build that was started again, and what was remembered of it (see `remembered.remember`)."""

    def __init__(self, folder: str, launched: Launched, record: Mapping[str, object]) -> None:
        self.folder = folder
        self.launched = launched
        self.record = record


def build_again(folder: str, env: Mapping[str, str]) -> Again | None:
    """The folder's last good build, started again; None where there was none or something has changed since."""
    try:
        with open(os.path.join(state_place(env), _file(folder)), encoding="utf-8") as file:
            record = json.loads(file.read(_MOST_BYTES))
        unchanged = all(_standing(path) == standing for path, standing in record["seen"].items())
        valid = record["version"] == _VERSION and not 0 < record["expires"] < time.time()
        if not unchanged or not valid or not all(env.get(name) for name in record["needs"]):
            return None
        child = {name: value for name, value in env.items() if name not in record["without"]} | record["env"]
        argv = list(record["argv"])
        launched = launch_in_scratch(
            lambda path: [path if word == IMAGE_ID else word for word in argv], child, folder
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return Again(folder, launched, record)


def record_file(folder: str, seen: list[str], record: Mapping[str, object]) -> tuple[str, bytes]:
    """The file in the state folder from which a build is started again, and its content.

    `seen` are the paths of all that it was made from, whether they are there or not. `record` has `argv`, with
    `IMAGE_ID` where the path of `--iidfile` is; `needs` and `without`, names of variables that must be set and
    that it must not get; `env`, those that it gets besides; `expires`, in seconds since the epoch, or 0.
    """
    standing = {path: _standing(path) for path in (*seen, _CODE)}
    return _file(folder), json.dumps({"version": _VERSION, "seen": standing, **record}).encode()


def _file(folder: str) -> str:
    place = os.stat(folder)
    return f"again/{place.st_dev:x}-{place.st_ino:x}.json"


def _standing(path: str) -> list[int] | None:
    """What changes when a file does; None where there is none."""
    with suppress(OSError):
        found = os.stat(path)
        return [found.st_mtime_ns, found.st_size, found.st_ino]
    return None
