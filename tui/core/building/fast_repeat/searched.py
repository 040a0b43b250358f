"""Things searched for the key: files before a build was sent them, by how they stood, and what it made.

As `start`, imports nothing that takes a millisecond.
"""

from __future__ import annotations

import os

from tui.core.state_folder import state_place

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from collections.abc import Mapping

RECEIPT_VERSION = 3
"""Of kept receipts; another where an older condock looked for less, or said it otherwise."""

_VERSION = "2"
_MOST_BYTES = 16_000_000
_END = "\0"  # in no path


def searched_file(folder: str) -> str:
    """Its name in the state folder; OSError where there is no such folder."""
    place = os.stat(folder)
    return f"searched/{place.st_dev:x}-{place.st_ino:x}"


def receipt_file(plan: str) -> str:
    """The name in the state folder of the receipt of what a plan made last, by the plan's id."""
    return f"receipts/{plan}.json"


def read_searched(folder: str, env: Mapping[str, str], key: str) -> dict[str, str]:
    """How each file and folder stood when the key of this fingerprint was not in it; paths as in the context."""
    try:
        place = os.path.join(state_place(env), searched_file(folder))
        with open(place, encoding="utf-8", errors="surrogateescape", newline="") as file:
            version, known, *fields = file.read(_MOST_BYTES).split(_END)
    except (OSError, ValueError):
        return {}
    if not key or (version, known) != (_VERSION, key) or len(fields) % 2:
        return {}
    return dict(zip(fields[::2], fields[1::2], strict=True))


def searched_content(key: str, standings: Mapping[str, str]) -> bytes:
    """The content of that file."""
    fields = [field for pair in standings.items() for field in pair]
    return _END.join((_VERSION, key, *fields)).encode("utf-8", "surrogateescape")


def stands_as_searched(folder: str, env: Mapping[str, str], key: str) -> bool:
    """True if all that was sent then stands as it did, and nothing has come to it."""
    known = read_searched(folder, env, key)
    try:
        return bool(known) and all(
            standing_of(os.lstat(os.path.join(folder, path))) == standing for path, standing in known.items()
        )
    except OSError:
        return False


def standing_of(found: os.stat_result) -> str:
    """A text that changes when the file does: its time of change, unlike that of modification, cannot be set."""
    return f"{found.st_ctime_ns} {found.st_mtime_ns} {found.st_size} {found.st_dev} {found.st_ino} {found.st_mode}"
