"""The files of catalogues that go before condock's own."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "CONDOCK_CATALOGUE"
"""Names the file of a team's catalogue."""


def own_file(env: Mapping[str, str]) -> Path:
    """The user's own catalogue, below XDG_CONFIG_HOME or ~/.config (freedesktop.org, XDG Base Directory 0.8)."""
    base = env.get("XDG_CONFIG_HOME", "")
    root = Path(base) if os.path.isabs(base) else Path(env.get("HOME") or Path.home()) / ".config"
    return root / "condock" / "base_images.yml"


def catalogue_files(env: Mapping[str, str]) -> tuple[tuple[Path, str], ...]:
    """The catalogues besides condock's own, with whose they are, the strongest first."""
    shared = env.get(VARIABLE, "")
    own = own_file(env)
    found = ((own, "yours"),) if own.exists() else ()
    return (*found, (Path(shared), "your team's")) if shared else found
