"""Channels that want the key, that are away or changed, and what is read from them, by real py-rattler."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stages.account_service import account_service, make_jwt
from tests.stages.solving_channel import SIZED, SolvingChannel, packages, solving_channel
from tests.stages.solving_session import KEY, access, env, failure, names_of, request
from tui.core.secret import Secret
from tui.core.solving.channel_access import ChannelAccess
from tui.core.solving.channel_names import ChannelNames, ChannelVersions
from tui.core.solving.channel_session import ChannelSession
from tui.core.solving.solution import FailureKind, Package, SolveFailure

WRONG_KEY = make_jwt(4_102_444_800, sub="another-canary")


@pytest.fixture(scope="module")
def channel() -> Iterator[SolvingChannel]:
    with solving_channel(KEY) as channel:
        yield channel


@pytest.mark.parametrize(
    ("key", "kind", "field", "said"),
    [
        ("", FailureKind.UNAUTHORIZED, "account", "wants a key"),
        (WRONG_KEY, FailureKind.FORBIDDEN, "key", "may not read"),
        ("not a key", FailureKind.UNAUTHORIZED, "account", "key"),
    ],
)
async def test_without_the_right_key(
    *, channel: SolvingChannel, tmp_path: Path, key: str, kind: FailureKind, field: str, said: str
) -> None:
    async with ChannelSession(access(channel, key), env(tmp_path)) as session:
        told = failure(await session.solve(request(channel.private, "lib")))
        assert (told.kind, told.problem.field) == (kind, field)
        assert said in told.message
        assert failure(await session.names([channel.private], "linux-64")).kind is kind


async def test_the_key_is_shown_where_the_build_shows_it_and_nowhere_else(
    channel: SolvingChannel, tmp_path: Path
) -> None:
    here = len(channel.requests)
    async with ChannelSession(ChannelAccess(Secret(KEY)), env(tmp_path)) as session:
        await session.names([f"{channel.url}/open"], "linux-64")
        told = failure(await session.names([channel.private], "linux-64"))
    assert (told.kind, told.problem.field) == (FailureKind.NOT_SHOWN, "account.hosts")
    assert "does not belong to anaconda.com" in told.hint
    asked = channel.requests[here:]
    assert asked
    assert not [one for one in asked if one.authorized]


async def test_a_key_does_not_follow_to_another_host(channel: SolvingChannel, tmp_path: Path) -> None:
    before = len(channel.requests)
    async with ChannelSession(access(channel), env(tmp_path)) as session:
        await session.names([f"{channel.url}/moved"], "linux-64")
    asked = [one for one in channel.requests[before:] if one.path.startswith("/private/")]
    assert asked
    assert not [one for one in asked if one.authorized]


async def test_a_session_follows_a_change_of_who_is_shown_the_key(channel: SolvingChannel, tmp_path: Path) -> None:
    """The second list has the host in two ways, of which one must not have the key."""
    trusting = ChannelAccess(Secret(KEY), trusted=("localhost:9", channel.url.removeprefix("http://")))
    assert trusting.hosts([channel.private]) == {"127.0.0.1": True}
    assert trusting.hosts([channel.private, "http://127.0.0.1:9/x"]) == {"127.0.0.1": False}
    async with ChannelSession(trusting, env(tmp_path)) as session:
        assert isinstance(await session.names([channel.private], "linux-64"), ChannelNames)
        told = await session.versions([channel.private, "http://127.0.0.1:9/x"], "linux-64", "lib")
        assert isinstance(told, SolveFailure)
        again = await session.versions([channel.private], "linux-64", "lib")
        assert isinstance(again, ChannelVersions)
        assert again.versions


@pytest.mark.parametrize(
    ("address", "more", "kind", "said"),
    [
        ("http://127.0.0.1:1/x", {}, FailureKind.UNREACHABLE, "cannot be reached"),
        ("http://channel.invalid/x", {}, FailureKind.UNREACHABLE, "cannot be reached"),
        ("https://channel.invalid/x", {"HTTPS_PROXY": "http://127.0.0.1:1"}, FailureKind.PROXY, "proxy"),
    ],
)
async def test_a_channel_that_cannot_be_reached(
    tmp_path: Path, address: str, more: dict[str, str], kind: FailureKind, said: str
) -> None:
    async with ChannelSession(ChannelAccess(), env(tmp_path, **more)) as session:
        told = failure(await session.solve(request(address, "lib")))
    assert (told.kind, told.problem.field) == (kind, "")
    assert said in told.message
    assert address in told.message


async def test_certificates_of_a_company(tmp_path: Path) -> None:
    with account_service(tmp_path) as service:
        for subdir in ("noarch", "linux-64"):
            service.answers[f"/c/{subdir}/repodata.json"] = (200, {"packages": {}})
        address = f"https://{service.domain}/c"
        async with ChannelSession(ChannelAccess(), env(tmp_path / "1")) as session:
            told = failure(await session.names([address], "linux-64"))
            assert told.kind is FailureKind.TLS
        async with ChannelSession(ChannelAccess(ca_file=str(service.ca)), env(tmp_path / "2")) as session:
            assert isinstance(await session.names([address], "linux-64"), ChannelNames)


async def test_completion_works_from_an_earlier_time_when_the_channels_are_away(tmp_path: Path) -> None:
    with solving_channel(KEY) as channel:
        async with ChannelSession(access(channel), env(tmp_path)) as session:
            before = await session.names([channel.private], "linux-64")
    async with ChannelSession(access(channel), env(tmp_path)) as session:
        names = await session.names([channel.private], "linux-64")
        assert isinstance(names, ChannelNames)
        assert isinstance(before, ChannelNames)
        assert (names.names, names.cached, before.cached) == (before.names, True, False)
        versions = await session.versions([channel.private], "linux-64", "lib")
        assert versions == ChannelVersions(("2.0", "1.10", "1.9", "1.0"), cached=True)
        told = failure(await session.solve(request(channel.private, "lib")))
        assert told.kind is FailureKind.UNREACHABLE
        told = failure(await session.names([f"{channel.url}/open"], "linux-64"))
        assert told.kind is FailureKind.UNREACHABLE


INDEX = """
import asyncio, os, sys
from rattler.index import index_fs
asyncio.run(index_fs(sys.argv[1], write_shards=True))
os._exit(0)
"""


@pytest.fixture
def sharded(tmp_path: Path) -> Path:
    """The files of a channel as conda-forge is: an index of the names, and a small file for each package."""
    folder = tmp_path / "files"
    for package in packages():
        file = folder / package.subdir / package.file_name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(package.archive)
    subprocess.run([sys.executable, "-c", INDEX, str(folder)], check=True, timeout=60)
    return folder


async def test_sharded_indexes(sharded: Path, tmp_path: Path) -> None:
    with solving_channel(KEY) as channel:
        channel.add("sharded", sharded)
        address = f"{channel.url}/sharded"
        async with ChannelSession(access(channel), env(tmp_path)) as session:
            before = await session.names([address], "linux-64")
            assert isinstance(before, ChannelNames)
            assert names_of(await session.solve(request(address, "app"))) == ["lib 2.0", "app 1.0"]
            told = failure(await session.solve(request(address, "app", "old")))
            assert told.culprits == ("app", "old")
        asked = [one.path for one in channel.requests if one.status == 200]
        assert any("/shards/" in path for path in asked)
        assert not any(path.endswith("/repodata.json") for path in asked)
    async with ChannelSession(access(channel), env(tmp_path)) as session:
        names = await session.names([address], "linux-64")
        assert isinstance(names, ChannelNames)
        assert (names.names, names.cached) == (before.names, True)
        versions = await session.versions([address], "linux-64", "lib")
        assert versions == ChannelVersions(("2.0", "1.10", "1.9", "1.0"), cached=True)
        told = failure(await session.versions([address], "linux-64", "gpu"))
        assert told.kind is FailureKind.UNREACHABLE


async def test_installed_sizes_are_read_from_the_packages_themselves(
    channel: SolvingChannel, tmp_path: Path
) -> None:
    address = f"{channel.url}/open/linux-64/sized-1-0.conda"
    sized = Package("sized", "1", "0", "linux-64", address, "5" * 64, "", None)
    other = Package(
        "lib", "1.0", "0", "linux-64", f"{channel.url}/open/linux-64/lib-1.0-0.tar.bz2", "6" * 64, "", 1
    )
    gone = Package(
        "gone", "1.0", "0", "linux-64", f"{channel.url}/open/linux-64/gone-1.0-0.conda", "7" * 64, "", 1
    )
    told: list[tuple[str, int]] = []
    size = sum(map(len, SIZED.values()))
    async with ChannelSession(access(channel), env(tmp_path)) as session:
        sizes = await session.installed_sizes([sized, other, gone], lambda url, size: told.append((url, size)))
        assert sizes == {address: size}
        assert told == [(address, size)]
    asked = len(channel.requests)
    async with ChannelSession(access(channel), env(tmp_path)) as session:
        assert await session.installed_sizes([sized, other]) == {address: size}
    assert len(channel.requests) == asked, "a size that is known is not asked for again"
