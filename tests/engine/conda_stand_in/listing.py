"""`conda list` (cli/main_list.py)."""

from __future__ import annotations

from pathlib import Path

import rattler

from . import __version__
from .environment_file import EXPLICIT
from .records import in_order


def human_list(prefix: Path) -> str:
    """The packages of a prefix for people."""
    records = sorted(_records(prefix), key=lambda record: record.name.normalized)
    rows = [f"{record.name.normalized:<25}{record.version!s:<17}{record.build}" for record in records]
    return "\n".join(
        (f"# packages in environment at {prefix}:", "#", "# Name                   Version          Build", *rows)
    )


def explicit_list(prefix: Path, kind: str) -> str:
    """The packages of a prefix, those that others need first; `kind` is that of their hashes, empty for none."""
    lines = [
        "# This file may be used to create an environment using:",
        "# $ conda create --name <env> --file <this file>",
        f"# platform: {rattler.Subdir.current()}",
        f"# created-by: conda {__version__}",
        EXPLICIT,
    ]
    for record in in_order(_records(prefix)):
        digest: bytes = getattr(record, kind) or b"" if kind else b""
        lines.append(record.url + (f"#{digest.hex()}" if digest else ""))
    return "\n".join(lines)


def _records(prefix: Path) -> list[rattler.PrefixRecord]:
    return [rattler.PrefixRecord.from_path(path) for path in (prefix / "conda-meta").glob("*.json")]
