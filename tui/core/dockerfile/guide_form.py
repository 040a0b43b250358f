"""The environment as Anaconda's guide makes it: one instruction that downloads and installs, with the key."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tui.core.dockerfile.environment_steps import (
    ARCHIVES_ONLY,
    CACHE,
    MOUNT,
    WHY_COPIED_ALONE,
    WHY_TARGETARCH,
    EnvironmentSteps,
    choose_lock,
)
from tui.core.dockerfile.instruction import Instruction, copy
from tui.core.locks.locks import LockKind

_WHY_CACHE = (
    "The cache mount keeps downloaded packages on the builder, outside the image: when the packages change, those "
    "that stay are not fetched again. The key is not in it; the packages are, for all who build on this builder. "
    "Of an earlier build only the archives stay, which conda checks: any of those could leave more there."
)
_WHY_CONDA_LOCK = "conda-lock reads conda-lock.yml. It stays in the builder."
COULD_READ = "The packages' own scripts, and what pip builds, run in this instruction and could read the key."
"""Said where the guide's form is; nothing is known of any package that does."""

_CACHE_MOUNT = f"--mount=type=cache,id=condock-pkgs,target={MOUNT},sharing=locked"
"""Locked, since conda has no lock of its own for packages: builds that run at once wait for each other."""


def guide_form(steps: EnvironmentSteps) -> Iterator[Instruction]:
    """From the first file that is copied to the finished environment."""
    kinds = {lock.kind for lock in steps.locks}
    if LockKind.CONDA_LOCK in kinds:
        yield from _conda_lock(steps, steps.locks[0].path)
    elif kinds:
        yield from _explicit(steps)
    else:
        yield from _solved(steps)


def _solved(steps: EnvironmentSteps) -> Iterator[Instruction]:
    file = steps.plan.environment.file
    yield copy(file, "builder", why=WHY_COPIED_ALONE)
    yield from steps.copied_for_pip()
    yield from steps.cachebust()
    yield _create(steps, f"conda env create --yes --prefix /env --file {shlex.quote(file)}")


def _conda_lock(steps: EnvironmentSteps, lock: str) -> Iterator[Instruction]:
    yield from steps.cachebust()
    yield Instruction(steps.with_key("conda install --yes --name base conda-lock"), _WHY_CONDA_LOCK)
    yield copy(lock, "builder", why=WHY_COPIED_ALONE)
    yield _create(steps, f"conda lock install --prefix /env {shlex.quote(lock)}")


def _explicit(steps: EnvironmentSteps) -> Iterator[Instruction]:
    yield Instruction("ARG TARGETARCH", WHY_TARGETARCH)
    for lock in steps.explicit:
        yield copy(lock.path, "builder", why=WHY_COPIED_ALONE)
    yield from steps.cachebust()
    yield _create(steps, 'conda create --yes --prefix /env --file "$lock"', choose_lock(steps.explicit))
    yield from steps.pip_locks()


def _create(steps: EnvironmentSteps, command: str, *before: str) -> Instruction:
    """The instruction that makes /env, with lines of the shell before the command."""
    cache = (
        (_CACHE_MOUNT, ARCHIVES_ONLY, f"export CONDA_PKGS_DIRS={CACHE} &&")
        if steps.plan.build.package_cache
        else ()
    )
    why = ["Makes the environment in /env.", *steps.why_key(), *([COULD_READ] if steps.wants_key else [])]
    why += [_WHY_CACHE] if steps.plan.build.package_cache else []
    return Instruction(
        steps.with_key(steps.system + command, *cache, *before), " ".join((*why, *steps.why_system()))
    )
