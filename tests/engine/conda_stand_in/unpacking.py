"""Unpacking an archive, in a module that a new process has read at once."""

from __future__ import annotations

import bz2
import io
import shutil
import tarfile
from pathlib import Path

from . import CondaError

_DAMAGED = """\
Error with archive {}.  You probably need to delete and re-download or re-create this file.  Message was:

failed with error: {}"""


class InvalidArchiveError(CondaError):
    """An archive that cannot be unpacked."""

    def __repr__(self) -> str:
        return f"InvalidArchiveError({str(self)!r})"


def unpack(archive: Path, folder: Path) -> None:
    """The files of an archive, below a folder of their own."""
    part = folder.with_name(f"{folder.name}.part")
    for stale in (part, folder):
        shutil.rmtree(stale, ignore_errors=True)
    if archive.suffix == ".conda":
        from rattler.package_streaming import extract

        extract(archive, part)
    else:
        try:  # as a stream and with all that it says, as conda does
            with tarfile.open(fileobj=io.BytesIO(bz2.decompress(archive.read_bytes())), mode="r|") as content:
                content.extractall(part)
        except (OSError, tarfile.TarError) as error:
            raise InvalidArchiveError(_DAMAGED.format(archive, error)) from error
    part.rename(folder)
