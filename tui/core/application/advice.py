"""Advice on an application before it is in an image: that nothing of it is, or that it cannot start."""

from __future__ import annotations

import re
import shlex
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from tui.core.application.command_files import uncopied_files
from tui.core.application.frameworks import FRAMEWORKS
from tui.core.application.ports import other_port
from tui.core.application.starts import Start, as_started
from tui.core.errors import Problem
from tui.core.plan import LONGEST_COMMAND, Application
from tui.core.untrusted_text import printable, shown

_BRINGS = {"ipykernel": ("jupyterlab", "notebook", "jupyter"), "jupyterlab": ("jupyter",)}
"""Packages by one of which another one comes along (conda-forge's and Anaconda's recipes)."""


def needed_by(command: str) -> tuple[str, ...]:
    """The conda packages that hold the program this command starts, where condock knows it."""
    try:
        program = shlex.split(command[:LONGEST_COMMAND])[0]
    except (ValueError, IndexError):
        return ()
    for row in FRAMEWORKS:
        if program == row.command.split()[0] and program != "python":
            return tuple(package for package in row.packages if package == program or package != row.module)
    return ()


def missing_packages(command: str, environment: Collection[str]) -> tuple[str, ...]:
    """Those of `needed_by` that come by none of these packages, each in small letters."""

    def comes(package: str) -> bool:
        bringing = (package, *_BRINGS.get(package, ()))
        return any(re.match(rf"(?:{'|'.join(bringing)})(?![a-z0-9])", name) for name in environment)

    return tuple(package for package in needed_by(command) if not comes(package))


def application_advice(
    application: Application, starts: Sequence[Start], environment: Collection[str], folder: Path
) -> Iterator[Problem]:
    """Remarks that do not stand in the way of a build: the image may be meant to hold an environment alone."""
    found = tuple(command_advice(application, folder))
    if not application.files and not any(advice.field == "application.files" for advice in found):
        message = "No file of yours is copied: the image will hold the environment, and nothing of your work."
        hint = "Choose the files to copy and the command that starts them."
        if not starts:
            message = f"condock recognises nothing here that it could start. {message}"
        yield Problem(message, hint, "application.files")
    yield from found
    if missing := missing_packages(application.command, environment):
        names = " and ".join(f"`{name}`" for name in missing)
        message = f"The command needs {names}, which the environment does not name."
        yield Problem(message, "Add it to the dependencies.", "application.command")


def command_advice(application: Application, folder: Path) -> Iterator[Problem]:
    """That the command names files which will not be there, or another port than the image is run with."""
    if uncopied := uncopied_files(application, folder):
        names = " and ".join(f"`{shown(name)}`" for name in uncopied)
        message = (
            f"The command names {names}, which {'are' if len(uncopied) > 1 else 'is'} not copied into the image."
        )
        hint = f"Add {'them' if len(uncopied) > 1 else 'it'} to the files to copy, or correct the command."
        yield Problem(message, hint, "application.files")
    if said := other_port(application.command, application.port):
        message = f"The command says port {said}, and the image port {application.port}: it would not be reached."
        yield Problem(message, "Correct one of the two.", "application.command")


def other_starts(application: Application, starts: Sequence[Start]) -> tuple[Start, ...]:
    """The other ways to start what this application starts: what a notebook becomes is nobody's guess."""
    starts = as_started(starts, application.command)
    chosen = next((start for start in starts if start.application.command == application.command), None)
    if chosen is None:
        return ()
    return tuple(start for start in starts if start.file == chosen.file and start is not chosen)


def words_for_flags(start: Start) -> str:
    """How `condock init` is told to take this way."""
    port = f" --port {start.application.port}" if start.application.port else ""
    return f"{start.framework.name}: --command {shlex.quote(printable(start.application.command))}{port}"
