"""What the base images of the tests leave out: each image is saved and searched, and BuildKit reads every file of
the builder before each command that is shown a secret.
"""

from __future__ import annotations

import struct
import tarfile
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

OF_PROGRAMS = "db-*", "gcrypt", "gmp", "gpg-error", "gssapi*", "k5crypto", "krb5*", "smartcols", "systemd", "udev"
"""Libraries of programs that are left out."""

UNUSED = (
    *("usr/bin/dpkg*", "usr/bin/localedef", "usr/bin/ls[a-z]*", "usr/bin/openssl", "usr/lib/*-linux-gnu/gconv/*"),
    *(f"usr/lib/*-linux-gnu/lib{name}.so*" for name in OF_PROGRAMS),
    *("usr/sbin/[!gu]*", "usr/share/bash-completion/*", "usr/share/ca-certificates/*"),
    *("usr/share/common-licenses/*", "usr/share/info/*", "usr/share/lintian/*", "usr/share/perl5/*"),
    "var/lib/dpkg/*",
)
"""Most files of the runtime."""

OF_PYTHON = (
    *("usr/bin/py*", "usr/lib/python3*/*", "usr/share/python3/*"),
    *(f"usr/lib/*-linux-gnu/lib{name}.so*" for name in ("crypto", "sqlite3", "ssl", "stdc++")),
)
"""More of it, where there is no Python."""

BY_LANGUAGE = (("pygments", "lexers"), ("pygments", "styles"))
"""Folders of the stand-in's libraries of which it needs no more than the register: six hundred files."""


def without(left_out: Sequence[str], rootfs: Path, smaller: Path) -> None:
    """Write a copy of this tar without the files of these patterns."""
    with tarfile.open(rootfs) as whole, tarfile.open(smaller, "w") as part:
        for entry in whole:
            if not any(fnmatch(entry.name.removeprefix("./"), unused) for unused in left_out):
                part.addfile(entry, whole.extractfile(entry) if entry.isreg() else None)


def unneeded(folder: str, names: list[str]) -> set[str]:
    """The names of a folder of libraries that are not to be copied, as `shutil.copytree` asks for them."""
    register_only = Path(folder).parts[-2:] in BY_LANGUAGE
    return {name for name in names if name.endswith(".pyi") or (register_only and not name.startswith("_"))}


def without_symbols(folder: Path) -> None:
    """Cut off of each library what only a debugger reads: all behind its last segment (ELF, 64 bits)."""
    for path in folder.rglob("*.so"):
        content = bytearray(path.read_bytes())
        (table,) = struct.unpack_from("<Q", content, 0x20)
        size, count = struct.unpack_from("<HH", content, 0x36)
        segments = [struct.unpack_from("<IIQQQQ", content, table + size * number) for number in range(count)]
        content[0x28:0x30] = bytes(8)  # there is no table of sections
        content[0x3C:0x40] = bytes(4)
        path.write_bytes(content[: max(offset + length for _, _, offset, _, _, length in segments)])
