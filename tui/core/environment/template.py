"""A sensible environment.yml for a folder that has none, with comments that teach."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from tui.core.environment.layout import as_yaml
from tui.core.errors import CondockError
from tui.core.files import read_text
from tui.core.regex import regex

PYTHON = "3.13"
"""The minor version that Anaconda's companion examples pin (anaconda/docker-examples)."""

_REQUIREMENT = regex(
    r"[A-Za-z0-9][\w.-]*\s*(?:\[[\w\s,.-]*\])?\s*(?:(?:[<>!=~]=|===|[<>])[\w\s.*+!,<>=~-]+)?(?:;[^#]+)?",
    re.ASCII,
)

_HEAD = """\
# What your image contains. Each time this file changes, the environment is made anew.
name: {name}
channels:
  # `defaults` is Anaconda's own channel; the build shows it your key.
  - defaults
  # If your organisation has a channel of its own, put its address instead:
  # - https://repo.anaconda.cloud/repo/ORGANISATION/CHANNEL
dependencies:
  # One package a line. `python={python}` takes the newest {python}.x; `>=` and `<` work too.
  - python={python}
"""
_PIP = """\
  # From {file}. What conda has as well is better written above: conda then checks that all of it fits.
  - pip
  - pip:
"""


def environment_template(folder: Path, packages: tuple[str, ...] = ()) -> str:
    """The text of a first environment.yml for this folder.

    `packages` are conda packages that the application is known to need. The plain lines of a requirements.txt
    go under pip; of the others (options, addresses, folders) a comment says how many there are.
    """
    requirements, others = _requirements(folder, "requirements.txt")
    listed = {_bare_name(requirement) for requirement in requirements}
    text = _HEAD.format(name=as_yaml(_name_for(folder)), python=PYTHON)
    text += "".join(f"  - {as_yaml(package)}\n" for package in packages if _bare_name(package) not in listed)
    if requirements:
        text += _PIP.format(file="requirements.txt")
        text += "".join(f"      - {as_yaml(requirement)}\n" for requirement in requirements)
    if others:
        text += f"  # Not taken over from requirements.txt: {others} more, such as options and addresses.\n"
    return text


def _name_for(folder: Path) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", folder.resolve().name.lower()).strip("-._") or "app"


def _requirements(folder: Path, name: str) -> tuple[tuple[str, ...], int]:
    """The plain requirements, and the number of the other lines; none where there is no such file."""
    try:
        lines = tuple(requirement_lines(read_text(folder, name)))
    except CondockError:
        return (), 0
    plain = tuple(line for line in lines if len(line) < 300 and _REQUIREMENT.fullmatch(line))
    return plain, len(lines) - len(plain)


def requirement_lines(text: str) -> Iterator[str]:
    """The lines of a requirements file as pip reads them: continued, and without comments."""
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        if content := re.sub(r"(?:^|\s)#.*", "", line).strip():
            yield content


def _bare_name(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement, maxsplit=1)[0]).lower()
