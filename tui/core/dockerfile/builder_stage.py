"""The builder stage up to the environment: conda, and the package that reads the key."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tui.core.channels.hosts import CONDARC, HostSettings
from tui.core.dockerfile.instruction import Instruction, run
from tui.core.images.catalogue import catalogue
from tui.core.images.reference import with_mirror
from tui.core.plan import BuildPlan, SecretMode

_WHY_REGISTRATION = (
    "anaconda-registration is what reads the key from the build secret and shows it to the channels. The "
    "channel it comes from is public. --override-channels asks no other channel, because the others would "
    "already want the key; --yes answers conda's question, which nobody can answer in a build."
)
_WHY_TOS = (
    "You accepted Anaconda's Terms of Service in the base image step. conda in this base asks for that, and in a "
    "build nobody can answer. The line is in the builder only."
)
_WHY_BUILDER = (
    "The first stage has conda and makes the environment. It is not shipped: only what the second stage copies "
    "from it is. The digest behind @ holds the image still, whatever happens to its tag."
)


def builder_stage(plan: BuildPlan, hosts: HostSettings) -> Iterator[Instruction]:
    """From FROM to a conda that shows the key to its hosts."""
    base = plan.base
    yield Instruction(f"FROM {with_mirror(base.builder, base.mirror)} AS builder", _WHY_BUILDER)
    if base.accept_tos and catalogue().may_ask_for_tos(base.builder):
        yield Instruction("ENV CONDA_PLUGINS_AUTO_ACCEPT_TOS=yes", _WHY_TOS)
    if plan.secret.mode is not SecretMode.NONE:
        channel = shlex.quote(plan.secret.plugin_channel)
        install = f"--channel {channel} --override-channels anaconda-registration"
        yield Instruction(run(f"conda install --yes --name base {install}"), _WHY_REGISTRATION)
    if hosts.condarc:
        yield Instruction(_write_condarc(hosts.condarc), hosts.condarc_why)


def _write_condarc(text: str) -> str:
    """Write the file beside conda's own settings, wherever this base has its conda."""
    lines = " \\\n      ".join(shlex.quote(line) for line in text.splitlines())
    prefix = '"$(dirname "$(dirname "$(command -v conda)")")"'
    make = f"mkdir -p {prefix}/{CONDARC.partition('/')[0]}"
    return f"RUN {make} && \\\n    printf '%s\\n' \\\n      {lines} \\\n      > {prefix}/{CONDARC}"
