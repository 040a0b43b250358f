"""Conda packages made from a few bytes with the standard library, and the repodata that lists them.

https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html has the formats: `.tar.bz2`, which
every client still reads, and `.conda` for what is large, since zstd is many times as fast.
"""

from __future__ import annotations

import bz2
import hashlib
import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

SUBDIRS = ("linux-64", "linux-aarch64", "noarch")
# conda replaces this by the real prefix in files that say they hold it.
PREFIX = "/opt/placeholder_placeholder_placeholder_placeholder_placeholder_placeholder"

CONDARC = """\
# Which channels get the key. The two hosts are those of Anaconda's own packages; the loopback pattern and its
# auth_domain are the tests' addition: they stand for what a company with a server of its own writes here.
channel_settings:
  - channel: https://repo.anaconda.cloud/*
    auth: anaconda-auth
  - channel: https://repo.anaconda.com/*
    auth: anaconda-auth
  - channel: http://127.0.0.1:*
    auth: anaconda-auth
    auth_domain: anaconda.com
"""

GREET = f"""\
#!{PREFIX}/bin/busybox sh
if [ "${{1:-}}" = --serve ]; then
    exec {PREFIX}/bin/busybox httpd -f -p "${{2:-8000}}" -h {PREFIX}/share/greeting
fi
echo "hello from greeting VERSION"
"""


@dataclass(frozen=True)
class File:
    """One file of a package."""

    content: bytes
    mode: int = 0o644
    has_prefix: bool = False
    link: str = ""
    """The file that a hard link of the same name leads to, which comes first in the archive."""


@dataclass(frozen=True)
class Package:
    """One package: what it is, what it needs, and its files by path."""

    name: str
    version: str
    files: dict[str, File]
    subdir: str = "noarch"
    depends: list[str] = field(default_factory=list)
    ending: str = ".tar.bz2"
    build: str = "0"

    @property
    def stem(self) -> str:
        return f"{self.name}-{self.version}-{self.build}"

    @property
    def file_name(self) -> str:
        return f"{self.stem}{self.ending}"

    @property
    def record(self) -> dict[str, object]:
        """The package as its own info/index.json says it."""
        noarch = {"noarch": "generic"} if self.subdir == "noarch" else {}
        names: dict[str, object] = {
            "name": self.name,
            "version": self.version,
            "subdir": self.subdir,
            **noarch,
        }
        return names | {"build": self.build, "build_number": 0, "depends": self.depends, "license": "BSD-3-Clause"}

    @cached_property
    def archive(self) -> bytes:
        """The file, the same bytes each time."""
        if self.ending == ".conda":
            return self._of_parts({"pkg": self.files, "info": self._info()})
        return bz2.compress(_tar(self._info() | self.files), 1)

    def _of_parts(self, parts: Mapping[str, Mapping[str, File]]) -> bytes:
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr(zipfile.ZipInfo("metadata.json"), '{"conda_pkg_format_version": 2}')
            for part, files in parts.items():
                archive.writestr(zipfile.ZipInfo(f"{part}-{self.stem}.tar.zst"), zstd.compress(_tar(files), 1))
        return content.getvalue()

    def _info(self) -> dict[str, File]:
        paths = [self._path(path, file) for path, file in self.files.items()]
        return {
            "info/index.json": File(json.dumps(self.record).encode()),
            "info/paths.json": File(json.dumps({"paths_version": 1, "paths": paths}).encode()),
            "info/files": File("".join(f"{path}\n" for path in self.files).encode()),
            "info/about.json": File(b"{}"),
        }

    @staticmethod
    def _path(path: str, file: File) -> dict[str, object]:
        digest = hashlib.sha256(file.content).hexdigest()
        entry: dict[str, object] = {"_path": path, "path_type": "hardlink", "sha256": digest}
        entry["size_in_bytes"] = len(file.content)
        return entry | ({"file_mode": "text", "prefix_placeholder": PREFIX} if file.has_prefix else {})


def _tar(files: Mapping[str, File]) -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        for path, file in files.items():
            if file.link:
                link = tarfile.TarInfo(path)
                link.type, link.linkname = tarfile.LNKTYPE, file.link
                archive.addfile(link)
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode, entry.mtime = len(file.content), file.mode, 1_600_000_000
            archive.addfile(entry, io.BytesIO(file.content))
    return content.getvalue()


def index(packages: Sequence[Package]) -> dict[str, bytes]:
    """repodata.json of each subdir."""
    found: dict[str, bytes] = {}
    for subdir in SUBDIRS:
        here = [package for package in packages if package.subdir == subdir]
        listed = [
            {package.file_name: _listing(package) for package in here if package.ending == ending}
            for ending in (".tar.bz2", ".conda")
        ]
        repodata = {
            "info": {"subdir": subdir},
            "packages": listed[0],
            "packages.conda": listed[1],
            "repodata_version": 1,
        }
        found[subdir] = json.dumps(repodata).encode()
    return found


def _listing(package: Package) -> dict[str, object]:
    archive = package.archive
    md5 = hashlib.md5(archive, usedforsecurity=False).hexdigest()
    return package.record | {"md5": md5, "sha256": hashlib.sha256(archive).hexdigest(), "size": len(archive)}


@cache
def busybox(binary: bytes) -> tuple[Package, ...]:
    """The real static binary for linux-64, and a package for linux-aarch64 that only a solver may look at."""
    here = {"bin/busybox": File(binary, 0o755)}
    elsewhere = {"bin/busybox": File(b"not a program: packages for linux-aarch64 are for solving only\n", 0o755)}
    return (
        Package("busybox", "1.35.0", here, "linux-64"),
        Package("busybox", "1.35.0", elsewhere, "linux-aarch64"),
    )


@cache
def sample_packages() -> tuple[Package, ...]:
    """What a project may ask for: two versions of greeting, a data package, one that is picky about glibc."""
    zone = {"share/zones/UTC": File(b"TZif2" + b"\0" * 39)}
    plain, picky = ({"share/glibc-picky/version": File(version)} for version in (b"1.0\n", b"2.0\n"))
    return (
        *(_greeting(version) for version in ("1.0", "1.1")),
        Package("zones-data", "2026.1", zone),
        Package("glibc-picky", "1.0", plain, "linux-64"),
        Package("glibc-picky", "2.0", picky, "linux-64", ["__glibc >=2.40"]),
    )


def _greeting(version: str) -> Package:
    script = File(GREET.replace("VERSION", version).encode(), 0o755, has_prefix=True)
    page = File(f"hello from greeting {version}\n".encode())
    files = {"bin/greet": script, "share/greeting/index.html": page}
    return Package("greeting", version, files, depends=["busybox", "zones-data"])


@cache
def tools_packages() -> tuple[Package, ...]:
    """What the anaconda-tools channel has: the plugin that offers the key, and conda-lock."""
    condarc = {"condarc.d/anaconda-auth.yml": File(CONDARC.encode())}
    marker = {"share/conda-lock/stand-in": File(b"conda_stand_in has the command itself\n")}
    return Package("anaconda-registration", "1.0.0", condarc), Package("conda-lock", "4.0.0", marker)
