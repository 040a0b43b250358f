"""A thief: a conda package and an sdist whose own code looks for the key, and keeps in the image what it finds."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path, PurePosixPath

from tests.engine.conda_packages import SUBDIRS, File, Package
from tests.engine.condock import Folder
from tests.engine.image_scan import files_with_key
from tests.engine.pip_packages import wheel

PACKAGE, SDIST, REACHING = "thief", "thieving", "reaching"
ELSEWHERE = "elsewhere"
"""A package that there is for each platform, so that a list of packages is for one of them."""

THIEVES = {"pre-link", "post-link", "setup.py"}
"""Whose code a build runs, by what it runs them as."""

_STEAL = Path(__file__).with_name("steal.py")
_LOOT = PurePosixPath("share/loot")
_PYPROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
_BACKEND = """\
import runpy, shutil

def build_wheel(folder, config_settings=None, metadata_directory=None):
    runpy.run_path("setup.py")
    shutil.copy("{wheel}", folder)
    return "{wheel}"
"""
_SETUP = (
    "import subprocess, sys\nsubprocess.run([sys.executable, 'steal.py', sys.prefix, 'setup.py'], check=True)\n"
)


def with_company() -> list[Package]:
    """The thieves, and packages of each platform that they may come with."""
    named = {"share/elsewhere": File(b"nothing to see\n")}
    return [
        thief(),
        reaching(),
        *(Package(ELSEWHERE, "1.0", named, subdir) for subdir in SUBDIRS if subdir != "noarch"),
    ]


def thief() -> Package:
    """The conda package; its scripts find Python where conda itself has it."""
    files = {
        "share/thief/steal.py": File(_STEAL.read_bytes()),
        "bin/.thief-pre-link.sh": _script('"$SOURCE_DIR"', "pre-link"),
        "bin/.thief-post-link.sh": _script('"$PREFIX"', "post-link"),
    }
    return Package(PACKAGE, "1.0", files)


def reaching() -> Package:
    """A package whose archive writes over conda itself, where it is unpacked beside it."""
    program = b'#!/bin/sh\necho The archive reached conda.\nexec /opt/conda/bin/python -sP -m conda "$@"\n'
    return Package(REACHING, "1.0", {"bin/reaching": File(program, 0o755, link="/opt/conda/bin/conda")})


def _script(root: str, who: str) -> File:
    return File(f'"$ROOT_PREFIX/bin/python" {root}/share/thief/steal.py "$PREFIX" {who}\n'.encode(), 0o755)


def thieving_sdist() -> tuple[str, bytes]:
    """The file's name and content; pip runs its setup.py to make a wheel of it."""
    made = f"{SDIST}-1.0-py3-none-any.whl"
    files = {
        "pyproject.toml": _PYPROJECT.encode(),
        "backend.py": _BACKEND.format(wheel=made).encode(),
        "setup.py": _SETUP.encode(),
        "steal.py": _STEAL.read_bytes(),
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {SDIST}\nVersion: 1.0\n".encode(),
        made: wheel(SDIST, "nothing"),
    }
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for path, text in files.items():
            entry = tarfile.TarInfo(f"{SDIST}-1.0/{path}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
    return f"{SDIST}-1.0.tar.gz", content.getvalue()


def at_work(folder: Folder) -> set[str]:
    """Which of the thieves ran while the folder's image was built."""
    return set(folder.in_image("ls", f"/env/{_LOOT}").split())


def at_work_and_installed(folder: Folder) -> tuple[set[str], str]:
    """The same, and what `conda list --explicit --md5` is made from, which py-rattler has only root read."""
    script = f"ls /env/{_LOOT}; echo; cat /env/conda-meta/*.json | grep -E '^ *.(url|md5).: ' | sort"
    as_root = ("run", "--rm", "--network=none", "--user=0", "--entrypoint=sh")
    who, _, installed = folder.engine.docker(*as_root, folder.image, "-c", script).partition("\n\n")
    return set(who.split()), installed


def stolen(folder: Folder, key: str, scratch: Path) -> dict[str, set[str]]:
    """What holds the key in the folder's image, by the thief that took it; all else is `nobody`'s."""
    taken: dict[str, set[str]] = {}
    for name in files_with_key(folder.engine, folder.image, key, scratch):
        path = PurePosixPath(name)
        who = path.parent.name if path.parent.parent == "env" / _LOOT else "nobody"
        taken.setdefault(who, set()).add(path.name)
    return taken
