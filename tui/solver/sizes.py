"""Measures packages as they are once installed, by the list of files that each has in it."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

from rattler.networking import Client
from rattler.package_streaming import PackageArchive

from tui.solver.messages import Emit, Message, all_of

WITHIN = 60.0
"""Seconds for one package."""
_AT_ONCE = 8


class Sizes:
    """The sizes, remembered by the packages' hashes."""

    def __init__(self, client: Client, file: Path) -> None:
        self._client = client
        self._file = file
        self._at_once = asyncio.Semaphore(_AT_ONCE)

    async def of(self, message: Message, emit: Emit) -> dict[str, int]:
        """Bytes by address, an event for each; a package whose size cannot be found out is left out."""
        known = self._read_cache()
        packages: dict[str, str] = message["packages"]
        sizes: dict[str, int] = {}

        async def look(url: str, sha256: str) -> None:
            size = known.get(sha256)
            if size is None:
                async with self._at_once:
                    size = await self._measured(url)
            if size is not None:
                sizes[url] = size
                emit(url=url, size=size)

        await all_of(look(url, sha256) for url, sha256 in packages.items())
        self._write_cache(known | {packages[url]: size for url, size in sizes.items() if packages[url]})
        return sizes

    async def _measured(self, url: str) -> int | None:
        """Reads the end of a `.conda` archive alone, some 64 KB; None of a server that knows no ranges."""
        if not url.endswith(".conda"):
            return None
        try:
            async with asyncio.timeout(WITHIN):
                archive = await PackageArchive.from_url(self._client, url, sparse="require")
                entries = (await archive.paths_json()).paths
        except (OSError, ValueError, TimeoutError):
            return None
        sizes = [entry.size_in_bytes for entry in entries]
        return None if None in sizes else sum(size or 0 for size in sizes)

    def _read_cache(self) -> dict[str, int]:
        try:
            kept = json.loads(self._file.read_bytes())
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _write_cache(self, known: dict[str, int]) -> None:
        new = self._file.with_name(f".tmp-{self._file.name}-{os.getpid()}")
        new.write_text(json.dumps(known))
        new.replace(self._file)
