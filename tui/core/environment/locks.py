"""The lock files of a folder, and whether they can be installed into a Linux image."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from tui.core.environment.lock_text import read_conda_lock, read_explicit
from tui.core.environment.text_file import read_text
from tui.core.errors import CondockError, Problem
from tui.core.text import printable

FIELD = "environment.locks"
LINUX = ("linux-64", "linux-aarch64")
"""The platforms of images that condock builds, as conda names them."""
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
_CLOCK_SLACK = 2.0
"""Seconds: a checkout writes files one after another."""


class LockKind(StrEnum):
    """The two forms of lock files that conda's tools read."""

    CONDA_LOCK = "conda-lock"
    """conda-lock's own file, for several platforms (version 1)."""
    EXPLICIT = "explicit"
    """A list of addresses for one platform; `conda create --file` installs it without solving."""


@dataclass(frozen=True)
class Lock:
    """One lock file, by its path relative to the folder."""

    path: str
    kind: LockKind
    platforms: tuple[str, ...] = ()
    """As conda names them; `noarch` alone where the packages fit any."""
    problems: tuple[Problem, ...] = ()
    advice: tuple[Problem, ...] = ()

    def fits(self, platform: str) -> bool:
        """Whether it can be installed on this platform, such as `linux-64`."""
        return platform in self.platforms or self.platforms == ("noarch",)


def find_locks(folder: Path, environment: str = "environment.yml") -> tuple[Lock, ...]:
    """The lock files in the folder itself, conda-lock's first; files of other tools are passed over."""
    names = dict.fromkeys(path.name for pattern in _CANDIDATES for path in _sorted(folder, pattern))
    locks = (read_lock(folder, name, environment) for name in list(names)[:_MANY])
    return tuple(lock for lock in locks if lock.platforms or _named_for_conda(lock.path))


def read_lock(folder: Path, path: str, environment: str = "environment.yml") -> Lock:
    """Read one lock file; what is wrong with it, also that it is missing, is in its `problems`."""
    kind = LockKind.CONDA_LOCK if path.endswith((".yml", ".yaml")) else LockKind.EXPLICIT
    if Path(path).is_absolute() or ".." in Path(path).parts:
        message = f"{printable(path)} is outside the folder, which is all that the build can see."
        return Lock(path, kind, problems=(_problem(message, "Copy the file into the folder."),))
    try:
        text = read_text(folder / path, MAX_BYTES)
    except CondockError as error:
        return Lock(path, kind, problems=(_problem(error.message, error.hint),))
    reading = read_conda_lock(text) if kind is LockKind.CONDA_LOCK else read_explicit(text)
    problems = (*_renamed(reading.problems, path), *_of_platforms(path, kind, reading.platforms))
    advice = (*_renamed(reading.advice, path), *_age(folder, path, environment))
    return Lock(path, kind, reading.platforms, problems, advice)


def lock_problems(folder: Path, paths: Iterable[str], platform: str = "") -> tuple[Problem, ...]:
    """What stands in the way of building from these lock files together.

    With a platform such as `linux-64`, also that none of them is for it.
    """
    locks = tuple(read_lock(folder, path) for path in paths)
    problems = [problem for lock in locks for problem in lock.problems]
    if not problems:
        problems += _together(locks)
        if platform and locks and not any(lock.fits(platform) for lock in locks):
            problems.append(_problem(f"No lock file is for {platform}.", f"Add one made for {platform}."))
    return tuple(problems)


def lock_platforms(locks: Iterable[Lock]) -> dict[str, str]:
    """The platform of each `@EXPLICIT` file by its path; a file of noarch packages alone counts for the first."""
    return {
        lock.path: next((platform for platform in LINUX if lock.fits(platform)), "")
        for lock in locks
        if lock.kind is LockKind.EXPLICIT
    }


def _together(locks: tuple[Lock, ...]) -> Iterable[Problem]:
    if len({lock.kind for lock in locks}) > 1 or sum(lock.kind is LockKind.CONDA_LOCK for lock in locks) > 1:
        yield _problem(
            "These lock files cannot be used together.", "Choose one conda-lock.yml, or `@EXPLICIT` files."
        )
        return
    platforms = [platform for lock in locks if lock.kind is LockKind.EXPLICIT for platform in lock.platforms]
    for platform in sorted({platform for platform in platforms if platforms.count(platform) > 1}):
        yield _problem(f"More than one lock file is for {platform}.", "Keep one for each platform.")


def _of_platforms(path: str, kind: LockKind, platforms: tuple[str, ...]) -> Iterable[Problem]:
    if not platforms or platforms == ("noarch",) or set(platforms) & set(LINUX):
        return
    message = (
        f"{printable(path)} is for {', '.join(platforms)}: it would install without complaint, and then not start."
    )
    how = (
        "conda-lock lock --platform linux-64"
        if kind is LockKind.CONDA_LOCK
        else "conda-lock render --platform linux-64"
    )
    yield _problem(message, f"Make one for Linux (`{how}`), or build from environment.yml.")


def _age(folder: Path, path: str, environment: str) -> Iterable[Problem]:
    try:
        behind = (folder / environment).stat().st_mtime - (folder / path).stat().st_mtime
    except OSError:
        return
    if behind > _CLOCK_SLACK:
        message = f"{printable(path)} is older than {printable(environment)}."
        yield _problem(message, "If you have changed the dependencies since, make the lock file anew.")


def _renamed(problems: tuple[Problem, ...], path: str) -> tuple[Problem, ...]:
    """The problems of a text as problems of this file."""
    name = printable(path)
    return tuple(replace(found, message=f"{name}: {found.message}", field=FIELD) for found in problems)


def _named_for_conda(path: str) -> bool:
    return Path(path).name.startswith("conda-") or ".conda-lock." in path


def _sorted(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(path for path in folder.glob(pattern) if path.is_file())
    except OSError:
        return []


def _problem(message: str, hint: str) -> Problem:
    return Problem(message, hint, FIELD)
