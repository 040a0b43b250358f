"""The words that stay in the terminal when the wizard is left: what was written, what is missing, what is next."""

from __future__ import annotations

import shlex
from pathlib import Path

from tui.core.errors import ExitCode
from tui.core.navigation import build_obstacles
from tui.core.project import Project
from tui.core.secret import KEY_VARIABLE
from tui.core.steps import wants_key
from tui.core.untrusted_text import printable

_KEY_GOES = f"The key that you pasted is kept nowhere: set {KEY_VARIABLE}, or sign in with `anaconda login`."

_HOLDS_KEY = "{file} holds your API key, for you alone to read; .gitignore keeps it out of git."


def leaving_words(project: Project, here: Path, *, ended: bool) -> tuple[str, ...]:
    """Each a line; none where nothing was written. `here` is where the next command is typed.

    `ended` is True where a build has ended, whose own words say what came of it.
    """
    names = project.written.names
    if not names:
        return ()
    files = f"{len(names)} files" if len(names) > 1 else "1 file"
    lines = [f"Wrote {files}: {printable(', '.join(names))}."]
    if project.plan.secret.file in names:
        lines.append(_HOLDS_KEY.format(file=printable(project.plan.secret.file)))
    if ended:
        return tuple(lines)
    looked = project.engine is not None and project.search is not None
    found = [problem for _, problem in build_obstacles(project)] if looked else []
    lines += [f"Missing for a build: {problem}" for problem in found[:1]]
    if any(problem.exit_code is ExitCode.WRONG_USE for problem in found):
        return (*lines, f"Next: {_command('condock', project.path, here)}, which opens the wizard here again.")
    kept = project.search.winner if project.search else None
    if project.pasted and not kept and wants_key(project):
        lines.append(_KEY_GOES)
    return (*lines, f"{'Then' if found else 'Next'}: {_command('condock build', project.path, here)}")


def _command(command: str, folder: Path, here: Path) -> str:
    return command if folder == here.resolve() else f"{command} {shlex.quote(printable(str(folder)))}"
