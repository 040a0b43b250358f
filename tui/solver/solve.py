"""Solving, and what can be found out where it fails."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from difflib import get_close_matches

from rattler import (
    ChannelPriority,
    Gateway,
    GenericVirtualPackage,
    MatchSpec,
    PackageName,
    PackageRecord,
    RepoDataRecord,
    Version,
    solve,
)
from rattler.exceptions import GatewayError, SolverError
from rattler.package import BuildString

from tui.solver.channels import Channels, names_of, versions_of
from tui.solver.messages import Emit, Failed, Message
from tui.solver.specs import Spec, read_specs

PLATFORMS = ("linux-64", "linux-aarch64", "osx-arm64", "win-64")
"""The platforms on which a missing package is looked for."""
EXPLAIN_WITHIN = 10.0
"""Seconds for one of them."""
_PIP = Spec("pip", MatchSpec("pip"))
# At the root of the solver's tree of reasons, or at one of its leaves.
_ABSENT = r"No candidates were found for (\S+)|─ (\S+)[^\n]*for which no candidates were found"


async def solved(channels: Channels, message: Message, emit: Emit) -> Message:
    """The packages of a request, each after those it depends on. Raises Failed."""
    message = {**message, "platforms": [message["platform"], "noarch"]}
    gateway = await channels.load(message["channels"], message["platforms"], emit)
    specs = await read_specs(gateway, message)
    emit(stage="solving")
    reasons = ""
    # conda's own priority, flexible, is between the two: it takes the later channel where the first has no answer.
    for priority in (ChannelPriority.Strict, ChannelPriority.Disabled)[: len(message["channels"])]:
        try:
            records = await _with_pip(gateway, specs, message, priority)
            return {"packages": _packages(records), "relaxed": priority is ChannelPriority.Disabled}
        except SolverError as error:
            reasons = str(error)
    emit(stage="explaining")
    absent = await _absent(channels, gateway, message, reasons)
    raise Failed("unsolvable", reasons, specs=[spec.known_as for spec in specs], absent=absent)


async def _with_pip(
    gateway: Gateway, specs: list[Spec], message: Message, priority: ChannelPriority
) -> list[RepoDataRecord]:
    """The records of a solution. Raises SolverError.

    conda has each python need pip (`add_pip_as_python_dependency`, true where nobody says otherwise).
    """
    names = {spec.name for spec in specs}
    if "python" in names and _PIP.name not in names:
        specs = [*specs, _PIP]
    records = await _solve(gateway, specs, message, priority)
    found = {record.name.normalized for record in records}
    if "python" in found and _PIP.name not in found:
        return await _solve(gateway, [*specs, _PIP], message, priority)
    return records


async def _solve(
    gateway: Gateway, specs: list[Spec], message: Message, priority: ChannelPriority
) -> list[RepoDataRecord]:
    return await solve(
        message["channels"],
        [spec.match for spec in specs],
        gateway,
        message["platforms"],
        virtual_packages=[_virtual(text) for text in message["virtual_packages"]],
        channel_priority=priority,
        channel_relations="disabled",  # conda does not follow them
    )


def _virtual(text: str) -> GenericVirtualPackage:
    name, version, build = text.split("=")
    return GenericVirtualPackage(PackageName(name), Version(version), BuildString(build))


def _packages(records: list[RepoDataRecord]) -> list[Message]:
    by_name = {record.name.normalized: record for record in records}
    return [_package(by_name[record.name.normalized]) for record in PackageRecord.sort_topologically([*records])]


def _package(record: RepoDataRecord) -> Message:
    noarch = record.noarch
    return {
        "name": record.name.normalized,
        "version": str(record.version),
        "build": str(record.build),
        "subdir": record.subdir,
        "url": record.url,
        "sha256": (record.sha256 or b"").hex(),
        "md5": (record.md5 or b"").hex(),
        "size": record.size,
        "noarch": "python" if noarch.python else "generic" if noarch.generic else "",
        "depends": record.depends,
    }


async def _absent(channels: Channels, gateway: Gateway, message: Message, reasons: str) -> dict[str, Message]:
    """Of packages that no channel has as they are wanted: their versions, platforms, or names like theirs."""
    sources, platforms = message["channels"], [message["platform"], "noarch"]
    found = dict.fromkeys(name for match in re.findall(_ABSENT, reasons) for name in match if name)
    told: dict[str, Message] = {}
    for name in [name for name in found if not name.startswith("__")][:3]:
        versions = await versions_of(gateway, sources, platforms, name)
        elsewhere = [] if versions else await _elsewhere(channels, sources, message["platform"], name)
        known = [] if versions or elsewhere else await names_of(gateway, sources, platforms)
        similar = get_close_matches(name, known)
        told[name] = {"versions": versions, "platforms": elsewhere, "similar": similar}
    return told


async def _elsewhere(channels: Channels, sources: Sequence[str], platform: str, name: str) -> list[str]:
    """The other platforms that have this package, as far as they can be asked in time."""

    async def has(other: str) -> bool:
        try:
            async with asyncio.timeout(EXPLAIN_WITHIN):
                gateway = await channels.load(sources, [other])
                return bool(await versions_of(gateway, sources, [other], name))
        except (Failed, GatewayError, TimeoutError):
            return False

    others = [other for other in PLATFORMS if other != platform]
    answers = await asyncio.gather(*map(has, others))
    return [other for other, there in zip(others, answers, strict=True) if there]
