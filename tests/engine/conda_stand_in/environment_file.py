"""The files that say what an environment is to hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from . import RELEASE, CondaError
from .base.context import context

EXPLICIT = "@EXPLICIT"
NAGGING = (
    "Warning: you have pip-installed dependencies in your environment file, but you do not list pip itself as one "
    "of your conda dependencies.  Conda may not use the correct pip to install your packages, and they may end up "
    "in the wrong place.  Please add an explicit pip dependency.  I'm adding one for you, but still nagging you."
)
_PIP = re.compile(r"pip\s*([=<>!~ ].*)?")


class CondaValueError(CondaError):
    """A value that conda can do nothing with."""


@dataclass(frozen=True)
class EnvironmentFile:
    """An environment.yml."""

    channels: list[str]
    packages: list[str]
    requirements: list[str]
    """What is for pip."""


def read_environment_file(path: Path) -> EnvironmentFile:
    """The environment.yml at this path."""
    content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    packages = [entry for entry in content["dependencies"] if isinstance(entry, str)]
    sections = [entry for entry in content["dependencies"] if isinstance(entry, dict)]
    requirements = [line for section in sections for line in section.get("pip") or []]
    if requirements and not any(map(_PIP.fullmatch, packages)):
        print(NAGGING)
        packages.append("pip")
    return EnvironmentFile(content.get("channels") or [], packages, requirements)


def asked_channels(named: list[str]) -> list[str]:
    """All channels that conda asks where a file names these: its own settings come after them.

    Since 26.7 they come whatever the file says; before, `nodefaults` kept them away (env/installers/conda.py).
    """
    if RELEASE < (26, 7) and "nodefaults" in named:
        return [name for name in named if name != "nodefaults"]
    return list(dict.fromkeys([*named, *context.channels]))


def explicit_lines(path: Path) -> list[str] | None:
    """The packages of an @EXPLICIT list, or None where the file is none."""
    lines = [line.strip() for line in path.read_text().splitlines()]
    return [line for line in lines if line and line[0] not in "#@"] if EXPLICIT in lines else None


def package_lines(path: Path) -> list[str]:
    """A file with a package a line, for which `conda create` took every file before 26.3 (cli/common.py)."""
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    for line in lines:
        if line.endswith(":") or line.startswith("-") or ": " in line:
            raise CondaValueError(f"could not parse '{line}' in: {path}")
    return [line for line in lines if line]
