"""The .env file that a build mounts: checked as the build will read it, and made only on a clear yes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from tui.core.account.key import check_key
from tui.core.errors import CondockError, Problem
from tui.core.files import FileChange, change_of, replace_file, write
from tui.core.image.dockerfile import KEY_VARIABLE
from tui.core.secret import Secret

_FIELD = "secret.file"


def secret_file_problems(path: Path) -> Iterator[Problem]:
    """What keeps this file from giving the build a key."""
    if not path.exists():
        yield Problem(f"{path.name} does not exist yet.", "Write it below, or name another file.", _FIELD)
        return
    try:
        key = read_key(path)
    except CondockError as error:
        yield Problem(error.message, error.hint, _FIELD)
        return
    if key is None:
        yield Problem(f"{path.name} has no {KEY_VARIABLE}.", f"Add the line {KEY_VARIABLE}=<your key>.", _FIELD)
    elif problem := check_key(key.reveal(), time.time()).problem:
        yield Problem(f"The key in {path.name}: {problem.message}", problem.hint, _FIELD)


def read_key(path: Path) -> Secret | None:
    """The key that a build reads from this file; None where it has none, CondockError where it is unreadable.

    Names count in any case, and the value is used as it stands (anaconda-auth 0.15.3, python-dotenv).
    """
    from dotenv import dotenv_values

    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise CondockError(f"{path.name} cannot be read: {error.strerror}.", "Check who may read it.") from None
    except UnicodeDecodeError:
        raise CondockError(f"{path.name} is not UTF-8 text.", "Save it as UTF-8.") from None
    values = {name.upper(): value for name, value in dotenv_values(stream=StringIO(text)).items()}
    value = values.get(KEY_VARIABLE)
    return Secret(value) if value is not None else None


def write_secret_file(path: Path, key: Secret, folder: Path) -> None:
    """Make the file, mode 0600, and keep it out of git; raises CondockError, and never replaces a file."""
    if path.exists():
        raise CondockError(f"{path.name} is already there.", "It is used as it is; edit it yourself.")
    if ignored := gitignore_change(path, folder):
        write(ignored)
    try:
        replace_file(path, f"{KEY_VARIABLE}={key.reveal()}\n".encode(), 0o600)
    except OSError as error:
        reason = error.strerror or "it failed"
        raise CondockError(f"{path.name} cannot be written: {reason}.", "Check the folder's rights.") from None


def gitignore_change(path: Path, folder: Path) -> FileChange | None:
    """The line that .gitignore lacks to keep this file out of git; None where it has it."""
    change = change_of(folder / ".gitignore", "")
    lines = (change.old or "").splitlines()
    name = f"/{path.name}"
    if name in lines or path.name in lines:
        return None
    return change_of(change.path, "\n".join([*lines, name]) + "\n")
