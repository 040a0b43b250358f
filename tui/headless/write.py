"""A file written by a command, and what is said of it."""

from __future__ import annotations

from tui.core.files import FileChange, Standing, write
from tui.core.untrusted_text import printable
from tui.headless.views.stderr import tell


def write_and_tell(change: FileChange, words: str = "") -> None:
    """Write a file, or leave it where it is so already; `words` say what is in it."""
    name = printable(change.path.name)
    if change.standing is Standing.SAME:
        tell(f"{name} is up to date{f': {words}' if words else ''}.")
        return
    backup = write(change)
    kept = f" What was there is in {printable(str(backup.relative_to(change.folder)))}." if backup else ""
    tell(f"Wrote {name}{f': {words}' if words else ''}.{kept}")
