"""The conda environments of this machine, found and read without conda: what was asked for, and from where."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path

from tui.core.dataclass import dataclass
from tui.core.environment.dependencies import name_of
from tui.core.environment.draft.draft import Decision, Draft, Parts
from tui.core.environment.draft.installed_by_pip import installed_by_pip
from tui.core.errors import CondockError
from tui.core.files import find_text
from tui.core.untrusted_text import holds_token, shown

_HISTORY = "conda-meta/history"
_LARGEST_HISTORY = 20_000_000
_MOST = 200
"""Environments, and packages that were asked for."""
_MOST_ENTRIES = 5_000
_ROOTS = (
    "miniconda3",
    "anaconda3",
    "miniforge3",
    "mambaforge",
    "micromamba",
    ".conda",
    "opt/miniconda3",
    "opt/anaconda3",
)
"""In the home folder, where installers put conda by default."""
_SYSTEM_ROOTS = ("/opt/conda", "/opt/miniconda3", "/opt/anaconda3", "/opt/miniforge3")
_ROOT_VARIABLES = ("CONDA_ROOT", "MAMBA_ROOT_PREFIX")
_ENVS_VARIABLES = ("CONDA_ENVS_PATH", "CONDA_ENVS_DIRS")
# Lines of the history, as conda writes and reads them (26.7.1, conda/history.py).
_SPECS = r"#\s*+(\w++)\s++specs:\s*+(\S.*)"
_RECORD = r"(.+)-([^-]+)-[^-]+\.json"
_CHANGED = ("update", "install", "create", "neutered")
_GONE = ("remove", "uninstall")
_SPEC = r"(?a)(?:(?P<channel>[^\s:\[\]]++(?:://[^\s\[\]:]++)?)::)?(?P<name>[\w.-]++)(?P<rest>[^\[\]]*+)(?:\[.*\])?"
_CLOUD = r"https?://conda\.anaconda\.org/([\w.-]+)"
_MAIN = r"(?:https?://repo\.anaconda\.com/)?pkgs/(?:main|r|msys2)|defaults"
_SUBDIR = r"/(?:noarch|(?:linux|osx|win)-\w+)$"


@dataclass(frozen=True)
class CondaEnvironment:
    """An environment by its name, which others may have as well, and its folder."""

    name: str
    path: Path


def find_environments(env: Mapping[str, str]) -> tuple[CondaEnvironment, ...]:
    """Those that conda wrote down in `~/.conda/environments.txt`, and those under the usual roots, each once."""
    found: dict[str, CondaEnvironment] = {}
    for path in islice(_candidates(env), _MOST_ENTRIES):
        if len(found) < _MOST and _is_environment(path):
            real = os.path.realpath(path)
            found.setdefault(real, CondaEnvironment(_name_of(path), path))
    return tuple(sorted(found.values(), key=lambda one: (one.name, str(one.path))))


def find_environment(env: Mapping[str, str], name: str) -> CondaEnvironment:
    """The environment of this name, or in this folder; CondockError where there is none, or are several."""
    path = Path(name).expanduser()
    if os.sep in name and _is_environment(path):
        return CondaEnvironment(_name_of(path), path)
    known = find_environments(env)
    named = [one for one in known if one.name == name]
    if len(named) > 1:
        paths = ", ".join(shown(str(one.path)) for one in named)
        raise CondockError(f"Several conda environments are called `{shown(name)}`.", f"Give the folder: {paths}.")
    if not named:
        names = ", ".join(dict.fromkeys(shown(one.name) for one in known))
        hint = f"There are: {names}." if names else "Give the folder that has `conda-meta` in it."
        raise CondockError(f"There is no conda environment `{shown(name)}`.", hint)
    return named[0]


def draft_of_environment(found: CondaEnvironment, name: str) -> Draft:
    """An environment.yml of what was asked for in this environment; `name` is the new one's.

    CondockError where its history cannot be read.
    """
    history = find_text(found.path, _HISTORY, _LARGEST_HISTORY)
    if history is None:
        raise CondockError(
            f"{shown(str(found.path))} is not a conda environment.", "Choose one with `conda-meta` in it."
        )
    installed = _installed(found.path)
    requests = {name: spec for name, spec in _requests(history).items() if name in installed}
    parts = Parts(
        name, _channels(history, installed), comment=f"As asked for in the conda environment {found.name}."
    )
    decisions = [Decision(f"{(parts.channels and ', '.join(parts.channels)) or 'defaults'}", "channels")]
    if "python" in installed and "python" not in requests:
        requests = {"python": f"python={'.'.join(installed['python'].split('.')[:2])}", **requests}
    for spec in sorted(requests.values(), key=lambda spec: (name_of(spec) != "python", name_of(spec))):
        parts.conda.append(spec)
        decisions.append(Decision("asked for from conda", f"conda: {spec}"))
    for requirement, why in installed_by_pip(found.path):
        (parts.left_out if why else parts.pip).append(requirement)
        taken = "left out" if why else f"pip: {requirement}"
        decisions.append(Decision(f"installed by pip: {requirement}" if why else "installed by pip", taken, why))
    return Draft(f"the conda environment {shown(found.name)}", parts.text(""), tuple(decisions))


def _candidates(env: Mapping[str, str]) -> Iterator[Path]:
    home = Path(env.get("HOME") or os.path.expanduser("~"))
    with suppress(CondockError):
        listed = find_text(home, ".conda/environments.txt") or ""
        yield from (
            Path(line.strip()) for line in islice(listed.splitlines(), _MOST_ENTRIES) if line.startswith("/")
        )
    roots = [home / root for root in _ROOTS] + [Path(root) for root in _SYSTEM_ROOTS]
    roots += [Path(env[name]) for name in _ROOT_VARIABLES if env.get(name)]
    for root in roots:
        yield root
        yield from _folders(root / "envs")
    for name in _ENVS_VARIABLES:
        for folder in filter(None, env.get(name, "").split(os.pathsep)):
            yield from _folders(Path(folder))


def _folders(path: Path) -> Iterator[Path]:
    with suppress(OSError), os.scandir(path) as entries:
        yield from sorted(Path(entry.path) for entry in islice(entries, _MOST_ENTRIES))


def _is_environment(path: Path) -> bool:
    return str(path).isprintable() and path.is_absolute() and os.path.isfile(path / _HISTORY)


def _name_of(path: Path) -> str:
    """The name that conda has for it: that of the folder, or `base` for conda's own."""
    return "base" if (path / "condabin").is_dir() else path.name


def _installed(path: Path) -> dict[str, str]:
    """The versions of the packages that are there, by their names; from the names of conda's records."""
    with suppress(OSError), os.scandir(path / "conda-meta") as entries:
        records = (re.fullmatch(_RECORD, entry.name) for entry in islice(entries, _MOST_ENTRIES))
        return {record[1].lower(): record[2] for record in records if record}
    return {}


def _requests(history: str) -> dict[str, str]:
    """The last spec that was asked for of each package, as it can stand in an environment.yml."""
    found: dict[str, str] = {}
    for line in history.splitlines():
        if line.startswith("#") and len(line) < 100_000 and (specs := re.match(_SPECS, line)):
            for spec in islice(_listed(specs[2]), _MOST):
                clean = _cleaned(spec)
                if specs[1] in _GONE:
                    found.pop(name_of(clean), None)
                elif specs[1] in _CHANGED and name_of(clean):
                    found[name_of(clean)] = clean
    return dict(islice(found.items(), _MOST))


def _listed(text: str) -> Iterable[str]:
    """The specs in a line: a list as Python writes it, or, long ago, with commas between them."""
    if text.startswith("["):
        with suppress(ValueError, SyntaxError, RecursionError, MemoryError):
            value = ast.literal_eval(text)
            return [spec for spec in value if isinstance(spec, str)] if isinstance(value, list) else []
        return []
    return [spec.strip() for spec in re.split(r",(?=\s*[A-Za-z_])", text)] if "[" not in text else []


def _cleaned(spec: str) -> str:
    """A spec without its build and its platform, as those are of this machine; empty where it cannot be read."""
    found = re.fullmatch(_SPEC, spec.strip()) if spec.isprintable() and not holds_token(spec) else None
    if found is None:
        return ""
    versions = re.sub(r"\s+", "", found["rest"])
    exact = re.fullmatch(r"(==?[^=<>!~|,]+)=[^=]+", versions)
    channel = _channel(found["channel"] or "")
    prefix = f"{channel}::" if channel and channel != "defaults" else ""
    return f"{prefix}{found['name']}{exact[1] if exact else versions}"


def _channels(history: str, installed: Mapping[str, str]) -> tuple[str, ...]:
    """The channels of what is installed, those of most packages first."""
    origins: dict[str, str] = {}
    for line in history.splitlines():
        if line.startswith("+") and len(line) < 1_000:
            origin, _, record = line[1:].strip().rpartition("::")
            origins[record.rsplit("-", 2)[0].lower()] = origin
    counts: dict[str, int] = {}
    for name, origin in origins.items():
        if name in installed and (channel := _channel(origin)):
            counts[channel] = counts.get(channel, 0) + 1
    return tuple(sorted(counts, key=lambda channel: (-counts[channel], channel)))[:_MOST]


def _channel(origin: str) -> str:
    """A channel by its usual name, from what stands before `::`; empty for a folder, or one with a token."""
    channel = re.sub(_SUBDIR, "", origin.rstrip("/"))
    if holds_token(channel) or not channel.isprintable() or channel.startswith(("file:", "/", ".")):
        return ""
    if re.fullmatch(_MAIN, channel):
        return "defaults"
    cloud = re.fullmatch(_CLOUD, channel)
    return cloud[1] if cloud else "" if channel in ("<unknown>", "pypi", "local") else channel
