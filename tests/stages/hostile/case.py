"""One stranger's folder, as a file of tests/data/hostile describes it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.paths import DATA

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # there are hundreds of them
CASES = DATA / "hostile"


@dataclass(frozen=True)
class Case:
    """The thing that the folder tries. Its files are those of a sound project but for what is named here.

    In texts, @EVIL@ stands for the stranger's host and port, @CA@ for their authority, @HOME@ and @ROOT@ for
    places of the machine, @KEY@ and @OPAQUE_KEY@ for keys.
    """

    name: str
    tries: str
    key: str = "asked"
    """The key that a build is given without anybody's yes: as `usual`, or nothing as it has to be `asked`."""
    asks: tuple[str, ...] = ()
    """The kinds of what a build asks a yes to; with all of them it is made."""
    plan: Mapping[str, Any] | None = field(default_factory=dict)
    """Values of condock.yml by their full names; none for a folder without that file."""
    channels: tuple[str, ...] = ("https://repo.anaconda.com/pkgs/main",)
    files: Mapping[str, str] = field(default_factory=dict)
    stamped: Mapping[str, str] = field(default_factory=dict)
    """Files under the line and checksum that condock knows its own by."""
    rendered: tuple[str, ...] = ()
    """Files that are as the plan has its Dockerfile."""
    links: Mapping[str, str] = field(default_factory=dict)
    pipes: tuple[str, ...] = ()
    sockets: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    sparse: Mapping[str, int] = field(default_factory=dict)
    """Files that are empty but for their size, in bytes."""
    long: Mapping[str, tuple[str, str, int, str]] = field(default_factory=dict)
    """Files of a beginning, a text so many times, and an end."""
    script: str = ""
    """A script that makes the rest, in sh, inside the folder."""
    between: str = ""
    """A script that runs in the folder between one build and the next, in sh."""
    user: Mapping[str, str] = field(default_factory=dict)
    """Variables of the user who opens it."""
    inside: str = ""
    """The folder that condock is run in; empty for the one above."""
    afresh: bool = False
    """True if each command is a process of its own from its start, as it matters to what is tried."""
    needs: str = ""
    """A program or path without which there is nothing to try."""
    stops: tuple[str, ...] = ()
    """The stops made with it, by the names of `visit.STOPS`; empty for all of it."""

    @property
    def possible(self) -> bool:
        return not self.needs or os.path.exists(self.needs) or shutil.which(self.needs) is not None


@cache
def cases() -> tuple[Case, ...]:
    """All of them, by their names: their kind's folder and their own file."""
    return tuple(_read(path) for path in sorted(CASES.rglob("*.yml")) if path.stem != "all")


def _read(path: Path) -> Case:
    """The case in this file; what `all.yml` beside it says holds for all of the kind."""
    content: dict[str, Any] = {}
    for file in (path.with_name("all.yml"), path):
        content |= yaml.load(file.read_text("utf-8"), Loader=_LOADER)
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in content.items()
    }
    return Case(name=path.relative_to(CASES).with_suffix("").as_posix(), **values)
