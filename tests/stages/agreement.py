"""The yes of this machine's user to what a folder says, for tests about other things."""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

from tui.core.claims import unagreed
from tui.core.key_access import with_trust
from tui.core.project import open_project
from tui.core.trust.agreement import agree


def agree_to_all(folder: Path, env: MutableMapping[str, str]) -> None:
    """Agree to all that the folder says now."""
    agree(unagreed(with_trust(open_project(folder), env)), folder, env)
