"""The contents of a project folder that matter for an image."""

from __future__ import annotations

import os
from pathlib import Path

from tui.core.dataclass import dataclass
from tui.core.errors import CondockError, ExitCode
from tui.core.plan_file import PLAN_FILE
from tui.core.untrusted_text import printable

LANDMARKS = {
    "environment.yml": "the dependencies",
    "conda-lock.yml": "a lock file of conda-lock",
    "Dockerfile": "an existing Dockerfile",
    ".env": "a file of variables, perhaps with the key",
    PLAN_FILE: "a plan that condock saved",
}
"""The files looked for, and what each is."""


@dataclass(frozen=True)
class Folder:
    """A project folder and which of the landmarks it has."""

    path: Path
    found: frozenset[str]
    writable: bool

    def has(self, name: str) -> bool:
        return name in self.found


def look_at(path: Path) -> Folder:
    """The folder and its landmarks; raises CondockError where it is none or cannot be read."""
    try:
        os.scandir(path).close()
        found = frozenset(name for name in LANDMARKS if os.path.lexists(path / name))
    except NotADirectoryError:
        raise _unusable(path, "is a file, not a folder", "Name the folder it is in.") from None
    except FileNotFoundError:
        raise _unusable(path, "does not exist", "Check its name; `condock --help` lists the commands.") from None
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise _unusable(path, f"cannot be read: {reason}", "Check who may read it.") from None
    return Folder(path.resolve(), found, os.access(path, os.W_OK))


def _unusable(path: Path, what: str, hint: str) -> CondockError:
    return CondockError(f"The folder {printable(str(path))} {what}.", hint, ExitCode.WRONG_USE)
