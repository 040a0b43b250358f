"""The Python that a folder's pins and notebooks allow, as far as that is known without asking anybody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from tui.core.assets import read_table
from tui.core.environment.package_names import normal
from tui.core.environment.requirements import Minor, Requirement, read_minor
from tui.core.untrusted_text import shown

NEWEST: Minor = (3, 13)
"""The minor version that Anaconda's companion examples pin (anaconda/docker-examples)."""


def words(python: Minor) -> str:
    """It as people write it."""
    return ".".join(map(str, python))


def choose_python(requirements: Iterable[Requirement], kernel: str = "") -> tuple[Minor, str]:
    """The Python to take, and why that one; `kernel` is the version that notebooks were run with."""
    limits = [(limit, shown(one.text)) for one in requirements if (limit := limit_of(one))]
    limit, pin = min(limits, default=(NEWEST, ""))
    ran = read_minor(kernel) if kernel else None
    if ran and (3, 8) <= ran <= min(limit, NEWEST):
        return ran, "your notebook ran with it"
    if limit < NEWEST:
        also = f", and your notebook's {words(ran)} is newer" if ran and ran > limit else ""
        return limit, f"the newest that {pin} has files for{also}"
    return NEWEST, ""


def limit_of(requirement: Requirement) -> Minor | None:
    """The newest Python for which what a pin asks for is there; None where that is not known."""
    lines = _limits().get(normal(requirement.name), ())
    found = re.match(r"(\d+)(?:\.(\d+))?", requirement.pin or _highest(requirement.versions))
    if not lines or not found:
        return None
    line = (int(found[1]), int(found[2] or 0))
    return next((limit for known, limit in lines if line <= known), None)


def _highest(versions: str) -> str:
    """The version that conditions end at: `2.1` of `~=2.1.4`, `==2.1.*` and `>=1,<=2.1`."""
    found = re.search(r"(?:^|,)(?:~=|==|<=)(\d[\d.]*)", versions)
    return found[1] if found else ""


@lru_cache(maxsize=1)
def _limits() -> dict[str, tuple[tuple[tuple[int, int], Minor], ...]]:
    """The last release of each line, with its limit, by the names of packages."""
    read = read_table("python_limits.yml")
    rows = {name: [(_line(line), _line(limit)) for line, limit in row.items()] for name, row in read.items()}
    return {name: tuple(sorted(row)) for name, row in rows.items()}


def _line(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    return int(major), int(minor)
