"""A build that is ended while it downloads leaves nothing: no process, no file, no work in the engine."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.engine.condock import Done, Folder
from tests.engine.image_scan import leaks
from tests.engine.processes import Process, alive, connected, family, mentioning, until

DOWNLOAD = "/greeting-1.1"


@contextmanager
def held_build(folder: Folder, key: str) -> Iterator[tuple[subprocess.Popen[str], set[Process]]]:
    """A build that waits for a package, and all processes of it."""
    folder.init()
    with folder.channel.holding(DOWNLOAD) as hold, folder.start("build", "--json", key=key) as running:
        try:
            assert hold.reached.wait(60)
            started = family(running.pid)
            (temporary,) = folder.scratch.iterdir()
            assert mentioning(str(temporary)) <= {process.pid for process in started}
            assert mentioning(str(temporary))
            assert connected(folder.channel.url)
            yield running, started
        finally:
            running.kill()


def assert_all_ended(folder: Folder, started: set[Process]) -> None:
    assert alive(started) == set()
    assert mentioning(str(folder.scratch)) == set()
    until(lambda: not connected(folder.channel.url))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_whole_build(folder: Folder, key: str, number: signal.Signals) -> None:
    with held_build(folder, key) as (running, started):
        running.send_signal(number)
        stdout, stderr = running.communicate(timeout=20)
        done = Done(running.returncode, stdout, stderr)
        assert done.code == 130
        assert done.events[-1] == {"type": "cancelled"}
        assert done.stderr == "The build was stopped. Everything it started has ended.\n"
        assert not leaks(done.stdout, key)
        assert_all_ended(folder, started)
        assert list(folder.scratch.iterdir()) == []
    assert not folder.engine.docker("image", "ls", "--quiet", folder.image)


def test_the_build_does_not_outlive_condock(folder: Folder, key: str) -> None:
    with held_build(folder, key) as (running, started):
        running.kill()
        running.wait(20)
        until(lambda: not alive(started))
        assert_all_ended(folder, started)
    assert not folder.engine.docker("image", "ls", "--quiet", folder.image)
