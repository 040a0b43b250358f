"""Unpacking an archive, in a module that a new process has read at once."""

from __future__ import annotations

import bz2
import io
import shutil
import tarfile
from pathlib import Path


def unpack(archive: Path, folder: Path) -> None:
    """The files of an archive, below a folder of their own."""
    part = folder.with_name(f"{folder.name}.part")
    for stale in (part, folder):
        shutil.rmtree(stale, ignore_errors=True)
    if archive.suffix == ".conda":
        from rattler.package_streaming import extract

        extract(archive, part)
    else:
        with tarfile.open(fileobj=io.BytesIO(bz2.decompress(archive.read_bytes()))) as content:
            content.extractall(part)
    part.rename(folder)
