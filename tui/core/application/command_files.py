"""The files of a folder that a command names: by their paths, or by the names that Python imports them by."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from tui.core.errors import CondockError
from tui.core.inside_folder import stat_inside
from tui.core.plan import LONGEST_COMMAND, Application
from tui.core.secret import SECRET_NAME

_BY_MODULE = ("-m", "--app", "-A")
"""Options behind which a module is named; elsewhere one is known by the colon before its application."""
_ROOT = r"(?:--app-dir|--chdir|--pythonpath|PYTHONPATH)[ =]+([\w./-]+)"
"""The folder that imports start from."""
_MODULE = r"[A-Za-z_]\w*(?:\.\w+)*"
_OUTPUT = r"-o|--out[\w-]*"
_MOST = 40
"""Words that are looked at."""


def uncopied_files(application: Application, folder: Path) -> tuple[str, ...]:
    """The files that the command names, and that are in the folder and not copied into the image."""
    copied = {PurePosixPath(path) for path in application.files}
    named = dict.fromkeys(_named(application, folder))
    return tuple(name for name in named if copied.isdisjoint((PurePosixPath(name), *PurePosixPath(name).parents)))


def holds_file(folder: Path, name: str) -> bool:
    """True if there is a file of this name in the folder that could be read."""
    with suppress(OSError, ValueError, CondockError):
        stat_inside(folder, name)
        return True
    return False


def _named(application: Application, folder: Path) -> Iterator[str]:
    command = application.command[:LONGEST_COMMAND]
    try:
        words = shlex.split(command)[:_MOST]
    except ValueError:
        return
    roots = ("", *re.findall(_ROOT, command)[:2])
    for before, word in zip(("", *words), words, strict=False):
        if re.fullmatch(_OUTPUT, before):
            continue
        paths = [word.removeprefix(f"{application.folder.rstrip('/')}/")]
        module = word.partition(":")[0]
        if re.fullmatch(_MODULE, module) and (":" in word or before in _BY_MODULE):
            inside = module.replace(".", "/")
            paths += [f"{inside}.py", f"{inside}/__main__.py", f"{inside}/__init__.py"]
        candidates = (str(PurePosixPath(root, path)) for path in paths for root in roots)
        yield from (name for name in candidates if _could_be_copied(name) and holds_file(folder, name))


def _could_be_copied(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith(".") for part in path.parts)  # `..` too
    return not (hidden or path.is_absolute() or re.search(SECRET_NAME, path.stem))
