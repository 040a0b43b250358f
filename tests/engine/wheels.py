"""Wheels of PyPI as conda packages, so that what people really install can be had from the test channel.

The wheels are fetched once, and kept with the engine's other files.
"""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from email import message_from_bytes
from pathlib import Path

from packaging.requirements import Requirement

from tests.engine.conda_packages import PREFIX, File, Package
from tests.engine.pip_packages import SITE

PLATFORMS = ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64")
PYTHON = {"python_version": "3.11", "python_full_version": "3.11.2", "extra": ""}
SCRIPT = f"""\
#!{PREFIX}/bin/python
import sys
from {{module}} import {{function}}
sys.exit({{function}}())
"""


def fetch_wheels(names: Iterable[str], folder: Path) -> list[Path]:
    """The wheels of these requirements and all that they need, for Python 3.11; RuntimeError without an index.

    They are fetched once into the folder, which then has nothing else.
    """
    if not folder.exists():
        part = folder.with_name(f"{folder.name}.part")
        fetch = [sys.executable, "-m", "pip", "download", "--quiet", f"--dest={part}", "--only-binary=:all:"]
        platforms = [f"--platform={platform}" for platform in PLATFORMS]
        command = [*fetch, "--python-version=3.11", *platforms, *names]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"pip could not fetch the wheels\n{done.stderr[-3000:]}")
        part.rename(folder)
    return sorted(folder.glob("*.whl"))


def requirement_of(wheel: Path) -> str:
    """The name of what is in a wheel, as its file has it."""
    return wheel.name.partition("-")[0]


def repacked(
    wheels: Iterable[Path], names: Mapping[str, str], wanted: Callable[[str], bool] = lambda path: True
) -> list[Package]:
    """Each as a package for linux-64; `names` are those that conda has instead of PyPI's.

    `wanted` is asked for each path in a wheel.
    """
    return [_repack(wheel, names, wanted) for wheel in wheels]


def _repack(wheel: Path, names: Mapping[str, str], wanted: Callable[[str], bool]) -> Package:
    with zipfile.ZipFile(wheel) as archive:
        files = dict(_placed(archive, wanted))
        info = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        about = message_from_bytes(archive.read(info))
    depends = ["python", *_needs(about.get_all("Requires-Dist", []), names)]
    return Package(_conda_name(about["Name"], names), about["Version"], files, "linux-64", depends, ".conda")


def _placed(archive: zipfile.ZipFile, wanted: Callable[[str], bool]) -> Iterator[tuple[str, File]]:
    """The files of a wheel where an installer puts them (packaging.python.org, binary distribution format)."""
    for entry in archive.infolist():
        head, _, tail = entry.filename.partition("/")
        if entry.is_dir() or not wanted(entry.filename):
            continue
        content = archive.read(entry)
        if head.endswith(".data"):
            kind, _, rest = tail.partition("/")
            place = {"scripts": "bin", "data": "", "headers": "include"}.get(kind, SITE)
            yield f"{place}/{rest}".lstrip("/"), File(content, 0o755 if kind == "scripts" else 0o644)
            continue
        yield f"{SITE}/{entry.filename}", File(content)
        if head.endswith(".dist-info") and tail == "entry_points.txt":
            yield from _scripts(content.decode())


def _scripts(text: str) -> Iterator[tuple[str, File]]:
    parser = configparser.ConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text)
    for name, target in parser["console_scripts"].items() if "console_scripts" in parser else ():
        module, _, function = target.partition("[")[0].strip().partition(":")
        script = SCRIPT.format(module=module, function=function.partition(".")[0])
        yield f"bin/{name}", File(script.encode(), 0o755, has_prefix=True)


def _needs(requirements: list[str], names: Mapping[str, str]) -> Iterator[str]:
    for requirement in map(Requirement, requirements):
        if requirement.marker is None or requirement.marker.evaluate(PYTHON):
            yield f"{_conda_name(requirement.name, names)} {requirement.specifier}".strip()


def _conda_name(name: str, names: Mapping[str, str]) -> str:
    plain = re.sub(r"[-_.]+", "-", name).lower()
    return names.get(plain, plain)
