"""The user's state folder: what condock remembers between runs. Losing it costs nothing but memory."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tui.core.errors import CondockError
from tui.core.inside_folder import replace_inside
from tui.core.state_folder import state_place


def state_folder(env: Mapping[str, str]) -> Path:
    """The folder of condock's state: see `state_place`."""
    return Path(state_place(env))


def read_state(env: Mapping[str, str], name: str, limit: int) -> bytes:
    """A file of the state folder; empty where none can be read that has at most `limit` bytes."""
    path = state_folder(env) / name
    with suppress(OSError):
        if path.is_file() and path.stat().st_size <= limit:
            return path.read_bytes()
    return b""


def write_state(env: Mapping[str, str], name: str, content: bytes, *, siblings: int | None = None) -> None:
    """Put a file into the state folder, for its user alone; nothing happens where that cannot be.

    Of the files beside it only the newest stay, as many as `siblings` says.
    """
    folder = state_folder(env)
    path = folder / name
    if not folder.is_absolute():  # a user without a home
        return
    with suppress(OSError, CondockError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        replace_inside(path.parent, path.name, content, 0o600)
        if siblings is not None:
            for old in sorted(path.parent.iterdir(), key=_changed, reverse=True)[siblings:]:
                old.unlink()


def remove_state(env: Mapping[str, str], name: str) -> None:
    """Take a file out of the state folder, if it is there and that can be."""
    with suppress(OSError):
        (state_folder(env) / name).unlink()


def folder_id(folder: Path) -> str:
    """A name for what is kept of one folder of the user's; another one for each."""
    import hashlib  # and OpenSSL with it

    path = str(folder.resolve()).encode("utf-8", "surrogateescape")
    return hashlib.sha256(path).hexdigest()[:32]


def _changed(path: Path) -> float:
    return path.stat().st_mtime
