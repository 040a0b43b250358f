"""What is read of `docker image save`, with a docker that is a script."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Timer

import pytest

from tui.core.errors import CondockError, ExitCode
from tui.core.proof.docker_save import StoppedError, find_image, saved_image
from tui.core.secret import KEY_VARIABLE

Docker = Callable[[str], dict[str, str]]


@pytest.fixture
def docker(tmp_path: Path) -> Docker:
    """Makes a docker that runs this shell script; gives the environment that has it."""

    def make(script: str) -> dict[str, str]:
        path = tmp_path / "bin" / "docker"
        path.parent.mkdir()
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return {"PATH": f"{path.parent}:{os.environ['PATH']}", "HOME": str(tmp_path), KEY_VARIABLE: "a-key"}

    return make


def test_all_that_comes_is_read_and_docker_does_not_get_the_key(docker: Docker) -> None:
    env = docker(f'echo "$@ [${KEY_VARIABLE}]"; head -c 1000000 /dev/zero')
    with saved_image("made:1", env) as chunks:
        read = b"".join(bytes(chunk) for chunk in chunks)
    assert read == b"image save -- made:1 []\n" + bytes(1_000_000)


def test_an_image_that_docker_cannot_save_is_no_clean_one(docker: Docker) -> None:
    env = docker("echo part; echo 'Error response from daemon: no space left on device' >&2; exit 1")
    with (
        pytest.raises(CondockError, match="no space left on device") as failure,
        saved_image("made:1", env) as chunks,
    ):
        for _ in chunks:
            pass
    assert failure.value.exit_code is ExitCode.NO_ENGINE
    assert "docker system df" in failure.value.hint


def test_it_is_stopped_while_docker_says_nothing(docker: Docker, tmp_path: Path) -> None:
    env = docker(f"echo $$ > {tmp_path}/pid; echo begun; exec sleep 60")
    stop, began = Event(), time.monotonic()
    Timer(0.3, stop.set).start()
    with pytest.raises(StoppedError), saved_image("made:1", env, stop) as chunks:
        for _ in chunks:
            pass
    assert time.monotonic() - began < 10
    assert not Path("/proc", (tmp_path / "pid").read_text().strip(), "cwd").exists()


def test_leaving_it_ends_docker(docker: Docker, tmp_path: Path) -> None:
    env = docker(f"echo $$ > {tmp_path}/pid; exec cat /dev/zero")
    with saved_image("made:1", env) as chunks:
        next(chunks)
    assert not Path("/proc", (tmp_path / "pid").read_text().strip(), "cwd").exists()


def test_the_digest_of_an_image(docker: Docker) -> None:
    assert find_image(["made:1"], docker("echo sha256:abc")) == "sha256:abc"


def test_an_image_that_is_not_there(docker: Docker) -> None:
    script = 'case "$1" in image) exit 1;; version) echo \'{"Version": "29.0"}\';; *) echo "buildx v0.30.0";; esac'
    with pytest.raises(CondockError, match="There is no image made:1 on this engine"):
        find_image(["made:1"], docker(script))


def test_an_engine_that_is_not_there(docker: Docker) -> None:
    env = docker("exit 1") | {"DOCKER_HOST": "unix:///no/such/socket"}
    with pytest.raises(CondockError) as failure:
        find_image(["made:1"], env)
    assert failure.value.exit_code is ExitCode.NO_ENGINE
