"""Saves the log of a build as a text file."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

from tui.core.building.log.log import BuildLog
from tui.core.errors import CondockError
from tui.core.files import explained
from tui.core.inside_folder import create_inside
from tui.core.untrusted_text import printable, unstyled

_NAME = r"(?a)[A-Za-z0-9][\w.-]*"


def save_log(log: BuildLog, folder: Path, name: str, step: str | None = None) -> None:
    """Write the lines of one step, or all, into a new file of the folder, as UTF-8 without colours.

    Keys are masked in them already. CondockError where the file is there already, or cannot be written.
    """
    with explained(name, "written"):
        try:
            create_inside(folder, name, (line.encode() for line in _all_lines(log, step)), 0o644)
        except FileExistsError:
            raise CondockError(f"{printable(name)} is there already.", "Move it away, then save again.") from None


def _all_lines(log: BuildLog, step: str | None) -> Iterator[str]:
    if dropped := log.dropped(step):
        yield f"… {dropped:,} earlier lines were dropped\n"
    yield from file_lines(log, step)


def file_lines(log: BuildLog, step: str | None = None) -> Iterator[str]:
    """The lines of one step, or all, block by block, without colours and each with its line feed."""
    for block in log.blocks(step):
        yield unstyled(log.raw(block).decode()) + "\n"


def log_name(image: str, now: float) -> str:
    """The name suggested for the log of this image's build; `now` is seconds since the epoch."""
    name = image.rpartition("/")[2].replace(":", "-").removesuffix("-latest")
    day = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    return f"{name if re.fullmatch(_NAME, name) else 'build'}-{day}.log"
