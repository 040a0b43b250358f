"""The folder that keeps the channels' indexes between sessions."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory


def repodata_folder(env: Mapping[str, str]) -> Path:
    """A folder for the user alone (0700) below their cache folder; a temporary one where that cannot be written.

    What is in it tells which channels are used, also private ones, but holds no key.
    """
    base = env.get("XDG_CACHE_HOME", "")
    root = Path(base) if os.path.isabs(base) else Path(env.get("HOME") or Path.home()) / ".cache"
    folder = root / "condock" / "repodata"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError:
        return Path(_temporary().name)
    return folder if os.access(folder, os.W_OK) else Path(_temporary().name)


@cache
def _temporary() -> TemporaryDirectory[str]:
    """It goes when condock ends."""
    return TemporaryDirectory(prefix="condock-")
