"""Finds the user's state folder; a module by itself, for those that may not wait for an import."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from collections.abc import Mapping

_MAC = "Library/Application Support"  # developer.apple.com, File System Programming Guide


def state_place(env: Mapping[str, str]) -> str:
    """The folder of condock's state: in XDG_STATE_HOME or ~/.local/state, and macOS's own place there.

    A relative XDG_STATE_HOME does not count (freedesktop.org, XDG Base Directory Specification 0.8).
    """
    named = env.get("XDG_STATE_HOME", "")
    if os.path.isabs(named):
        return os.path.join(named, "condock")
    home = env.get("HOME") or os.path.expanduser("~")
    return os.path.join(home, _MAC if sys.platform == "darwin" else ".local/state", "condock")
