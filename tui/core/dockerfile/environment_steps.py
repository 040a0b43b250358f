"""How the builder makes /env: from environment.yml, conda-lock.yml, or `@EXPLICIT` lists and pip's part."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tui.core.channels.hosts import HostSettings
from tui.core.dockerfile.command import CACHEBUST
from tui.core.dockerfile.instruction import Instruction, copy, run
from tui.core.images.catalogue import catalogue
from tui.core.locks.locks import Lock, LockKind
from tui.core.plan import BuildPlan, SecretMode
from tui.core.platforms import BY_CONDA_NAME
from tui.core.secret import KEY_VARIABLE

_WHY_COPIED_ALONE = (
    "Only the file that names the packages is copied, so that the environment is made anew only when that "
    "file changes, not when your code does."
)
_WHY_CACHEBUST = (
    "Empty as a rule. BuildKit's cache does not know the key: what a good key once made is used again with a "
    "wrong one. `condock build --check-key` gives a new value here, so that what follows runs again, with the key."
)
_WHY_CACHE = (
    "The cache mount keeps downloaded packages on the builder, outside the image: when the packages change, those "
    "that stay are not fetched again. With 50 packages (76 MB, over 100 Mbit/s) and one more, conda took 1.3 s "
    "instead of 8.5 s. The key is not in it; the packages are, for all who build on this builder."
)
_WHY_PIP = (
    "conda's lock files hold no packages of pip, which are installed here, after conda's. The key is not shown: "
    "pip's index is public."
)
_WHY_PIP_FILE = "Lines for pip name this file."
_WHY_CONDA_LOCK = "conda-lock reads conda-lock.yml. It stays in the builder."
_WHY_TARGETARCH = "BuildKit sets it to the platform that is being built: amd64 or arm64."

# conda copies from it, since a mount is a file system of its own (conda/core/link.py). The figures above are those
# of conda after 26.7.1 (0f64223) on Docker 26.1.5, with packages of random bytes and a loopback slowed down.
_CACHE = "/var/cache/conda/pkgs"
_CACHE_MOUNT = f"--mount=type=cache,id=condock-pkgs,target={_CACHE},sharing=locked"
"""Locked, since conda has no lock of its own for packages: builds that run at once wait for each other."""


@dataclass(frozen=True)
class EnvironmentSteps:
    """Makes the instructions that create the environment."""

    plan: BuildPlan
    hosts: HostSettings
    locks: tuple[Lock, ...] = ()
    """The plan's lock files."""
    pip_files: tuple[str, ...] = ()
    """The files that pip's lines name, relative to environment.yml."""

    def instructions(self) -> Iterator[Instruction]:
        """From the first file that is copied to the finished environment."""
        kinds = {lock.kind for lock in self.locks}
        if LockKind.CONDA_LOCK in kinds:
            yield from self._conda_lock(self.locks[0].path)
        elif kinds:
            yield from self._explicit()
        else:
            yield from self._solved()

    def _solved(self) -> Iterator[Instruction]:
        file = self.plan.environment.file
        yield copy(file, "builder", why=_WHY_COPIED_ALONE)
        yield from self._copied_for_pip()
        yield from self._cachebust()
        yield self._create(f"conda env create --yes --prefix /env --file {shlex.quote(file)}")

    def _conda_lock(self, lock: str) -> Iterator[Instruction]:
        yield from self._cachebust()
        yield Instruction(self._authenticated("conda install --yes --name base conda-lock"), _WHY_CONDA_LOCK)
        yield copy(lock, "builder", why=_WHY_COPIED_ALONE)
        yield self._create(f"conda lock install --prefix /env {shlex.quote(lock)}")

    def _explicit(self) -> Iterator[Instruction]:
        yield Instruction("ARG TARGETARCH", _WHY_TARGETARCH)
        explicit = [lock for lock in self.locks if lock.kind is LockKind.EXPLICIT]
        for lock in explicit:
            yield copy(lock.path, "builder", why=_WHY_COPIED_ALONE)
        yield from self._cachebust()
        yield self._create('conda create --yes --prefix /env --file "$lock"', _choose(explicit))
        for lock in self.locks:
            if lock.kind is LockKind.PIP:
                yield from self._pip(lock)

    def _pip(self, lock: Lock) -> Iterator[Instruction]:
        """Behind conda's step, so that a change of pip's part alone does not make that one run again."""
        yield copy(lock.path, "builder", why=_WHY_COPIED_ALONE)
        yield from self._copied_for_pip()
        options = "--no-cache-dir --no-input" + (" --no-deps" if lock.header.no_deps else "")
        install = f"/env/bin/python -m pip install {options} --requirement {shlex.quote(lock.path)}"
        yield Instruction(run(install), _WHY_PIP)

    def _copied_for_pip(self) -> Iterator[Instruction]:
        for file in beside_environment(self.plan, self.pip_files):
            yield copy(file, "builder", why=_WHY_PIP_FILE)

    def _cachebust(self) -> Iterator[Instruction]:
        """Stands right before the first instruction that shows the key: what comes earlier stays cached."""
        if self._wants_key:
            yield Instruction(f"ARG {CACHEBUST}", _WHY_CACHEBUST)

    def _create(self, command: str, *before: str) -> Instruction:
        """The instruction that makes /env, with lines of the shell before the command."""
        cache = (_CACHE_MOUNT, f"export CONDA_PKGS_DIRS={_CACHE} &&") if self.plan.build.package_cache else ()
        system = (
            f"CONDA_OVERRIDE_{name.upper()}={shlex.quote(version)} " for name, version in self._system.items()
        )
        return Instruction(
            self._authenticated("".join((*system, command)), *cache, *before), " ".join(self._why_create())
        )

    def _authenticated(self, command: str, *before: str) -> str:
        if not self._wants_key:
            return run(command, *before)
        domain = f"ANACONDA_AUTH_DOMAIN={shlex.quote(self.hosts.auth_domain)} " if self.hosts.auth_domain else ""
        return run(domain + command, secret_mount(self.plan), *before)

    @property
    def _wants_key(self) -> bool:
        return self.plan.secret.mode is not SecretMode.NONE

    @property
    def _system(self) -> dict[str, str]:
        """The system that conda is to solve for; a lock is solved already."""
        return {} if self.locks else known_system(self.plan)

    def _why_create(self) -> Iterator[str]:
        yield "Makes the environment in /env."
        if self._wants_key:
            what = self.plan.secret.file if self.plan.secret.mode is SecretMode.DOTENV else "The key"
            yield f"{what} is mounted as a file for this one instruction; no layer of the image has it."
            yield "required=true makes a build without the key stop here instead of failing later in other words."
        if self.hosts.auth_domain:
            yield self.hosts.auth_domain_why
        if self.plan.build.package_cache:
            yield _WHY_CACHE
        if glibc := self._system.get("glibc"):
            yield (
                "CONDA_OVERRIDE_GLIBC makes conda choose packages for the glibc of the image they will run in "
                f"({glibc}), not for the builder's."
            )
        if cuda := self._system.get("cuda"):
            yield f"CONDA_OVERRIDE_CUDA makes conda choose packages for CUDA {cuda}: the builder has no GPU."


def known_system(plan: BuildPlan) -> dict[str, str]:
    """The versions of `glibc` and `cuda` that the image will run with, those that are known."""
    known = {"glibc": catalogue().glibc_of(plan.base.runtime), "cuda": plan.environment.cuda}
    return {name: version for name, version in known.items() if version}


def environment_files(plan: BuildPlan, pip_files: Iterable[str] = ()) -> tuple[str, ...]:
    """The files that the stage copies from the folder; `pip_files` are relative to environment.yml."""
    return (*(plan.environment.locks or (plan.environment.file,)), *beside_environment(plan, pip_files))


def beside_environment(plan: BuildPlan, files: Iterable[str]) -> Iterator[str]:
    """The paths, which are relative to environment.yml, relative to the folder."""
    folder = posixpath.dirname(plan.environment.file)
    return (posixpath.normpath(posixpath.join(folder, file)) for file in files)


def secret_mount(plan: BuildPlan) -> str:
    """The option of RUN that shows the key to one instruction."""
    if plan.secret.mode is SecretMode.DOTENV:
        return "--mount=type=secret,id=dotenv,target=.env,required=true"
    return f"--mount=type=secret,id={KEY_VARIABLE},required=true"


def _choose(explicit: Iterable[Lock]) -> str:
    """Choose the lock of the platform that is built: conda itself would install a wrong one in silence."""
    cases = [
        f"{BY_CONDA_NAME[lock.platform].architecture}) lock={shlex.quote(lock.path)} ;;"
        for lock in explicit
        if lock.platform
    ]
    cases.append('*) echo "There is no lock file for $TARGETARCH." >&2; exit 1 ;;')
    chosen = " \\\n      ".join(cases)
    return f'case "$TARGETARCH" in \\\n      {chosen} \\\n    esac &&'
