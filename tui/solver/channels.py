"""The indexes of channels: fetched, with the key where it is shown, and cached while the network is away."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from rattler import Gateway, MatchSpec, PackageName
from rattler.exceptions import GatewayError, InvalidMatchSpecError, InvalidPackageNameError
from rattler.networking import AddHeadersMiddleware, Client
from rattler.networking.fetch_repo_data import CacheAction
from rattler.repo_data.gateway import SourceConfig

from tui.solver.messages import Emit, Failed, all_of, silent

PATIENCE = 60.0
"""Seconds without any sign of life from the channels."""
_TICK = 0.2
_NO_SHARDS = r"HTTP status .*repodata_shards"
_REFUSED = "HTTP status client error"
_A_DAY = 86_400


class Channels:
    """The channels, and who of their hosts is shown the key."""

    def __init__(self, key: str, folder: Path) -> None:
        self._key = key
        self._folder = folder
        self.shown: dict[str, bool] = {}
        """The hosts of the channels, without their ports: py-rattler does not tell the port of a request."""
        self._requests = 0
        self.client = Client([AddHeadersMiddleware(self._headers)])
        self._gateways = cache(self._gateway)  # they keep what they have loaded

    def sweep(self) -> None:
        """Remove what downloads that were broken off have left; one of today may be going on elsewhere."""
        for file in self._folder.glob(".tmp*"):
            if file.stat().st_mtime < time.time() - _A_DAY:
                file.unlink(missing_ok=True)

    async def load(self, channels: Sequence[str], platforms: Sequence[str], emit: Emit = silent) -> Gateway:
        """A gateway that has the indexes of these channels. Raises Failed."""
        try:
            return await self._load(self._gateways(), channels, platforms, emit)
        except Failed as failed:
            if not re.search(_NO_SHARDS, failed.text):
                raise
        # A server that knows no sharded indexes should say 404 where one would be, but may say anything.
        return await self._load(self._gateways(sharded=False), channels, platforms, emit)

    async def load_or_cached(self, channels: Sequence[str], platforms: Sequence[str]) -> tuple[Gateway, bool]:
        """The same, and whether it is from the cache alone because the channels cannot be reached now."""
        try:
            return await self.load(channels, platforms), False
        except Failed as failed:
            if _REFUSED in failed.text:
                raise
            for sharded in (False, True):
                cached = await self._load_cached(sharded, channels, platforms)
                if cached:
                    return cached, True
            raise

    async def _load_cached(
        self, sharded: bool, channels: Sequence[str], platforms: Sequence[str]
    ) -> Gateway | None:
        gateway = self._gateways(sharded, "force-cache-only")
        try:
            return await self._load(gateway, channels, platforms, silent)
        except Failed:
            return None

    async def _load(
        self, gateway: Gateway, channels: Sequence[str], platforms: Sequence[str], emit: Emit
    ) -> Gateway:
        total, loaded = len(channels) * len(platforms), 0

        def look() -> tuple[int, ...]:
            state = (loaded, self._coming())
            emit(stage="loading", loaded=loaded, total=total, bytes=state[1])
            return *state, self._requests

        async def load_one(channel: str, platform: str) -> None:
            nonlocal loaded
            await _load_one(gateway, channel, platform)
            loaded += 1

        async with _watched(look):
            await all_of(load_one(channel, platform) for channel in channels for platform in platforms)
        look()
        return gateway

    def _coming(self) -> int:
        """Bytes of the indexes that are being written: py-rattler itself tells of no progress here."""
        return sum(_size(file) for file in os.scandir(self._folder) if file.name.startswith(".tmp"))

    def _headers(self, host: str, _path: str) -> dict[str, str] | None:
        self._requests += 1
        return {"Authorization": f"Bearer {self._key}"} if self._key and self.shown.get(host) else None

    def _gateway(self, sharded: bool = True, action: CacheAction = "cache-or-fetch") -> Gateway:
        config = SourceConfig(sharded_enabled=sharded, cache_action=action)
        return Gateway(self._folder, config, client=self.client)


async def _load_one(gateway: Gateway, channel: str, platform: str) -> None:
    for again in (True, True, False):
        try:
            # The least that a gateway can be asked for; what it has loaded for it, it keeps.
            await gateway.channel_relations(channel, platform)  # type: ignore[arg-type]
            return
        except GatewayError as error:
            # Another question had begun to load it, and only that one is told why it failed.
            if not (again and "coalesced request failed" in str(error)):
                raise Failed("gateway", str(error), channel=channel) from None


async def versions_of(gateway: Gateway, channels: Sequence[str], platforms: Sequence[str], name: str) -> list[str]:
    """The versions of a package, the newest first."""
    try:
        spec = MatchSpec(PackageName(name).normalized)
    except (InvalidPackageNameError, InvalidMatchSpecError):
        return []
    found = await gateway.query(channels, platforms, [spec], recursive=False, channel_relations="disabled")  # type: ignore[arg-type]
    versions = {str(record.version): record.version for records in found for record in records}
    return sorted(versions, key=lambda text: versions[text], reverse=True)


async def names_of(gateway: Gateway, channels: Sequence[str], platforms: Sequence[str]) -> list[str]:
    """The names of all packages, sorted."""
    found = await gateway.names(channels, platforms, channel_relations="disabled")  # type: ignore[arg-type]
    return sorted(name.normalized for name in found)


@asynccontextmanager
async def _watched(look: Callable[[], tuple[int, ...]]) -> AsyncIterator[None]:
    """Looks all the while; raises Failed when that shows the same for too long."""

    async def watch() -> None:
        last: tuple[int, ...] = ()
        while True:
            await asyncio.sleep(_TICK)
            now = look()
            if now != last:
                limit.reschedule(asyncio.get_running_loop().time() + PATIENCE)
            last = now

    try:
        async with asyncio.timeout(PATIENCE) as limit:
            watcher = asyncio.create_task(watch())
            try:
                yield
            finally:
                watcher.cancel()
    except TimeoutError:
        raise Failed("timeout") from None


def _size(file: os.DirEntry[str]) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
