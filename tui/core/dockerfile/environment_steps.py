"""How the builder makes /env: what the two forms of it share, and the choice between them."""

from __future__ import annotations

import posixpath
import shlex
from collections.abc import Iterable, Iterator

from tui.core.channels.hosts import HostSettings
from tui.core.dataclass import dataclass
from tui.core.dockerfile.command import CACHEBUST
from tui.core.dockerfile.instruction import Instruction, copy, run
from tui.core.images.catalogue import catalogue
from tui.core.locks.locks import Lock, LockKind
from tui.core.plan import BuildPlan, SecretMode
from tui.core.platforms import BY_CONDA_NAME
from tui.core.secret import KEY_VARIABLE

WHY_COPIED_ALONE = (
    "Only the file that names the packages is copied, so that the environment is made anew only when that "
    "file changes, not when your code does."
)
WHY_TARGETARCH = "BuildKit sets it to the platform that is being built: amd64 or arm64."
_WHY_CACHEBUST = (
    "Empty as a rule. BuildKit's cache does not know the key: what a good key once made is used again with a "
    "wrong one. `condock build --check-key` gives a new value here, so that what follows runs again, with the key."
)
_WHY_PIP = (
    "conda's lock files hold no packages of pip, which are installed here, after conda's. The key is not shown: "
    "pip's index is public."
)
_WHY_PIP_FILE = "Lines for pip name this file."

CACHE = "/var/cache/conda/pkgs"
"""The place of downloaded packages in a cache mount. conda copies from it: it is a file system of its own."""
MOUNT = posixpath.dirname(CACHE)
"""Above the packages: conda would unpack `...conda` a folder above them, and that has to be in the mount too."""
ARCHIVES_ONLY = (
    f"find {MOUNT} -mindepth 1 -maxdepth 2 ! -type f ! '(' -type d -path {CACHE} ')' \\\n"
    f"      -exec rm -rf '{{}}' + && mkdir -p {CACHE} &&"
)
"""Whoever builds on this builder can leave something in a cache mount, by a Dockerfile that has no key. Of that
stay plain files alone, of which conda checks the archives: what is unpacked it would install, some indexes
it would unpickle (26.7.1, SubdirData._read_pickled), and it would write through links."""


@dataclass(frozen=True)
class EnvironmentSteps:
    """The files that the environment is made from, and the instructions that both forms have."""

    plan: BuildPlan
    hosts: HostSettings
    locks: tuple[Lock, ...] = ()
    """The lock files it is made from."""
    pip_files: tuple[str, ...] = ()
    """The files that pip's lines name, relative to environment.yml."""
    has_pip: bool = False
    """True where environment.yml has lines for pip."""
    runs_without_network: bool = True
    """True where the engine knows `RUN --network`."""

    @property
    def rendered(self) -> str:
        """The digest of the conda-lock.yml that the lock files were rendered from; empty for others."""
        return next((lock.header.source for lock in self.locks if lock.header.source), "")

    @property
    def explicit(self) -> tuple[Lock, ...]:
        """The `@EXPLICIT` lists, one a platform."""
        return tuple(lock for lock in self.locks if lock.kind is LockKind.EXPLICIT)

    @property
    def wants_key(self) -> bool:
        """True where a secret is mounted at all."""
        return self.plan.secret.mode is not SecretMode.NONE

    def pip_locks(self) -> Iterator[Instruction]:
        """Behind conda's steps, so that a change of pip's part alone does not make those run again."""
        for lock in self.locks:
            if lock.kind is LockKind.PIP:
                yield copy(lock.path, "builder", why=WHY_COPIED_ALONE)
                if not lock.header.source:
                    yield from self.copied_for_pip()
                options = "--no-cache-dir --no-input" + (" --no-deps" if lock.header.no_deps else "")
                install = f"/env/bin/python -m pip install {options} --requirement {shlex.quote(lock.path)}"
                yield Instruction(run(install), _WHY_PIP)

    def copied_for_pip(self) -> Iterator[Instruction]:
        """The files that pip's lines name."""
        for file in beside_environment(self.plan, self.pip_files):
            yield copy(file, "builder", why=_WHY_PIP_FILE)

    def cachebust(self) -> Iterator[Instruction]:
        """Stands right before the first instruction that shows the key: what comes earlier stays cached."""
        if self.wants_key:
            yield Instruction(f"ARG {CACHEBUST}", _WHY_CACHEBUST)

    def with_key(self, command: str, *before: str) -> str:
        """RUN with the key, where the plan has one, and the command's lines."""
        if not self.wants_key:
            return run(command, *before)
        domain = f"ANACONDA_AUTH_DOMAIN={shlex.quote(self.hosts.auth_domain)} " if self.hosts.auth_domain else ""
        return run(domain + command, secret_mount(self.plan), *before)

    @property
    def system(self) -> str:
        """The variables that tell conda what to solve for; a lock is solved already."""
        return "".join(
            f"CONDA_OVERRIDE_{name.upper()}={shlex.quote(version)} " for name, version in self._known.items()
        )

    @property
    def _known(self) -> dict[str, str]:
        return {} if self.locks else known_system(self.plan)

    def why_key(self) -> Iterator[str]:
        """How the key is there, where it is."""
        if self.wants_key:
            what = self.plan.secret.file if self.plan.secret.mode is SecretMode.DOTENV else "The key"
            yield f"{what} is mounted as a file for this one instruction; no layer of the image has it."
            yield "required=true makes a build without the key stop here instead of failing later in other words."
        if self.hosts.auth_domain:
            yield self.hosts.auth_domain_why

    def why_system(self) -> Iterator[str]:
        """The reasons for the variables."""
        if glibc := self._known.get("glibc"):
            yield (
                "CONDA_OVERRIDE_GLIBC makes conda choose packages for the glibc of the image they will run in "
                f"({glibc}), not for the builder's."
            )
        if cuda := self._known.get("cuda"):
            yield f"CONDA_OVERRIDE_CUDA makes conda choose packages for CUDA {cuda}: the builder has no GPU."


def known_system(plan: BuildPlan) -> dict[str, str]:
    """The versions of `glibc` and `cuda` that the image will run with, those that are known."""
    known = {"glibc": catalogue().glibc_of(plan.base.runtime), "cuda": plan.environment.cuda}
    return {name: version for name, version in known.items() if version}


def environment_files(
    plan: BuildPlan, pip_files: Iterable[str] = (), rendered: Iterable[str] = ()
) -> tuple[str, ...]:
    """The files that the stage copies from the folder; `pip_files` are relative to environment.yml.

    `rendered` are the files made from conda-lock.yml.
    """
    own = plan.environment.locks or (plan.environment.file,)
    return (*own, *rendered, *beside_environment(plan, pip_files))


def beside_environment(plan: BuildPlan, files: Iterable[str]) -> Iterator[str]:
    """The paths, which are relative to environment.yml, relative to the folder."""
    folder = posixpath.dirname(plan.environment.file)
    return (posixpath.normpath(posixpath.join(folder, file)) for file in files)


def secret_mount(plan: BuildPlan) -> str:
    """The option of RUN that shows the key to one instruction."""
    if plan.secret.mode is SecretMode.DOTENV:
        return "--mount=type=secret,id=dotenv,target=.env,required=true"
    return f"--mount=type=secret,id={KEY_VARIABLE},required=true"


def choose_lock(explicit: Iterable[Lock]) -> str:
    """Choose the lock of the platform that is built: conda itself would install a wrong one in silence."""
    cases = [
        f"{BY_CONDA_NAME[lock.platform].architecture}) lock={shlex.quote(lock.path)} ;;"
        for lock in explicit
        if lock.platform
    ]
    cases.append('*) echo "There is no lock file for $TARGETARCH." >&2; exit 1 ;;')
    chosen = " \\\n      ".join(cases)
    return f'case "$TARGETARCH" in \\\n      {chosen} \\\n    esac &&'
