"""The builder stage: conda, the package that reads the key, and the environment."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tui.core.account.hosts import CONDARC, HostSettings
from tui.core.image.bases import catalogue
from tui.core.image.instruction import Instruction, copy
from tui.core.image.reference import with_mirror
from tui.core.plan import BuildPlan, SecretMode
from tui.core.secret import KEY_VARIABLE

_ARCHITECTURES = {"linux-64": "amd64", "linux-aarch64": "arm64"}

_WHY_REGISTRATION = (
    "anaconda-registration is what reads the key from the build secret and shows it to the channels. The "
    "channel it comes from is public. --override-channels asks no other channel, because the others would "
    "already want the key; --yes answers conda's question, which nobody can answer in a build."
)
_WHY_COPIED_ALONE = (
    "Only the file that names the packages is copied, so that the environment is made anew only when that "
    "file changes, not when your code does."
)
_WHY_TOS = (
    "You accepted Anaconda's Terms of Service in the base image step. conda in this base asks for that, and in a "
    "build nobody can answer. The line is in the builder only."
)
_WHY_BUILDER = (
    "The first stage has conda and makes the environment. It is not shipped: only what the second stage copies "
    "from it is. The digest behind @ holds the image still, whatever happens to its tag."
)
_WHY_CONDA_LOCK = "conda-lock reads conda-lock.yml. It stays in the builder."
_WHY_TARGETARCH = "BuildKit sets it to the platform that is being built: amd64 or arm64."


@dataclass(frozen=True)
class BuilderStage:
    """What the stage is made from."""

    plan: BuildPlan
    lock_platforms: Mapping[str, str]
    hosts: HostSettings

    def instructions(self) -> Iterator[Instruction]:
        """The stage, from FROM to the finished environment in /env."""
        base = self.plan.base
        yield Instruction(f"FROM {with_mirror(base.builder, base.mirror)} AS builder", _WHY_BUILDER)
        if base.accept_tos and catalogue().may_ask_for_tos(base.builder):
            yield Instruction("ENV CONDA_PLUGINS_AUTO_ACCEPT_TOS=yes", _WHY_TOS)
        if self._wants_key:
            channel = shlex.quote(self.plan.secret.plugin_channel)
            install = f"--channel {channel} --override-channels anaconda-registration"
            yield Instruction(_run(f"conda install --yes --name base {install}"), _WHY_REGISTRATION)
        if self.hosts.condarc:
            yield Instruction(_write_condarc(self.hosts.condarc), self.hosts.condarc_why)
        yield from self._environment()

    @property
    def _wants_key(self) -> bool:
        return self.plan.secret.mode is not SecretMode.NONE

    def _environment(self) -> Iterator[Instruction]:
        environment = self.plan.environment
        if environment.locks and not self.lock_platforms:
            yield from self._conda_lock(environment.locks[0])
            return
        if environment.locks:
            yield Instruction("ARG TARGETARCH", _WHY_TARGETARCH)
            create = _explicit(self.lock_platforms)
        else:
            create = f"conda env create --yes --prefix /env --file {shlex.quote(environment.file)}"
        for file in environment.locks or (environment.file,):
            yield copy(file, "builder", why=_WHY_COPIED_ALONE)
        yield self._create(create)

    def _conda_lock(self, lock: str) -> Iterator[Instruction]:
        yield Instruction(self._authenticated("conda install --yes --name base conda-lock"), _WHY_CONDA_LOCK)
        yield copy(lock, "builder", why=_WHY_COPIED_ALONE)
        yield self._create(f"conda lock install --prefix /env {shlex.quote(lock)}")

    def _create(self, command: str) -> Instruction:
        variables = f"CONDA_OVERRIDE_GLIBC={self._glibc} " if self._glibc else ""
        return Instruction(self._authenticated(variables + command), " ".join(self._why_create()))

    def _authenticated(self, command: str) -> str:
        if not self._wants_key:
            return _run(command)
        domain = f"ANACONDA_AUTH_DOMAIN={shlex.quote(self.hosts.auth_domain)} " if self.hosts.auth_domain else ""
        return _run(domain + command, secret_mount(self.plan))

    @property
    def _glibc(self) -> str:
        """What conda is to solve for; a lock is solved already."""
        return "" if self.plan.environment.locks else catalogue().glibc_of(self.plan.base.runtime)

    def _why_create(self) -> Iterator[str]:
        yield "Makes the environment in /env."
        if self._wants_key:
            what = self.plan.secret.file if self.plan.secret.mode is SecretMode.DOTENV else "The key"
            yield f"{what} is mounted as a file for this one instruction; no layer of the image has it."
            yield "required=true makes a build without the key stop here instead of failing later in other words."
        if self.hosts.auth_domain:
            yield self.hosts.auth_domain_why
        if self._glibc:
            yield (
                "CONDA_OVERRIDE_GLIBC makes conda choose packages for the glibc of the image they will run in "
                f"({self._glibc}), not for the builder's."
            )


def secret_mount(plan: BuildPlan) -> str:
    """The option of RUN that shows the key to one instruction."""
    if plan.secret.mode is SecretMode.DOTENV:
        return "--mount=type=secret,id=dotenv,target=.env,required=true"
    return f"--mount=type=secret,id={KEY_VARIABLE},required=true"


def _run(command: str, mount: str = "") -> str:
    """RUN with a long command's options a line each."""
    if "\n" not in command and len(command) >= 90:
        command = re.sub(r" (--(?:name|prefix|channel|override-channels|file)\b)", r" \\\n    \1", command)
    return f"RUN {mount} \\\n    {command}" if mount else f"RUN {command}"


def _explicit(lock_platforms: Mapping[str, str]) -> str:
    """Choose the lock of the platform that is built: conda itself would install a wrong one in silence."""
    cases = [
        f"{_ARCHITECTURES[platform]}) lock={shlex.quote(file)} ;;"
        for file, platform in lock_platforms.items()
        if platform in _ARCHITECTURES
    ]
    cases.append('*) echo "There is no lock file for $TARGETARCH." >&2; exit 1 ;;')
    chosen = " \\\n      ".join(cases)
    create = 'conda create --yes --prefix /env --file "$lock"'
    return f'case "$TARGETARCH" in \\\n      {chosen} \\\n    esac && \\\n    {create}'


def _write_condarc(text: str) -> str:
    """Write the file beside conda's own settings, wherever this base has its conda."""
    lines = " \\\n      ".join(shlex.quote(line) for line in text.splitlines())
    prefix = '"$(dirname "$(dirname "$(command -v conda)")")"'
    make = f"mkdir -p {prefix}/{CONDARC.partition('/')[0]}"
    return f"RUN {make} && \\\n    printf '%s\\n' \\\n      {lines} \\\n      > {prefix}/{CONDARC}"
