"""Real py-rattler in its process, against real servers on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.stages.solving_channel import SolvingChannel, solving_channel
from tests.stages.solving_session import KEY, SYSTEM, access, env, failure, names_of, request
from tui.core.solving.channel_names import ChannelNames, ChannelVersions
from tui.core.solving.channel_session import ChannelSession
from tui.core.solving.solution import (
    FailureKind,
    Solution,
    SolveProgress,
    SolveRequest,
    Stage,
)

in_one_loop = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def channel() -> Iterator[SolvingChannel]:
    with solving_channel(KEY) as channel:
        yield channel


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session(
    channel: SolvingChannel, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ChannelSession]:
    async with ChannelSession(access(channel), env(tmp_path_factory.mktemp("cache"))) as session:
        yield session


@in_one_loop
async def test_names_and_versions(channel: SolvingChannel, session: ChannelSession) -> None:
    names = await session.names([channel.private], "linux-64")
    assert isinstance(names, ChannelNames)
    assert names.names[:3] == ("app", "data", "deep")
    assert "arm-only" not in names
    versions = await session.versions([channel.private], "linux-64", "lib")
    assert versions == ChannelVersions(("2.0", "1.10", "1.9", "1.0"))
    for name in ("nothing", "", "no name", "*"):
        assert await session.versions([channel.private], "linux-64", name) == ChannelVersions(())
    other = await session.names([channel.private], "linux-aarch64")
    assert isinstance(other, ChannelNames)
    assert other.names == ("arm-only", "data", "lib", "pip", "snake")


@in_one_loop
async def test_a_solution_has_what_a_lock_file_needs(channel: SolvingChannel, session: ChannelSession) -> None:
    progress: list[SolveProgress] = []
    solution = await session.solve(request(channel.private, "app", "data"), progress.append)
    assert names_of(solution) == ["data 2026.1", "lib 2.0", "app 1.0"]
    assert isinstance(solution, Solution)
    assert not solution.relaxed
    data, lib, app = solution.packages
    assert (data.subdir, data.noarch, lib.subdir, lib.noarch) == ("noarch", "generic", "linux-64", "")
    assert app.url == f"{channel.private}/linux-64/app-1.0-0.tar.bz2"
    assert app.md5 == channel.md5(app.url)
    assert len(app.sha256) == 64
    assert app.depends == ("lib >=2",)
    assert solution.download_size == sum(package.size or 0 for package in solution.packages) > 0
    assert progress[-1].stage is Stage.SOLVING
    assert (progress[-2].stage, progress[-2].loaded, progress[-2].total) == (Stage.LOADING, 2, 2)


@in_one_loop
@pytest.mark.parametrize(
    ("specs", "system", "solution"),
    [
        (["lib"], SYSTEM, ["lib 2.0"]),
        (["lib=1"], SYSTEM, ["lib 1.10"]),
        (["lib 1.9"], SYSTEM, ["lib 1.9"]),  # the strict form of match specs would reject this, and the next
        (["lib=1.9=0"], SYSTEM, ["lib 1.9"]),
        (["LIB >=1,<1.9.5"], SYSTEM, ["lib 1.9"]),
        (["gpu"], (*SYSTEM, "__cuda=12.4=0"), ["gpu 1.0"]),
        ([], SYSTEM, []),
        (["da*"], SYSTEM, ["data 2026.1"]),
        (["D*A >=2026"], SYSTEM, ["data 2026.1"]),
        (["{open}::lib <2"], SYSTEM, ["lib 1.10"]),
        (["lib[channel='{private}',version='<1.10']"], SYSTEM, ["lib 1.9"]),
        (["{private}/noarch::data"], SYSTEM, ["data 2026.1"]),
        (["data[subdir=noarch]"], SYSTEM, ["data 2026.1"]),
        (["python"], SYSTEM, ["python 3.12", "pip 26.3"]),
        (["snake"], SYSTEM, ["python 3.12", "pip 26.3", "snake 1.0"]),
    ],
)
async def test_specs_as_conda_has_them(
    channel: SolvingChannel,
    session: ChannelSession,
    specs: list[str],
    system: tuple[str, ...],
    solution: list[str],
) -> None:
    where = {"open": channel.open, "private": channel.private}
    wanted = [spec.format(**where) if "{" in spec else spec for spec in specs]
    asked = SolveRequest("linux-64", (channel.private, channel.open), tuple(wanted), system)
    assert sorted(names_of(await session.solve(asked))) == sorted(solution)


@in_one_loop
async def test_a_package_comes_from_the_channel_in_front_of_it(
    channel: SolvingChannel, session: ChannelSession
) -> None:
    asked = SolveRequest("linux-64", (channel.private, channel.open), (f"{channel.open}::lib",), SYSTEM)
    solution = await session.solve(asked)
    assert isinstance(solution, Solution)
    assert [package.url.rpartition("/linux-64/")[0] for package in solution.packages] == [channel.open]


@in_one_loop
@pytest.mark.parametrize(
    ("spec", "hint"),
    [
        ("{private}/linux-64::data", "Did you mean `data`?"),
        ("data[subdir=linux-64]", "Did you mean `data`?"),
        ("{open}::lib >=7", "Ask for a version that there is: 2.0, 1.10, 1.9."),
        ("{open}::zzzz", "Look at the spelling, or add the channel that has it."),
        ("{private}::dat", "Did you mean `data`?"),
        ("{private}::deepdiff", "The name is right: add the channel that has it."),
        ("deepdiff", "The name is right: add the channel that has it."),
    ],
)
async def test_a_channel_in_front_that_does_not_have_the_package_is_told(
    channel: SolvingChannel, session: ChannelSession, spec: str, hint: str
) -> None:
    spec = spec.format(open=channel.open, private=channel.private)
    asked = SolveRequest("linux-64", (channel.private, channel.open), (spec,), SYSTEM)
    told = failure(await session.solve(asked))
    assert (told.kind, told.culprits, told.hint) == (FailureKind.NOT_FOUND, (spec,), hint)
    assert told.meant == ("data" if "data" in hint else "")
    assert told.message.startswith("No channel has `")


@in_one_loop
async def test_another_platform_is_solved_from_anywhere(channel: SolvingChannel, session: ChannelSession) -> None:
    solution = await session.solve(request(channel.private, "arm-only", "lib", "data", platform="linux-aarch64"))
    assert sorted(names_of(solution)) == ["arm-only 1.0", "data 2026.1", "lib 2.0"]


@in_one_loop
@pytest.mark.parametrize(
    ("specs", "kind", "message", "culprits", "line"),
    [
        (
            ["data", "app=1.0", "old"],
            FailureKind.CONFLICT,
            "`app=1.0` and `old` do not go together.",
            ("app=1.0", "old"),
            "    lib >=2, which cannot be installed because there are no viable options:",
        ),
        (
            ["lib=1.9", "lib=2.0"],
            FailureKind.CONFLICT,
            "`lib=1.9` and `lib=2.0` do not go together.",
            ("lib=1.9", "lib=2.0"),
            "lib 1.9.* cannot be installed because there are no viable options:",
        ),
        (
            ["lib", "pyton"],
            FailureKind.NOT_FOUND,
            "No channel has `pyton`.",
            ("pyton",),
            "No candidates were found for pyton *.",
        ),
        (
            ["lib >=7"],
            FailureKind.NOT_FOUND,
            "No channel has `lib >=7` for linux-64.",
            ("lib >=7",),
            "No candidates were found for lib >=7.",
        ),
        (
            ["deep"],
            FailureKind.NOT_FOUND,
            "No channel has `not-there >=3`, which `deep` needs.",
            ("deep",),
            "        not-there >=3, for which no candidates were found.",
        ),
        (
            ["lib", "arm-only"],
            FailureKind.WRONG_PLATFORM,
            "`arm-only` is not there for linux-64, only for linux-aarch64.",
            ("arm-only",),
            "No candidates were found for arm-only *.",
        ),
        (
            ["gpu"],
            FailureKind.SYSTEM,
            "`gpu` needs a CUDA driver (__cuda >=12).",
            ("gpu",),
            "    __cuda >=12, for which no candidates were found.",
        ),
        (
            ["modern"],
            FailureKind.SYSTEM,
            "`modern` needs another glibc (__glibc >=2.99) than the runtime image has (2.36).",
            ("modern",),
            "    __glibc >=2.99, for which no candidates were found.",
        ),
        (
            ["lib", "web[extra]"],
            FailureKind.BAD_SPEC,
            "`web[extra]` cannot be read as a package and its version.",
            ("web[extra]",),
            "invalid bracket",
        ),
    ],
)
async def test_what_does_not_solve_names_the_specs_at_fault(
    *,
    channel: SolvingChannel,
    session: ChannelSession,
    specs: list[str],
    kind: FailureKind,
    message: str,
    culprits: tuple[str, ...],
    line: str,
) -> None:
    told = failure(await session.solve(request(channel.private, *specs)))
    assert (told.kind, told.message, told.culprits) == (kind, message, culprits)
    assert line in told.lines
    assert told.hint
    assert told.problem.field == ("base.runtime" if kind is FailureKind.SYSTEM else "environment")


@in_one_loop
@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("none", FailureKind.NO_CHANNEL, "There is no channel"),
        ("no-noarch", FailureKind.NO_CHANNEL, "There is no channel"),
        ("sign-in", FailureKind.BROKEN, "cannot be read"),
        ("short", FailureKind.BROKEN, "cannot be read"),
        ("cut", FailureKind.BROKEN, "cannot be read"),
        ("down", FailureKind.BROKEN, "(503)"),
        ("teapot", FailureKind.BROKEN, "(418)"),
        ("moved", FailureKind.UNAUTHORIZED, "where the key does not follow"),
    ],
)
async def test_a_channel_that_fails(
    channel: SolvingChannel, session: ChannelSession, name: str, kind: FailureKind, said: str
) -> None:
    address = f"{channel.url}/{name}"
    told = failure(await session.solve(request(address, "lib")))
    assert told.kind is kind
    assert said in told.message
    assert address in told.message
    assert told.lines


@in_one_loop
async def test_names_of_a_channel_that_fails_are_a_failure_too(
    channel: SolvingChannel, session: ChannelSession
) -> None:
    told = failure(await session.names([f"{channel.url}/sign-in"], "linux-64"))
    assert told.kind is FailureKind.BROKEN
    told = failure(await session.versions([f"{channel.url}/none"], "linux-64", "lib"))
    assert told.kind is FailureKind.NO_CHANNEL


@in_one_loop
async def test_what_the_first_channel_cannot_fulfil_comes_from_the_next(
    channel: SolvingChannel, session: ChannelSession
) -> None:
    both = (channel.private, f"{channel.url}/later")
    solution = await session.solve(SolveRequest("linux-64", both, ("extra",), SYSTEM))
    assert names_of(solution) == ["lib 3.0", "extra 1.0"]
    assert isinstance(solution, Solution)
    assert solution.relaxed
    first = await session.solve(SolveRequest("linux-64", both, ("lib",), SYSTEM))
    assert names_of(first) == ["lib 2.0"]
