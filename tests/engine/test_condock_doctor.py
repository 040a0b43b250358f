"""`condock doctor` where all is well, and where one thing is not."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.engine.condock import CONDOCK, Folder
from tests.engine.image_scan import leaks


def test_where_a_build_could_start(folder: Folder, key: str) -> None:
    folder.init()
    done = folder.run("doctor", key=key)
    assert (done.code, done.stderr) == (0, "")
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [
        ["ok", "engine"],
        ["ok", "key"],
        ["ok", "folder"],
    ]
    assert not leaks(done.stdout, key)
    assert folder.channel.requests == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"DOCKER_HOST": "unix:///no/such/docker.sock"}, "The Docker engine is not running at unix:///no/such"),
        ({"DOCKER_HOST": "tcp://127.0.0.1:1"}, "The Docker engine is not running at tcp://127.0.0.1:1"),
        ({"PATH": "/no/such"}, "Docker's command line is not on this machine"),
    ],
)
def test_without_an_engine(folder: Folder, key: str, changes: dict[str, str], says: str) -> None:
    folder.init()
    done = folder.run("doctor", key=key, **changes)
    assert done.code == 4
    assert f"problem  engine  {says}" in done.stdout
    assert "ok       key" in done.stdout
    assert folder.run("build", key=key, **changes).code == 4


def test_without_the_permission(folder: Folder, key: str, tmp_path: Path) -> None:
    folder.init()
    path = tmp_path / "docker.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        path.chmod(0)
        env = folder.environment(key, DOCKER_HOST=f"unix://{path}")
        done = subprocess.run(
            [*bound_by_permissions(path), CONDOCK, "doctor"],
            cwd=folder.path,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 4, done.stderr
    assert "problem  engine  You may not use the Docker engine: permission denied" in done.stdout


def bound_by_permissions(path: Path) -> list[str]:
    """What to put in front of a command so that this file's mode binds it: root without its capabilities."""
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("setpriv (util-linux) is missing: it takes root's rights over all files away")
    os.chown(path, 65534, 65534)
    return [setpriv, "--bounding-set=-all", "--inh-caps=-all", "--"]


def test_without_a_key(folder: Folder) -> None:
    folder.init()
    done = folder.run("doctor")
    assert done.code == 3
    assert "problem  key     There is no API key yet." in done.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("dependencies: greeting\n", "line 1, column 15"),
        ("dependencies:\n\t- greeting\n", "line 2, column 1"),
        ("channels: []\n", "dependencies"),
    ],
    ids=["a string for a list", "a tab", "no dependencies"],
)
def test_with_a_broken_environment(folder: Folder, key: str, text: str, says: str) -> None:
    folder.init()
    folder.write("environment.yml", text)
    done = folder.run("doctor", key=key)
    assert done.code == 2
    (problem,) = [line for line in done.stdout.splitlines() if line.startswith("problem")]
    assert problem.startswith("problem  folder  ")
    assert says in problem
