"""What the folders of tests/data/brought need: channels, a package index and base images, as a company has them.

PyPI's wheels stand for Anaconda's packages. One Python, that of Debian 12, goes by each version that is asked for;
what nothing imports before an application answers is empty.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from tests.engine.base_images import NEW, BaseImages, publish
from tests.engine.channel import Channel, files_of, running
from tests.engine.conda_packages import Package, tools_packages
from tests.engine.engine import Engine, image_of
from tests.engine.pip_packages import IndexHandler, python_and_pip, simple_index
from tests.engine.wheels import fetch_wheels, repacked, requirement_of
from tests.paths import DATA

BROUGHT = DATA / "brought"
WANTED = (
    "fastapi",
    "jupyterlab",
    "numpy==2.2.5",
    "opencv-python-headless<5",
    "pandas==2.2.3",
    "pyyaml",
    "streamlit",
    "uvicorn",
)
FOR_PIP = ("rich==14.0.0",)
PYTHONS = ("3.11.2", "3.12.9", "3.13.5")
NAMES = {"opencv-python-headless": "opencv"}
"""Conda's names of what is called otherwise on PyPI."""

NEEDLESS = re.compile(
    r"(?:debugpy|jedi|pyarrow|pydeck)/|pyarrow\.libs/"  # read once a page or a cell is shown, and large
    r"|.*(?:/tests/|/locale-data/(?!root|en)|\.map$)"  # conda's packages mostly do without
)
"""Files of packages that no application here reads before it answers."""

OF_THE_NOTEBOOK = ("pandas", "numpy", "matplotlib", "scikit-learn", "openpyxl", "tabulate")
"""Of its requirements.txt: JupyterLab answers without their files."""

OF_THE_EXPORT = ("pip", "python-dateutil", "pytz", "six", "tzdata")
"""Of the Mac's packages: those that something reads here, beside pandas and numpy."""


def brought_files(cache: Path) -> dict[str, bytes]:
    """The files of the channels `private` and `tools`, and of an index below that; RuntimeError without PyPI."""
    wheels, for_pip = fetch(cache)
    packages = repacked(wheels, NAMES, lambda path: not NEEDLESS.match(path))
    python, pip = (replace(package, ending=".conda") for package in python_and_pip())
    there = [*packages, pip, *(replace(python, version=version) for version in PYTHONS), *_of_the_notebook()]
    named = {(package.name, package.version) for package in there}
    there += [package for package in _exported([*packages, pip]) if (package.name, package.version) not in named]
    index: dict[str, bytes] = {}
    for wheel in for_pip:
        index |= simple_index("/tools/simple", requirement_of(wheel), wheel.read_bytes(), wheel.name)
    return files_of("private", there) | files_of("tools", tools_packages()) | index


def fetch(cache: Path) -> tuple[list[Path], list[Path]]:
    """The wheels that become packages, and those of the index, kept in this folder; RuntimeError without PyPI."""
    wanted, for_pip = (fetch_wheels(names, _folder(cache, names)) for names in (WANTED, FOR_PIP))
    return wanted, for_pip


def _folder(cache: Path, names: tuple[str, ...]) -> Path:
    return cache / f"wheels-{hashlib.sha256(' '.join(names).encode()).hexdigest()[:12]}"


def _of_the_notebook() -> Iterator[Package]:
    """Its pins, as records: for Python 3.11 alone where a pin is of that time."""
    for line in (BROUGHT / "notebook" / "requirements.txt").read_text().splitlines():
        name, _, version = re.split(" |;|>=", line)[0].partition("==")
        if name in OF_THE_NOTEBOOK:
            needs = ["python >=3.11,<3.12"] if version else ["python"]
            yield Package(name, version or "3.1.5", {}, "linux-64", needs, ".conda")


def _exported(packages: list[Package]) -> Iterator[Package]:
    """All of the Mac's packages by their versions, as if there were the same of them for Linux.

    Those that are for every platform keep their builds.
    """
    known = {package.name: package.files for package in packages if package.name in OF_THE_EXPORT}
    listed = yaml.safe_load((BROUGHT / "macos-export" / "environment.yml").read_text())["dependencies"]
    for name, version, build in (line.split("=") for line in listed if isinstance(line, str)):
        of_all = build.startswith("pyh")
        subdir = "noarch" if of_all else "linux-64"
        yield Package(name, version, known.get(name, {}), subdir, [], ".conda", build if of_all else "0")


@dataclass(frozen=True)
class Company:
    """What everybody of a company has: its channels, and the base images that it offers to condock."""

    channel: Channel
    images: BaseImages
    catalogue: Path


@contextmanager
def company(
    engine: Engine, registry: str, images: BaseImages, channel: Channel, folder: Path
) -> Iterator[Company]:
    """Its builder image has `defaults` and a package index of its own."""
    with running(channel, IndexHandler):
        condarc = f"channels: [defaults]\\ndefault_channels: [{channel.private}]\\n"
        lines = (
            f"FROM {images.builder.pinned}",
            f"ENV PIP_INDEX_URL={channel.tools}/simple",
            f"RUN printf '{condarc}' > /opt/conda/.condarc",
        )
        with image_of(engine, "\n".join(lines), folder) as name:
            builder = publish(engine, registry, name)
            try:
                catalogue = folder / "catalogue.yml"
                catalogue.write_text(json.dumps(_catalogue(builder.pinned, images.python.pinned)))
                yield Company(channel, images, catalogue)
            finally:
                engine.docker("image", "rm", "--force", builder.tag)


def _catalogue(builder: str, runtime: str) -> dict[str, list[dict[str, object]]]:
    """A team's catalogue of two images, which is YAML as well."""
    about: dict[str, dict[str, object]] = {
        "builders": {"conda": NEW, "notes": "The company's conda."},
        "runtimes": {"glibc": "2.36", "notes": "The company's Debian."},
    }
    found: dict[str, list[dict[str, object]]] = {}
    for part, reference in (("builders", builder), ("runtimes", runtime)):
        tagged, _, digest = reference.partition("@")
        name, _, tag = tagged.rpartition(":")
        found[part] = [{"name": name, "tag": tag, "digest": digest, "recommended": True, **about[part]}]
    return found
