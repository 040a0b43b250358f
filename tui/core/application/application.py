"""The application as the user put it, checked."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from tui.core.errors import Problem
from tui.core.plan import LONGEST_COMMAND, Application
from tui.core.untrusted_text import printable, taken_for_pattern

_SHELL_WORDS = frozenset({"&&", "||", "|", ";", "&", ">", ">>", "<", "2>", "2>&1"})
_USER = r"[a-z_][a-z0-9_-]{0,31}|[0-9]{1,9}(?::[0-9]{1,9})?"


def application_problems(
    application: Application, folder: Path, ignored: Callable[[str], bool]
) -> tuple[Problem, ...]:
    """The problems of this application; `ignored` says of a path whether the build is not sent it."""
    faults = {
        "files": [fault for path in application.files for fault in _file_faults(path, folder, ignored)],
        "folder": _folder_faults(application.folder),
        "port": _port_faults(application.port),
        "command": _command_faults(application.command, bool(application.files)),
        "user": _user_faults(application.user),
    }
    return tuple(
        Problem(message, hint, f"application.{name}") for name, found in faults.items() for message, hint in found
    )


_Faults = Iterator[tuple[str, str]]


def _file_faults(path: str, folder: Path, ignored: Callable[[str], bool]) -> _Faults:
    name = f"`{' '.join(printable(path).split())}`"
    if not path.strip() or not path.isprintable():
        yield "A file to copy has no readable name.", "Write its name, or remove the entry."
    elif (
        PurePosixPath(path).is_absolute()
        or ".." in PurePosixPath(path).parts
        or re.match(r"[A-Za-z]:|[\\~]", path)
    ):
        yield f"{name} is outside the folder, which is all that the build can see.", "Copy it into the folder."
    elif taken_for_pattern(path):
        hint = "Rename it, or copy the folder it is in."
        yield f"{name} has a `*` or `?`, or begins with `!`: BuildKit does not find it.", hint
    elif fault := _disk_fault(name, path, folder):
        yield fault
    elif ignored(path):
        hint = "Remove it from the files to copy, or the rule from .dockerignore."
        yield f"{name} is kept back from the build by the ignore file.", hint


def _disk_fault(name: str, path: str, folder: Path) -> tuple[str, str] | None:
    try:
        target = (folder / path).resolve(strict=True)
        inside = target.is_relative_to(folder.resolve())
        readable = os.access(target, os.R_OK | os.X_OK if target.is_dir() else os.R_OK)
    except (OSError, RuntimeError):  # RuntimeError: links in a circle
        return f"{name} is not in the folder.", "Correct the name, or remove it from the files to copy."
    if not inside:
        return f"{name} is a link to a place outside the folder.", "Copy the file itself into the folder."
    if not readable:
        return f"{name} cannot be read by you.", "Change its permissions, or remove it from the files to copy."
    return None


def _folder_faults(folder: str) -> _Faults:
    path = PurePosixPath(folder)
    if not folder.isprintable() or not path.is_absolute() or ".." in path.parts:
        yield "The working folder is not a full path.", "Begin it with a slash, such as `/app`."
    elif path.parts[1:2] == ("env",):
        yield "/env is where the conda environment is.", "Choose another working folder, such as `/app`."


def _port_faults(port: str) -> _Faults:
    hint = "Write a number from 1 to 65535, or leave it empty if nothing listens."
    if port and not re.fullmatch(r"[0-9]+", port):
        yield "The port is not a number.", hint
    elif port and not (re.fullmatch(r"[1-9][0-9]{0,4}", port) and int(port) <= 65535):
        yield "The port is out of range.", hint


def _command_faults(command: str, has_files: bool) -> _Faults:
    if len(command) > LONGEST_COMMAND:
        yield "The command is longer than any command is.", "Write the one that starts your application."
        return
    try:
        words = shlex.split(command)
    except ValueError:
        yield (
            "A quote in the command is opened and never closed, or its last backslash has nothing behind it.",
            ("Close the quote, or remove it."),
        )
        return
    if not words and has_files:
        yield (
            "There is no command, so your files would be copied and never started.",
            "Write one, such as `python main.py`.",
        )
    elif words and _SHELL_WORDS & set(words):
        found = next(word for word in words if word in _SHELL_WORDS)
        yield (
            f"`{found}` needs a shell, and the command is started without one.",
            ("Write it as `sh -c '…'`, or start one program only."),
        )


def _user_faults(user: str) -> _Faults:
    if not re.fullmatch(_USER, user):
        yield (
            "The user is not a name for Linux.",
            ("Use lower-case letters, digits, `_` and `-`, beginning with a letter; or a numeric id."),
        )
