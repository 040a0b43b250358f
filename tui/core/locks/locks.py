"""The lock files of a folder, and whether they can be installed into a Linux image."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from enum import StrEnum
from fnmatch import fnmatchcase
from itertools import accumulate, chain, islice
from pathlib import Path

from tui.core.channels.plan_channels import asked_channels, configured_channels
from tui.core.dataclass import dataclass, field, replace
from tui.core.environment.document import EnvironmentDocument, read_environment
from tui.core.errors import CondockError, Problem
from tui.core.files import read_text
from tui.core.inside_folder import stat_inside
from tui.core.locks.lock_header import Header, conda_fingerprint, pip_fingerprint, read_header
from tui.core.locks.lock_text import LockReading, read_conda_lock, read_explicit, read_pip
from tui.core.plan import BuildPlan
from tui.core.platforms import CONDA_NAMES
from tui.core.untrusted_text import printable

FIELD = "environment.locks"
PIP_LOCK = "conda-pip.lock"
"""Belongs beside environment.yml: the files that its lines name are looked for from there."""
MAX_BYTES = 64_000_000

_CANDIDATES = (
    "conda-lock.yml",
    "*.conda-lock.yml",
    "conda-lock.yaml",
    "*.lock",
    "*explicit*.txt",
    "spec-file*.txt",
)
_MANY = 50
_MOST_ENTRIES = 20_000
"""Of the folder that are looked at: what is fuller holds data."""
_CLOCK_SLACK = 2.0
"""Seconds: a checkout writes files one after another."""


def lock_name(platform: str) -> str:
    """The file name for a platform: `conda-linux-64.lock`."""
    return f"conda-{platform}.lock"


class LockKind(StrEnum):
    """The kinds of lock files."""

    CONDA_LOCK = "conda-lock"
    """conda-lock's own file, for several platforms (version 1)."""
    EXPLICIT = "explicit"
    """A list of addresses for one platform; `conda create --file` installs it without solving."""
    PIP = "pip"
    """Packages that pip installs after `@EXPLICIT` files, which hold conda's only; condock's own form."""


@dataclass(frozen=True)
class Lock:
    """One lock file, by its path relative to the folder."""

    path: str
    kind: LockKind
    platforms: tuple[str, ...] = ()
    """As conda names them; `noarch` alone where the packages fit any."""
    problems: tuple[Problem, ...] = ()
    advice: tuple[Problem, ...] = ()
    header: Header = field(default_factory=Header)
    packages: int = 0
    """How many it names; 0 where they were not counted, as those of conda-lock.yml are not."""
    channels: tuple[str, ...] = ()
    """The addresses of the channels whose packages it names; tokens are masked."""

    @property
    def platform(self) -> str:
        """The Linux platform it is for; noarch packages alone count for the first. Empty where there is none."""
        return next((platform for platform in CONDA_NAMES if self.fits(platform)), "")

    def fits(self, platform: str) -> bool:
        """True if it can be installed on this platform, such as `linux-64`."""
        return platform in self.platforms or self.platforms == ("noarch",)


def build_channels(plan: BuildPlan, document: EnvironmentDocument, locks: Iterable[Lock] = ()) -> tuple[str, ...]:
    """The channels that the build asks: those of the packages in its lock files, or else the environment's.

    The base's too for conda-lock's own file, as the guide's form installs conda-lock from there.
    """
    told = tuple(locks)
    named = [channel for lock in told for channel in lock.channels]
    if not named:
        return asked_channels(plan, document)
    for_itself = any(lock.kind is LockKind.CONDA_LOCK for lock in told)
    return tuple(dict.fromkeys((*named, *(configured_channels(plan.base.builder) if for_itself else ()))))


def find_locks(folder: Path, environment: str = "environment.yml") -> tuple[Lock, ...]:
    """The lock files in the folder itself, conda-lock's first.

    Files of other tools are passed over, and those that condock renders from conda-lock.yml.
    """
    locks = (read_lock(folder, name, environment) for name in _candidates(folder))
    known = (lock for lock in locks if lock.platforms or _named_for_conda(lock.path))
    return tuple(lock for lock in known if not lock.header.source)


def read_lock(folder: Path, path: str, environment: str = "environment.yml") -> Lock:
    """Read one lock file; what is wrong with it, also that it is missing or out of date, is in its `problems`."""
    kind = LockKind.CONDA_LOCK if path.endswith((".yml", ".yaml")) else LockKind.EXPLICIT
    if Path(path).is_absolute() or ".." in Path(path).parts:
        message = f"{printable(path)} is outside the folder, which is all that the build can see."
        return Lock(path, kind, problems=(lock_problem(message, "Copy the file into the folder."),))
    try:
        text = read_text(folder, path, MAX_BYTES)
    except CondockError as error:
        return Lock(path, kind, problems=(lock_problem(error.message, error.hint),))
    if kind is LockKind.EXPLICIT and read_header(text).pip:
        kind = LockKind.PIP
    reading = _READ[kind](text)
    problems = (
        *_renamed(reading.problems, path),
        *_of_platforms(path, kind, reading.platforms),
        *_outdated(folder, environment, path, kind, reading.header),
    )
    advice = _renamed(reading.advice, path)
    return Lock(
        path, kind, reading.platforms, problems, advice, reading.header, reading.packages, reading.channels
    )


_READ: Mapping[LockKind, Callable[[str], LockReading]] = {
    LockKind.CONDA_LOCK: read_conda_lock,
    LockKind.EXPLICIT: read_explicit,
    LockKind.PIP: read_pip,
}


def _of_platforms(path: str, kind: LockKind, platforms: tuple[str, ...]) -> Iterable[Problem]:
    if not platforms or platforms == ("noarch",) or set(platforms) & set(CONDA_NAMES):
        return
    message = (
        f"{printable(path)} is for {', '.join(platforms)}: it would install without complaint, and then not start."
    )
    how = (
        "conda-lock lock --platform linux-64"
        if kind is LockKind.CONDA_LOCK
        else "conda-lock render --platform linux-64"
    )
    yield lock_problem(message, f"Make one for Linux (`{how}`), or build from environment.yml.")


def _outdated(folder: Path, environment: str, path: str, kind: LockKind, header: Header) -> Iterable[Problem]:
    """That it does not belong to environment.yml any more: by content where it tells, else by the files' times."""
    document = environment_of(folder, environment)
    if document is None:
        return
    name, of = printable(path), printable(environment)
    if header.fingerprint:
        fingerprint = pip_fingerprint if kind is LockKind.PIP else conda_fingerprint
        if header.fingerprint != fingerprint(document):
            yield lock_problem(f"{name} does not fit {of} any more.", "Make it anew: `condock lock`.")
    elif _behind(folder, path, environment):
        hint = f"Make it anew if the dependencies have changed; if they have not, `touch {name}` says so."
        yield lock_problem(f"{name} is older than {of}.", hint)


def _behind(folder: Path, path: str, other: str) -> bool:
    try:
        return stat_inside(folder, other).st_mtime - stat_inside(folder, path).st_mtime > _CLOCK_SLACK
    except (OSError, CondockError):
        return False


def environment_of(folder: Path, environment: str) -> EnvironmentDocument | None:
    """The document of the folder's environment file; None where it cannot be read, as where there is none."""
    try:
        return read_environment(read_text(folder, environment))
    except CondockError:
        return None


def _renamed(problems: tuple[Problem, ...], path: str) -> tuple[Problem, ...]:
    """The problems of a text as problems of this file."""
    name = printable(path)
    return tuple(replace(found, message=f"{name}: {found.message}", field=FIELD) for found in problems)


def _named_for_conda(path: str) -> bool:
    return Path(path).name.startswith("conda-") or ".conda-lock." in path


def _candidates(folder: Path) -> list[str]:
    """The names of what may be lock files, the likeliest first, as many as are read in a moment."""
    sizes: dict[str, int] = {}
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in islice(entries, _MOST_ENTRIES):
            if any(fnmatchcase(entry.name, pattern) for pattern in _CANDIDATES) and entry.is_file():
                sizes[entry.name] = entry.stat().st_size
    named = (sorted(name for name in sizes if fnmatchcase(name, pattern)) for pattern in _CANDIDATES)
    names = list(dict.fromkeys(chain.from_iterable(named)))[:_MANY]
    read_by_then = accumulate(sizes[name] for name in names)
    return [name for name, size in zip(names, read_by_then, strict=True) if size <= MAX_BYTES]


def lock_problem(message: str, hint: str) -> Problem:
    """A problem of the plan's lock files."""
    return Problem(message, hint, FIELD)
