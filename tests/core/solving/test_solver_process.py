"""The process behind a session: that it ends, is started again, and keeps the key to itself."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.channel import Hold
from tests.stages.solving_channel import SolvingChannel, solving_channel
from tests.stages.solving_session import KEY, access, env, failure, names_of, request
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.solving import solver_process
from tui.core.solving.channel_access import ChannelAccess
from tui.core.solving.channel_names import ChannelNames
from tui.core.solving.channel_session import ChannelSession
from tui.core.solving.solution import FailureKind

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks at processes in /proc")
HELD = "/private/linux-64/repodata.json"


@pytest.fixture
def channel() -> Iterator[SolvingChannel]:
    with solving_channel(KEY) as channel:
        yield channel


def solvers() -> list[int]:
    """The solvers that this process has started and that still run."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                _, parent = (entry / "stat").read_text().rsplit(") ", 1)[1].split()[:2]
                if int(parent) == os.getpid() and b"tui.solver" in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def contents(folder: Path, *names: str) -> list[bytes]:
    """Of these files, or of all below the folder."""
    files = [folder / name for name in names] or [path for path in folder.rglob("*") if path.is_file()]
    return [file.read_bytes() for file in files]


async def reached(hold: Hold) -> None:
    assert await asyncio.to_thread(hold.reached.wait, 30)


async def test_it_starts_with_the_first_question_and_ends_with_the_session(
    channel: SolvingChannel, tmp_path: Path
) -> None:
    async with ChannelSession(access(channel), env(tmp_path)) as session:
        assert solvers() == []
        await asyncio.gather(*(session.names([channel.private], platform) for platform in ("linux-64", "noarch")))
        assert len(solvers()) == 1
    assert solvers() == []


async def test_cancelling_a_solve_ends_it_at_once(channel: SolvingChannel, tmp_path: Path) -> None:
    async with ChannelSession(access(channel), env(tmp_path)) as session:
        with channel.holding(HELD) as hold:
            solve = asyncio.create_task(session.solve(request(channel.private, "lib")))
            await reached(hold)
            solve.cancel()
            with pytest.raises(asyncio.CancelledError):
                await solve
            assert solvers() == []
        assert names_of(await session.solve(request(channel.private, "lib"))) == ["lib 2.0"]


async def test_a_question_survives_the_cancelling_of_another(channel: SolvingChannel, tmp_path: Path) -> None:
    async with ChannelSession(access(channel), env(tmp_path)) as session:
        with channel.holding(HELD) as hold:
            names = asyncio.create_task(session.names([channel.private], "linux-64"))
            await reached(hold)
            solve = asyncio.create_task(session.solve(request(f"{channel.url}/open", "lib")))
            await asyncio.sleep(0)
            solve.cancel()
            with pytest.raises(asyncio.CancelledError):
                await solve
        assert isinstance(await names, ChannelNames)


async def test_a_question_that_nobody_waits_for_leaves_the_process_alone(
    channel: SolvingChannel, tmp_path: Path
) -> None:
    async with ChannelSession(access(channel), env(tmp_path)) as session:
        with channel.holding(HELD) as hold:
            names = asyncio.create_task(session.names([channel.private], "linux-64"))
            await reached(hold)
            before = solvers()
            names.cancel()
        assert names_of(await session.solve(request(channel.private, "lib"))) == ["lib 2.0"]
        assert solvers() == before


async def test_a_process_that_dies_is_an_answer_and_the_next_question_starts_another(
    channel: SolvingChannel, tmp_path: Path
) -> None:
    async with ChannelSession(access(channel), env(tmp_path)) as session:
        with channel.holding(HELD) as hold:
            solve = asyncio.create_task(session.solve(request(channel.private, "lib")))
            await reached(hold)
            [process] = solvers()
            os.kill(process, signal.SIGKILL)
            told = failure(await solve)
        assert (told.kind, told.problem.field) == (FailureKind.CRASHED, "")
        assert "Try again" in told.hint
        assert names_of(await session.solve(request(channel.private, "lib"))) == ["lib 2.0"]


async def test_it_ends_when_condock_does(channel: SolvingChannel, tmp_path: Path) -> None:
    session = ChannelSession(access(channel), env(tmp_path))
    await session.names([channel.private], "linux-64")
    process = session._process._process  # type: ignore[union-attr]
    assert process.stdin is not None
    process.stdin.close()  # as the system does it for a process that is gone
    assert await asyncio.wait_for(process.wait(), 10) == 0
    assert solvers() == []


async def test_the_key_is_nowhere_but_in_the_header(channel: SolvingChannel, tmp_path: Path) -> None:
    given = env(tmp_path, OTHER=f"x{KEY}x", SOME_TOKEN="another secret", **{KEY_VARIABLE: KEY})
    async with ChannelSession(access(channel), given) as session:
        told = [
            await session.names([channel.private], "linux-64"),
            await session.versions([channel.private], "linux-64", "lib"),
            await session.solve(request(channel.private, "lib", "data")),
            await session.solve(request(channel.private, "app", "old")),
            await session.solve(request(f"{channel.url}/none", "lib")),
        ]
        assert any(asked.authorized for asked in channel.requests)
        [process] = solvers()
        seen = b"".join(contents(Path(f"/proc/{process}"), "cmdline", "environ"))
    assert b"tui.solver" in seen
    kept = contents(tmp_path)
    assert any(b"repodata.json" in text for text in kept)
    for text in (seen, repr(told).encode(), repr(session).encode(), *kept):
        assert KEY.encode() not in text
        assert KEY.rsplit(".", 1)[-1].encode() not in text
        assert b"another secret" not in text


async def test_what_is_kept_is_for_the_user_alone(channel: SolvingChannel, tmp_path: Path) -> None:
    async with ChannelSession(access(channel), env(tmp_path)) as session:
        await session.names([channel.private], "linux-64")
    folder = tmp_path / "condock" / "repodata"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.glob("*.json"))


async def test_a_cache_folder_that_cannot_be_made_is_done_without(channel: SolvingChannel, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    async with ChannelSession(access(channel), env(tmp_path / "file")) as session:
        assert isinstance(await session.names([channel.private], "linux-64"), ChannelNames)


FLOOD = """
import sys, json
setup = json.loads(sys.stdin.readline())
question = json.loads(sys.stdin.readline())
sys.stderr.write("noise\\n" * 500_000)
result = {"names": ["ok", "\\x1b[31mred"], "cached": False}
print(json.dumps({"id": question["id"], "result": result}), flush=True)
sys.stdin.read()
"""
TALKATIVE = """
import sys, json, os
setup = json.loads(sys.stdin.readline())
sys.stderr.write("panicked at \\x1b[2J " + setup["key"] + "\\n")
sys.stderr.flush()
os.abort()
"""


async def test_what_it_says_on_the_side_never_blocks_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(solver_process, "_COMMAND", ("-c", FLOOD))
    async with ChannelSession(ChannelAccess(), env(tmp_path)) as session:
        names = await asyncio.wait_for(session.names(["defaults"], "linux-64"), 60)
    assert isinstance(names, ChannelNames)
    assert names.names == ("ok", "red")


async def test_its_last_words_are_kept_without_the_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(solver_process, "_COMMAND", ("-c", TALKATIVE))
    async with ChannelSession(ChannelAccess(Secret(KEY)), env(tmp_path)) as session:
        told = failure(await session.names(["defaults"], "linux-64"))
    assert told.kind is FailureKind.CRASHED
    assert told.lines == ("panicked at  ••••",)


async def test_modules_of_the_users_folder_are_not_taken_for_its_own(
    channel: SolvingChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("rattler", "json", "asyncio", "tui"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong module')")
    monkeypatch.chdir(tmp_path)
    async with ChannelSession(access(channel), env(tmp_path / "cache")) as session:
        assert isinstance(await session.names([channel.private], "linux-64"), ChannelNames)


IMPATIENT = """
import asyncio
from tui.solver import __main__, channels
channels.PATIENCE = 0.5
asyncio.run(__main__.main())
"""


async def test_a_channel_that_never_answers_is_not_waited_for_without_end(
    channel: SolvingChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solver_process, "_COMMAND", ("-c", IMPATIENT))
    async with ChannelSession(access(channel), env(tmp_path)) as session:
        with channel.holding(HELD):
            told = failure(await asyncio.wait_for(session.solve(request(channel.private, "lib")), 30))
        assert told.kind is FailureKind.UNREACHABLE
        assert told.message == f"{channel.url.removeprefix('http://')}: The server does not answer."
        assert names_of(await session.solve(request(channel.private, "lib"))) == ["lib 2.0"]


async def test_what_nobody_foresaw_ends_it_and_says_so(channel: SolvingChannel, tmp_path: Path) -> None:
    async with ChannelSession(access(channel), env(tmp_path)) as session:
        told = failure(await session.solve(request(channel.private, "lib", system=("nonsense",))))
        assert (told.kind, told.lines) == (FailureKind.CRASHED, ("ValueError",))
        assert isinstance(await session.names([channel.private], "linux-64"), ChannelNames)
