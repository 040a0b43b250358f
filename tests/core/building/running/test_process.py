from __future__ import annotations

import asyncio
import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.paths import ROOT
from tui.core.building.running import process
from tui.core.building.running.child import Child
from tui.core.building.running.launch import Launched, launch
from tui.core.building.running.process import ProcessGroup, process_group
from tui.core.errors import CondockError, ExitCode
from tui.core.secret import Secret

ENV = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
# A command with a child, as docker has its plugin; writes the child's id once both are ready for signals.
FAMILY = """
import signal, subprocess, sys
{setup}
child = subprocess.Popen([sys.executable, "-c", {child!r}], stdout=subprocess.PIPE)
child.stdout.readline()
open(sys.argv[1], "w").write(str(child.pid) + "\\n")
{then}
"""
CHILD = "import time; print(flush=True); time.sleep(600)"
DEAF = "import signal; signal.signal(2, signal.SIG_IGN); signal.signal(15, signal.SIG_IGN); "


def family(pid_file: Path, setup: str = "", child: str = CHILD, then: str = "child.wait()") -> list[str]:
    code = FAMILY.format(setup=setup, child=child, then=then)
    return [sys.executable, "-c", code, str(pid_file)]


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


async def until(met: Callable[[], bool], seconds: float = 30.0) -> None:
    async with asyncio.timeout(seconds):
        while not met():  # noqa: ASYNC110 (what is waited for happens in another process)
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        # A zombie is dead; where PID 1 does not collect its orphans, it stays.
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except ProcessLookupError:
        return False
    except FileNotFoundError:
        return not Path("/proc/self").exists()


async def child_of(pid_file: Path) -> int:
    written: list[str] = []

    def ready() -> bool:
        written[:] = [pid_file.read_text()] if pid_file.is_file() else []
        return bool(written) and written[0].endswith("\n")

    await until(ready)
    return int(written[0])


async def read(group: ProcessGroup) -> bytes:
    return b"".join([chunk async for chunk in group.chunks()])


async def test_output_and_exit_code(tmp_path: Path) -> None:
    code = "import os, sys; print(os.getcwd(), flush=True); print('err', file=sys.stderr); sys.exit(7)"
    async with process_group(python(code), ENV, tmp_path) as group:
        assert await read(group) == f"{tmp_path}\nerr\n".encode()
        assert await group.ended == 7


async def test_a_secret_reaches_the_environment_and_standard_input_is_empty(tmp_path: Path) -> None:
    code = "import os, sys; print(os.environ['KEY'][::-1] + sys.stdin.read())"
    async with process_group(python(code), {**ENV, "KEY": Secret("canary")}, tmp_path) as group:
        assert await read(group) == b"yranac\n"


async def test_a_command_that_cannot_be_started_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CondockError, match="'no-such-docker' could not be started") as caught:
        async with process_group(["no-such-docker"], {**ENV, "KEY": Secret("canary-1")}, tmp_path):
            pytest.fail("it was started")
    assert caught.value.exit_code is ExitCode.NO_ENGINE
    assert "canary-1" not in str(caught.value)


async def test_the_output_is_drained_while_nobody_reads_it(tmp_path: Path) -> None:
    done = tmp_path / "done"
    code = f"import os; os.write(2, b'x' * 8_000_000); open({str(done)!r}, 'w').close()"
    async with process_group(python(code), ENV, tmp_path) as group:
        await until(done.exists)
        assert len(await read(group)) == 8_000_000


async def test_stop_interrupts_all_and_the_last_output_can_be_read(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    then = "try: child.wait()\nexcept KeyboardInterrupt: print('bye', flush=True); sys.exit(130)"
    async with process_group(family(pid_file, then=then), ENV, tmp_path) as group:
        child = await child_of(pid_file)
        group.stop()
        assert b"bye\n" in await read(group)
        assert await group.ended == 130
        assert not alive(child)


async def test_what_does_not_listen_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_PATIENCE", 0.05)
    pid_file = tmp_path / "pid"
    async with process_group(family(pid_file, setup=DEAF, child=DEAF + CHILD), ENV, tmp_path) as group:
        child = await child_of(pid_file)
        group.stop()
        assert await group.ended == -signal.SIGKILL
        assert not alive(child)


async def test_what_outlives_its_command_is_ended(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    async with process_group(family(pid_file, then="sys.exit(0)"), ENV, tmp_path) as group:
        await read(group)
        assert await group.ended == 0
    assert not alive(await child_of(pid_file))


async def test_an_exception_ends_the_group(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    with pytest.raises(ZeroDivisionError):
        async with process_group(family(pid_file), ENV, tmp_path):
            child = await child_of(pid_file)
            raise ZeroDivisionError
    assert not alive(child)


async def test_cancelling_the_task_ends_the_group(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"

    async def build() -> None:
        async with process_group(family(pid_file), ENV, tmp_path) as group:
            await read(group)

    task = asyncio.create_task(build())
    child = await child_of(pid_file)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not alive(child)


async def test_cancelling_twice_kills_at_once(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    groups: list[ProcessGroup] = []

    async def build() -> None:
        argv = family(pid_file, setup=DEAF, child=DEAF + CHILD)
        async with process_group(argv, ENV, tmp_path) as group:
            groups.append(group)
            await read(group)

    task = asyncio.create_task(build())
    child = await child_of(pid_file)
    task.cancel()
    await asyncio.wait({task}, timeout=0)
    task.cancel()
    async with asyncio.timeout(process._PATIENCE - 0.5):
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await groups[0].ended == -signal.SIGKILL
        await until(lambda: not alive(child))


CONDOCK = """
import asyncio, os, pathlib, signal, sys
from tui.core.building.running.process import process_group

async def main():
    task = asyncio.current_task()
    for name in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    async with process_group(sys.argv[1:], dict(os.environ), pathlib.Path.cwd()) as group:
        async for _ in group.chunks():
            pass

asyncio.run(main())
"""


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
async def test_nothing_is_left_when_condock_itself_is_ended(tmp_path: Path, signum: signal.Signals) -> None:
    pid_file = tmp_path / "pid"
    argv = [sys.executable, "-c", CONDOCK, *family(pid_file)]
    condock = await asyncio.create_subprocess_exec(*argv, env=ENV, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL)
    child = await child_of(pid_file)
    assert alive(child)
    condock.send_signal(signum)
    await condock.wait()
    await until(lambda: not alive(child))


def test_without_a_watchdog_nothing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pids = []

    def failing(launched: object, child: Child, *_: object) -> None:
        pids.append(child.pid)
        raise OSError(errno.EAGAIN, "no more processes")

    monkeypatch.setattr(Launched, "__init__", failing)
    with pytest.raises(OSError, match="no more processes"):
        launch(["touch", str(tmp_path / "made")], ENV, tmp_path)
    assert not alive(pids[0])
    assert not (tmp_path / "made").exists()


def test_a_command_is_as_if_it_was_started_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "-a folder\n"
    folder.mkdir()
    launched = launch(
        ["sh", "-c", "pwd; readlink /proc/self/fd/0; grep SigIgn /proc/self/status; exit 7"], ENV, folder
    )
    with os.fdopen(launched.outlet) as output:
        where, _, ignored = output.read().rpartition("SigIgn:")
    assert where == f"{folder}\n/dev/null\n"
    assert not int(ignored, 16) & 1 << signal.SIGPIPE - 1  # which Python itself ignores
    assert (launched.process.wait(), launched.process.poll()) == (7, 7)
    launched.close()
    with pytest.raises(FileNotFoundError):
        launch(["true"], ENV, tmp_path / "nowhere")
