"""Checks whether a plan's lock files can be used together, for its platform, its pip part and its image."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tui.core.errors import Problem
from tui.core.files import Standing, change_of, stamped
from tui.core.locks.lock_header import read_header
from tui.core.locks.locks import MAX_BYTES, Lock, LockKind, environment_of, lock_problem, read_lock
from tui.core.locks.rendered import Rendered
from tui.core.untrusted_text import printable


def lock_problems(
    folder: Path,
    paths: Iterable[str],
    platforms: Iterable[str] = (),
    environment: str = "environment.yml",
    system: Mapping[str, str] | None = None,
) -> tuple[Problem, ...]:
    """The problems of building from these lock files together.

    With platforms such as `linux-64`, also that there is none for one of them; with the versions of `glibc` and
    `cuda` that the image will run with, where they are known, also that the packages may want others.
    """
    locks = tuple(read_lock(folder, path, environment) for path in paths)
    if problems := tuple(problem for lock in locks for problem in lock.problems):
        return problems
    return (
        *_together(locks),
        *_without_pip(folder, environment, locks),
        *(problem for lock in locks for problem in _of_system(lock, system)),
        *_of_platforms(locks, platforms),
    )


def rendered_problems(folder: Path, rendered: Rendered) -> Iterator[Problem]:
    """Why conda-lock.yml cannot be rendered, or a file made from an earlier one that somebody has edited since."""
    if rendered.problem:
        yield rendered.problem
    for one in rendered.locks:
        change = change_of(folder, one.lock.path, stamped(one.text), MAX_BYTES)
        if change.standing is Standing.FOREIGN and read_header(change.old or "").source != one.lock.header.source:
            message = f"{printable(one.lock.path)} was edited by hand, and is not of this conda-lock.yml."
            yield lock_problem(message, "Remove the file: condock makes it anew.")


def _together(locks: tuple[Lock, ...]) -> Iterable[Problem]:
    kinds = [lock.kind for lock in locks]
    alone = len(kinds) > 1 and LockKind.CONDA_LOCK in kinds
    if alone or kinds.count(LockKind.PIP) > 1 or set(kinds) == {LockKind.PIP}:
        hint = "Choose one conda-lock.yml, or `@EXPLICIT` files and at most one file for pip."
        yield lock_problem("These lock files cannot be used together.", hint)
        return
    platforms = [platform for lock in locks if lock.kind is LockKind.EXPLICIT for platform in lock.platforms]
    for platform in sorted({platform for platform in platforms if platforms.count(platform) > 1}):
        yield lock_problem(f"More than one lock file is for {platform}.", "Keep one for each platform.")


def _without_pip(folder: Path, environment: str, locks: tuple[Lock, ...]) -> Iterable[Problem]:
    document = environment_of(folder, environment)
    if document and document.pip and {lock.kind for lock in locks} == {LockKind.EXPLICIT}:
        message = f"{printable(environment)} has packages for pip, and the lock files have none of them."
        yield lock_problem(message, "Make the lock files anew with `condock lock`, or build from environment.yml.")


def _of_system(lock: Lock, system: Mapping[str, str] | None) -> Iterable[Problem]:
    made_for = dict(package.split("=")[:2] for package in lock.header.system if "=" in package)
    if system is None or not made_for:
        return
    name, hint = printable(lock.path), "Make the lock file anew: `condock lock`."
    glibc, has = made_for.get("__glibc", "0"), system.get("glibc", "")
    if has and _numbers(glibc) > _numbers(has):
        yield lock_problem(f"{name} was made for glibc {glibc}, and the image has {has}.", hint)
    cuda, wanted = made_for.get("__cuda", "none"), system.get("cuda", "none")
    if cuda != wanted:
        yield lock_problem(f"{name} was made for CUDA {cuda}, and the plan says {wanted}.", hint)


def _of_platforms(locks: tuple[Lock, ...], platforms: Iterable[str]) -> Iterable[Problem]:
    for platform in platforms:
        if locks and not any(lock.fits(platform) for lock in locks if lock.kind is not LockKind.PIP):
            yield lock_problem(f"No lock file is for {platform}.", f"Add one made for {platform}.")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())
