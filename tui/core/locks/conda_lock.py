"""All of conda-lock's file, version 1 (conda/conda-lock): its packages for conda and for pip."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import yaml

from tui.core.dataclass import dataclass
from tui.core.errors import CondockError
from tui.core.locks.lock_text import read_conda_lock
from tui.core.platforms import BY_CONDA_NAME, CONDA_NAMES
from tui.core.solving.solution import Package, Solution
from tui.core.untrusted_text import shown
from tui.core.yaml_text import too_deep

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from typing import Any

_FILE = r"https?://\S+/(?P<subdir>[^/\s]+)/[^/\s.][^/\s]*-(?P<build>[^/\s-]+)\.(?:conda|tar\.bz2)"
_PIP_FILE = r"https?://[^\s;#]+"
_NAME = r"(?a)[A-Za-z0-9][\w.-]*"
_SHA256 = r"[0-9a-f]{64}"
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_INSTALLED = ("main", "dev")
"""The categories that `conda-lock install` takes by itself (conda-lock, conda_lock.py)."""
_HINT = "Make conda-lock.yml anew, or build from it as it is."


@dataclass(frozen=True)
class CondaLock:
    """The packages that the file installs on Linux."""

    solutions: tuple[Solution, ...]
    """One for each Linux platform of the file."""
    requirements: tuple[str, ...]
    """Lines for pip, each with its hash; a line that is for one platform only says so."""


def read_packages(text: str) -> CondaLock:
    """Read the file with all its packages.

    Raises CondockError for a file with problems (see `read_conda_lock`), one that is for no Linux platform, and
    packages whose origin or hash is not told. Takes a second for 5,000 packages.
    """
    reading = read_conda_lock(text)
    for problem in reading.problems:
        raise CondockError(problem.message, problem.hint)
    platforms = tuple(platform for platform in CONDA_NAMES if platform in reading.platforms)
    if not platforms:
        raise CondockError("The file is for no Linux platform.", "Add one: `conda-lock lock --platform linux-64`.")
    entries = tuple(entry for entry in _entries(text) if entry.get("category", "main") in _INSTALLED)
    solutions = (Solution(platform, _packages(entries, platform)) for platform in platforms)
    return CondaLock(tuple(solutions), tuple(_requirements(entries, platforms)))


def _entries(text: str) -> list[dict[str, Any]]:
    try:
        if too_deep(text):
            raise CondockError("The file is nested too deeply.", _HINT)
        packages = yaml.load(text, Loader=_LOADER)["package"]  # noqa: S506  # it makes texts, lists and dicts only
    except (yaml.YAMLError, KeyError):
        raise CondockError("The list of packages cannot be read.", _HINT) from None
    if not isinstance(packages, list) or not all(isinstance(entry, dict) for entry in packages):
        raise CondockError("The list of packages is not a list of packages.", _HINT)
    return packages


def _packages(entries: Iterable[dict[str, Any]], platform: str) -> tuple[Package, ...]:
    """Those for conda, each after those it depends on."""
    mine = (entry for entry in entries if (entry.get("manager"), entry.get("platform")) == ("conda", platform))
    return tuple(_in_link_order({package.name: package for package in map(_package, mine)}))


def _package(entry: dict[str, Any]) -> Package:
    url, hashes = _text(entry, "url"), _mapping(entry, "hash")
    found = re.fullmatch(_FILE, url)
    if found is None:
        raise CondockError(f"`{shown(url)}` is not the address of a package.", _HINT)
    return Package(
        _text(entry, "name"),
        _text(entry, "version"),
        found["build"],
        found["subdir"],
        url,
        hashes.get("sha256", ""),
        hashes.get("md5", ""),
        None,
        depends=tuple(_mapping(entry, "dependencies")),
    )


def _in_link_order(packages: Mapping[str, Package]) -> Iterator[Package]:
    """Depth first; a circle, as of python and pip, is cut where it closes."""
    seen: set[str] = set()
    waiting = [(name, False) for name in sorted(packages, reverse=True)]
    while waiting:
        name, ready = waiting.pop()
        if ready:
            yield packages[name]
        elif name in packages and name not in seen:
            seen.add(name)
            waiting.append((name, True))
            waiting += [(depend, False) for depend in sorted(packages[name].depends, reverse=True)]


def _requirements(entries: Iterable[dict[str, Any]], platforms: tuple[str, ...]) -> Iterator[str]:
    """The lines for pip by name; the same file on all platforms is one line."""
    wanted: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        if entry.get("manager") == "pip" and entry.get("platform") in platforms:
            wanted.setdefault(_requirement(entry), []).append(entry["platform"])
    for (address, digest), on in sorted(wanted.items()):
        machine = "" if set(on) == set(platforms) else f' ; platform_machine == "{BY_CONDA_NAME[on[0]].machine}"'
        yield f"{address}{machine} --hash=sha256:{digest}"


def _requirement(entry: dict[str, Any]) -> tuple[str, str]:
    """`name @ address` and the hash; an address of version control has none that pip could check."""
    name, url = _text(entry, "name"), _text(entry, "url")
    digest = _mapping(entry, "hash").get("sha256", "")
    if not (re.fullmatch(_NAME, name) and re.fullmatch(_PIP_FILE, url) and re.fullmatch(_SHA256, digest)):
        message = f"`{shown(name)}` is installed by pip from {shown(url)}, which it cannot check by a hash."
        raise CondockError(message, "Build from conda-lock.yml as it is.")
    return f"{name} @ {url}", digest


def _text(entry: dict[str, Any], name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value:
        raise CondockError(f"A package of the file has no `{name}`.", _HINT)
    return value


def _mapping(entry: dict[str, Any], name: str) -> dict[str, str]:
    value = entry.get(name) or {}
    if not isinstance(value, dict):
        raise CondockError(f"The `{name}` of a package is not a set of `name: value` lines.", _HINT)
    return {key: text for key, text in value.items() if isinstance(text, str)}
