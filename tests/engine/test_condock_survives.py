"""What condock says and leaves when the engine dies or fills up under it, and when it is itself told to end."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import uuid
from pathlib import Path

import pytest

from tests.engine.condock import Folder
from tests.engine.image_scan import leaks
from tests.engine.processes import alive, family, knowing, until
from tests.engine.scripted import FRONT_ENDS, building, held_build, script
from tests.engine.terminal import Terminal
from tests.engine.throwaway import ROOM, Throwaway

TEMPORARY = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))


@pytest.fixture
def key() -> str:
    """A key that nothing else on this machine knows."""
    return f"canary+{uuid.uuid4().hex}"


def assert_ends(terminal: Terminal, front_end: str, code: int, *said: str) -> None:
    """That it says so and ends, or can be left; the words of a line may be on several of the screen."""
    terminal.wait_for(*said)
    if front_end == "wizard":
        terminal.press("ctrl+q")
    assert terminal.wait_until_ended() == code
    assert terminal.restored


@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_the_engine_is_killed_half_way(daemon: Throwaway, scripted: Folder, key: str, front_end: str) -> None:
    with held_build(scripted, key, front_end) as terminal:
        started = family(terminal.process.pid)
        daemon.kill()
        assert_ends(terminal, front_end, 1, "The build failed.", "The connection to the Docker engine broke")
    assert alive(started) == set()
    assert list(scripted.scratch.iterdir()) == []


def test_the_engine_hangs_and_the_build_is_cancelled(daemon: Throwaway, scripted: Folder, key: str) -> None:
    with held_build(scripted, key, "wizard") as terminal:
        started = family(terminal.process.pid)
        os.kill(daemon.daemon, signal.SIGSTOP)
        terminal.press("ctrl+x")
        terminal.wait_for("Stopping …", seconds=5)
        assert_ends(terminal, "wizard", 1, "The build was stopped.")
    assert alive(started) == set()


@pytest.mark.parametrize(
    ("command", "failed", "front_end"),
    [
        ("exec dd if=/dev/zero of=/env/file bs=1M", "failed at builder 6/6", "build"),
        ("exec dd if=/dev/zero of=/env/file bs=1M", "6/6 RUN conda env create", "wizard"),
        (f"head -c {ROOM * 2 // 3} /dev/zero > /env/file", "failed at runtime 2/4", "build"),
    ],
    ids=["in a command", "in a command, in the wizard", "in a copy"],
)
def test_the_disk_of_the_engine_is_full(
    scripted: Folder, key: str, command: str, failed: str, front_end: str
) -> None:
    script(scripted, command)
    with building(scripted, key, front_end) as terminal:
        assert_ends(terminal, front_end, 1, failed, "There is no space left on the disk of the Docker")
    assert list(scripted.scratch.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
@pytest.mark.parametrize("front_end", FRONT_ENDS)
def test_a_signal_leaves_no_process_and_no_key(
    daemon: Throwaway, scripted: Folder, key: str, front_end: str, number: signal.Signals
) -> None:
    begun = time.time()
    with held_build(scripted, key, front_end) as terminal:
        started = family(terminal.process.pid)
        assert knowing(key) & {process.pid for process in started}
        assert holding(key, daemon.files, since=begun)  # where the engine keeps it for the command, in memory
        terminal.process.send_signal(number)
        terminal.wait_until_ended(20)
        until(lambda: not alive(started))
        until(lambda: len(family(daemon.daemon)) == 1)
    assert not leaks(terminal.raw, key)
    assert knowing(key) == set()
    assert holding(key, daemon.files, *TEMPORARY, since=begun) == set()
    assert list(scripted.scratch.iterdir()) == []


def holding(key: str, *places: Path, since: float) -> set[Path]:
    """The files below these folders that are newer than this and have the key in them."""
    newer = ["-type", "f", "-newermt", f"@{since - 1}", "-size", "-4096k", "-print0"]
    # Others come and go meanwhile: it complains of those.
    found = subprocess.run(["find", *places, *newer], capture_output=True, text=True, check=False)
    return {file for name in found.stdout.split("\0")[:-1] if leaks(_content(file := Path(name)), key)}


def _content(file: Path) -> bytes:
    """Of what may be something else by now: a FIFO would be waited for."""
    try:
        with open(os.open(file, os.O_RDONLY | os.O_NONBLOCK), "rb") as content:
            return content.read()
    except OSError:
        return b""
