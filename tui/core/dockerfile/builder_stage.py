"""The builder stage up to the environment: conda, and the package that reads the key."""

from __future__ import annotations

import json
import posixpath
import shlex
from collections.abc import Iterable, Iterator

from tui.core.channels.hosts import CONDARC, HostSettings
from tui.core.dockerfile.instruction import Instruction, run, write_file
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
_CHANNELS = "/etc/conda/condarc.d/condock.yml"
"""Read before conda's other settings (conda 26.7.1, SEARCH_PATH), and `#!final` keeps those from adding any."""
_WHY_CHANNELS = (
    "The channels that the environment file names, and no others: conda would add those that the base image is "
    "configured with. `condock check` solves with the same."
)
_WHY_WORKDIR = (
    "Where the files go that the environment is made from: else that would be wherever the base image begins."
)


def builder_stage(plan: BuildPlan, hosts: HostSettings, channels: Iterable[str] = ()) -> Iterator[Instruction]:
    """From FROM to a conda that shows the key to its hosts, and asks no other channels than these (if any)."""
    base = plan.base
    yield Instruction(f"FROM {with_mirror(base.builder, base.mirror)} AS builder", _WHY_BUILDER)
    yield Instruction("WORKDIR /build", _WHY_WORKDIR)
    if base.accept_tos and catalogue().may_ask_for_tos(base.builder):
        yield Instruction("ENV CONDA_PLUGINS_AUTO_ACCEPT_TOS=yes", _WHY_TOS)
    if plan.secret.mode is not SecretMode.NONE:
        channel = shlex.quote(plan.secret.plugin_channel)
        install = f"--channel {channel} --override-channels anaconda-registration"
        yield Instruction(run(f"conda install --yes --name base {install}"), _WHY_REGISTRATION)
    if hosts.condarc:
        yield Instruction(_write_condarc(hosts.condarc), hosts.condarc_why)
    if listed := "\n".join(f"  - {json.dumps(channel)}" for channel in channels):
        make = f"mkdir -p {posixpath.dirname(_CHANNELS)} && \\\n    "
        text = write_file(f"channels:  #!final\n{listed}\n", _CHANNELS)
        yield Instruction(text.replace("RUN ", f"RUN {make}", 1), _WHY_CHANNELS)


def _write_condarc(text: str) -> str:
    """Write the file beside conda's own settings, wherever this base has its conda."""
    prefix = '"$(dirname "$(dirname "$(command -v conda)")")"'
    make = f"mkdir -p {prefix}/{CONDARC.partition('/')[0]} && \\\n    "
    return write_file(text, f"{prefix}/{CONDARC}").replace("RUN ", f"RUN {make}", 1)
