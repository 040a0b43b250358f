"""What solving and completion cost on a channel of real size, beside py-rattler alone."""

from __future__ import annotations

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.bench.repodata import name_of, write_channel
from tests.bench.row import Row
from tui.core.solving.channel_access import ChannelAccess
from tui.core.solving.channel_names import ChannelNames
from tui.core.solving.channel_session import ChannelSession
from tui.core.solving.solution import Solution, SolveRequest

RECORDS = 500_000
ROUNDS = 7
SPECS = (f"{name_of(2_400)} =1.9", name_of(1_703), name_of(999))
SYSTEM = ("__unix=0=0", "__linux=5.10=0", "__glibc=2.36=0", "__archspec=1=x86_64")
QUERIES = ("libpkg0", "pkg012", "r-", "l", "12", "nothing-has-this")
FLOOR = """
import asyncio, os, sys
from rattler import Gateway, GenericVirtualPackage, MatchSpec, PackageName, Version, solve
from rattler.networking import Client
from rattler.package import BuildString
async def main(folder, channel, specs, system):
    system = [text.split("=") for text in system]
    found = await solve(
        [channel], [MatchSpec(spec) for spec in specs], Gateway(folder, client=Client()), ["linux-64", "noarch"],
        virtual_packages=[GenericVirtualPackage(PackageName(n), Version(v), BuildString(b)) for n, v, b in system],
    )
    print(len(found), flush=True)
asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3].split(";"), sys.argv[4].split(";")))
os._exit(0)
"""


def rows() -> Iterator[Row]:
    """Medians, beside what py-rattler alone needs for the same request."""
    env: Mapping[str, str] = os.environ
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder, "channel")) as channel:
        write_channel(Path(folder, "channel"), RECORDS)
        env = {**env, "XDG_CACHE_HOME": f"{folder}/ours"}
        first, _ = asyncio.run(_names(channel, env))
        later = [asyncio.run(_names(channel, env)) for _ in range(3)]
        again, query = (statistics.median(times) for times in zip(*later, strict=True))
        peak = asyncio.run(_peak(channel, env))
        taken: list[list[float]] = [[], [], []]
        for _ in range(ROUNDS + 1):
            alone = _alone(channel, Path(folder, "floor"))
            for times, seconds in zip(taken, (alone, *asyncio.run(_solves(channel, env))), strict=True):
                times.append(seconds)
    floor, ours, second = (statistics.median(times[1:]) for times in taken)  # the first has fetched
    yield Row("solve, py-rattler alone and its start", floor * 1000, "ms")
    yield Row("solve, condock with its process to it", ours / floor, "x", most=1.15)
    yield Row("solve once more in a session, to it", second / floor, "x")
    yield Row("names of 500,000 records, the first time", first * 1000, "ms")
    yield Row("names of 500,000 records, in the next session", again * 1000, "ms")
    yield Row("names and a solve, memory of the process", peak, "MiB")
    yield Row("names, the slowest query", query * 1000, "ms", most=50.0)


async def _names(channel: str, env: Mapping[str, str]) -> tuple[float, float]:
    """Seconds until a session has the names, and of the slowest query after that."""
    async with ChannelSession(ChannelAccess(), env) as session:
        started = time.perf_counter()
        names = await session.names([channel], "linux-64")
        loaded = time.perf_counter() - started
    assert isinstance(names, ChannelNames)
    return loaded, max(statistics.median(_query(names, text) for _ in range(ROUNDS)) for text in QUERIES)


def _query(names: ChannelNames, text: str) -> float:
    started = time.perf_counter()
    names.matching(text)
    return time.perf_counter() - started


def _alone(channel: str, folder: Path) -> float:
    started = time.perf_counter()
    command = [sys.executable, "-c", FLOOR, str(folder), channel, ";".join(SPECS), ";".join(SYSTEM)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


async def _solves(channel: str, env: Mapping[str, str]) -> tuple[float, float]:
    """Seconds of a session's first solve, and of its second."""
    async with ChannelSession(ChannelAccess(), env) as session:
        return await _solve(session, channel), await _solve(session, channel)


async def _solve(session: ChannelSession, channel: str) -> float:
    started = time.perf_counter()
    solution = await session.solve(SolveRequest("linux-64", (channel,), SPECS, SYSTEM))
    taken = time.perf_counter() - started
    assert isinstance(solution, Solution), solution
    return taken


async def _peak(channel: str, env: Mapping[str, str]) -> float:
    """MiB that the process has at the most, for names and a solve."""
    async with ChannelSession(ChannelAccess(), env) as session:
        await session.names([channel], "linux-64")
        await _solve(session, channel)
        return _memory(session.process_id)


def _memory(process: int | None) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    handler = partial(_Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
