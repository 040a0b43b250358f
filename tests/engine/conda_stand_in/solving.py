"""Which packages answer to what is asked for, by py-rattler, and conda's words where none do."""

from __future__ import annotations

import asyncio
import sys
from types import TracebackType

import rattler
from rattler.exceptions import GatewayError, SolverError

from . import RELEASE, CondaError
from .base.context import context
from .channels import ANACONDA, Channels, addresses, canonical, short
from .records import Records, in_order

SUBDIRS = [rattler.Subdir.current(), rattler.Subdir("noarch")]


class ResolvePackageNotFound(CondaError):
    """No channel has a package, as conda said it until 26.3."""


class PackagesNotFoundInChannelsError(CondaError):
    """The same since."""


class LibMambaUnsatisfiableError(CondaError):
    """What is asked for does not fit together."""


class Work:
    """A line such as `Solving environment: done`, with the spinner of older ones, which stood in logs too."""

    def __init__(self, title: str) -> None:
        still = context.quiet or RELEASE >= (26, 3)
        self._start = f"{title}: " + ("...working... " if still else "- \b\\ \b| \b")

    def __enter__(self) -> None:
        print(self._start, end="", flush=True)

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        print("done" if kind is None else "failed", flush=True)


def conda_spec(text: str) -> str:
    """A request as conda repeats it."""
    spec = rattler.MatchSpec(text)
    name, version = spec.name.normalized, spec.version
    if version is None:
        return name
    if version.endswith(".*"):
        return f"{name}={version.removesuffix('.*')}"
    return f"{name}{version}" if version.startswith("==") else f"{name}[version='{version}']"


def solve(specs: list[str], channel_names: list[str]) -> Records:
    """The packages to be installed, those that others need first."""
    try:
        return asyncio.run(_solve(specs, channel_names))
    except ResolvePackageNotFound:
        if RELEASE < (26, 3):
            raise
    try:
        asyncio.run(_solve(specs, channel_names))  # newer ones try a second time before they give up
    except ResolvePackageNotFound as error:
        listed = "".join(f"  - {name}\n" for name in channel_names)
        raise PackagesNotFoundInChannelsError(
            "The following packages are not available from current channels:\n\n"
            f"{min(str(error).splitlines()[1:])}\n\nCurrent channels:\n\n{listed}\n"
            "To search for alternate channels that may provide the conda package you're\n"
            "looking for, navigate to\n\n    https://anaconda.org\n\n"
            "and use the search bar at the top of the page.\n"
        ) from None
    raise AssertionError("the second solve found what the first did not")


async def _solve(specs: list[str], channel_names: list[str]) -> Records:
    channels = Channels(addresses(channel_names))
    listed = "".join(f" - {name}\n" for name in channel_names)
    print(f"Channels:\n{listed}Platform: {rattler.Subdir.current()}", flush=True)
    wanted = [rattler.MatchSpec(spec) for spec in specs]
    gateway = _gateway(channels)
    try:
        with Work("Collecting package metadata (repodata.json)"):
            offered, urls = await _query(gateway, channels.urls, wanted)
        with Work("Solving environment"):
            missing = [
                spec for spec, match in zip(specs, wanted, strict=True) if not any(map(match.matches, offered))
            ]
            if missing:
                raise ResolvePackageNotFound("\n" + "\n".join(f"  - {conda_spec(spec)}" for spec in missing))
            system = rattler.VirtualPackage.detect(rattler.VirtualPackageOverrides.from_env())
            found = await rattler.solve(urls, wanted, gateway, SUBDIRS, virtual_packages=system)
    except GatewayError as error:
        raise channels.explain(error) from None
    except SolverError as error:
        raise LibMambaUnsatisfiableError(f"Encountered problems while solving:\n{error}") from None
    return in_order(found)


def _gateway(channels: Channels) -> rattler.Gateway:
    config = rattler.SourceConfig(
        zstd_enabled=False,
        bz2_enabled=False,
        sharded_enabled=False,
        cache_action="force-cache-only" if context.offline else "cache-or-fetch",
    )
    return rattler.Gateway(context.pkgs_dir / "cache", config, client=channels.client())


async def _query(
    gateway: rattler.Gateway, urls: list[str], wanted: list[rattler.MatchSpec]
) -> tuple[Records, list[str]]:
    """What the channels offer, and their addresses; offline those of which nothing is kept are passed over."""
    if not context.offline:
        return [record for found in await gateway.query(urls, SUBDIRS, wanted) for record in found], urls
    offered: Records = []
    kept: list[str] = []
    for url in urls:
        try:
            offered += [record for found in await gateway.query([url], SUBDIRS, wanted) for record in found]
            kept.append(url)
        except GatewayError:
            name = short(url) if url in ANACONDA else canonical(url)
            place = "WARNING conda.conda_libmamba_solver.index:_load_repo_info_from_json_path(582)"
            print(*[f"{place}: Could not load repodata for {name}."] * len(SUBDIRS), sep="\n", file=sys.stderr)
    return offered, kept
