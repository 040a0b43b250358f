"""Saves the log of a build as a text file."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

from tui.core.building.log.log import BuildLog
from tui.core.errors import CondockError
from tui.core.text import printable, unstyled

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*", re.ASCII)


def save_log(log: BuildLog, path: Path, step: str | None = None, *, replace: bool = False) -> None:
    """Write the lines of one step, or all, as UTF-8 without colours; keys are masked in them already.

    CondockError where the file is there already, unless it may be replaced, and where it cannot be written.
    """
    try:
        with path.open("w" if replace else "x", encoding="utf-8", newline="\n") as file:
            if dropped := log.dropped(step):
                file.write(f"… {dropped:,} earlier lines were dropped\n")
            file.writelines(file_lines(log, step))
    except FileExistsError:
        message = f"{printable(path.name)} is there already."
        raise CondockError(message, "Give another name, or say that it may be replaced.") from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        reason = getattr(error, "strerror", None) or "this is not the name of a file"
        hint = "Choose a folder that exists and that you may write to."
        raise CondockError(f"The log cannot be saved as {printable(str(path))}: {reason}.", hint) from None


def file_lines(log: BuildLog, step: str | None = None) -> Iterator[str]:
    """The lines of one step, or all, block by block, without colours and each with its line feed."""
    for block in log.blocks(step):
        yield unstyled(log.raw(block).decode()) + "\n"


def log_name(image: str, now: float) -> str:
    """The name suggested for the log of this image's build; `now` is seconds since the epoch."""
    name = image.rpartition("/")[2].replace(":", "-").removesuffix("-latest")
    day = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    return f"{name if _NAME.fullmatch(name) else 'build'}-{day}.log"
