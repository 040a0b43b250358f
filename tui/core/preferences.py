"""What the user of this machine likes the wizard to be: kept in the state folder, where that can be."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from tui.core.dataclass import dataclass, fields, replace
from tui.core.state import read_state, write_state

_FILE = "preferences.json"
_MOST = 10_000  # bytes


@dataclass(frozen=True)
class Preferences:
    """All of it can be changed from the list of commands."""

    theme: str = ""
    """Its name; empty to follow the terminal."""
    companion: bool = True
    """True to have the Dockerfile beside the steps where there is room."""
    outside: bool = True
    """True to tell the terminal how far a build is, and when it has ended."""


def read_preferences(env: Mapping[str, str]) -> Preferences:
    """What was kept; what is not of its kind counts as not kept."""
    preferences, known = Preferences(), dict[str, Any]()
    with suppress(ValueError, RecursionError):
        kept = json.loads(read_state(env, _FILE, _MOST) or b"{}")
        if isinstance(kept, dict):
            for field in fields(Preferences):
                value = kept.get(field.name)
                if type(value) is type(getattr(preferences, field.name)):
                    known[field.name] = value
        preferences = replace(preferences, **known)
    return preferences


def keep_preferences(env: Mapping[str, str], preferences: Preferences) -> None:
    """Keep them; see `write_state`."""
    write_state(env, _FILE, json.dumps(asdict(preferences)).encode())
