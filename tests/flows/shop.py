"""A project that could be built, on a machine where only Docker is a stand-in; and condock run on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.saved_images import CLEAN
from tests.stages.account_service import make_jwt
from tests.stages.agreement import agree_to_all
from tests.stages.stand_in_engine import docker_cli, engine_socket
from tui.core.errors import CondockError
from tui.core.images.catalogue import catalogue
from tui.core.plan import Application, BuildPlan
from tui.core.plan_file import dump_plan, read_plan_file
from tui.core.secret import KEY_VARIABLE
from tui.main import main

FAR = 4_102_444_800
"""2100-01-01, in seconds since the epoch."""
KEY = make_jwt(FAR)


def environment() -> dict[str, str]:
    """Ours, with output that is buffered as everywhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""}


def condock(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """condock as a process of its own, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "tui", *arguments],
        cwd=cwd,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def in_shell(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A line of sh in which `condock` is ours."""
    script = f'condock() {{ "{sys.executable}" -m tui "$@"; }}\n{command}'
    env = environment()
    return subprocess.run(
        ["/bin/sh", "-c", script], cwd=cwd, env=env, capture_output=True, text=True, timeout=60, check=False
    )


@dataclass(frozen=True)
class Done:
    """What a command said."""

    code: int
    stdout: str
    stderr: str

    @property
    def text(self) -> str:
        return self.stdout + self.stderr


@dataclass(frozen=True)
class Project:
    """A folder, and condock in it."""

    path: Path
    bin: Path
    """All that is on PATH."""
    patch: pytest.MonkeyPatch
    capture: pytest.CaptureFixture[str]

    def write(self, name: str, text: str) -> None:
        (self.path / name).write_text(text)

    def plan(self, section: str, **values: object) -> None:
        """Change the saved plan, as the user of this machine."""
        plan = read_plan_file(self.path).change(section, **values)
        self.write("condock.yml", dump_plan(plan))
        with suppress(CondockError):  # a folder that cannot be opened says nothing
            self.agree()

    def agree(self) -> None:
        """Agree to all that the folder says now."""
        agree_to_all(self.path, os.environ)

    def run(self, *arguments: str) -> Done:
        """condock, in this process."""
        self.capture.readouterr()
        code = main([*arguments, str(self.path)])
        said = self.capture.readouterr()
        return Done(code, said.out, said.err)

    def builds(self, script: str, image: bytes = CLEAN) -> None:
        """What `docker buildx build` does from now on, in sh, and the image it makes: empty if nobody gets it."""
        docker_cli(self.bin, build=script, image=image)

    def plays(self, recording: Path, code: int = 0) -> None:
        """A build that says what was recorded, and ends with this code."""
        self.builds(f"/bin/cat {recording} >&2; exit {code}")

    def files(self) -> dict[str, bytes | None]:
        """All that is in the folder."""
        return {
            str(path.relative_to(self.path)): path.read_bytes() if path.is_file() else None
            for path in self.path.rglob("*")
        }


@contextmanager
def sound_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capture: pytest.CaptureFixture[str]
) -> Iterator[Project]:
    """A project in which nothing is wrong: each test breaks one thing."""
    for name in ("DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    binaries = docker_cli(tmp_path / "bin").parent
    folder = tmp_path / "shop"
    folder.mkdir()
    made = Project(folder, binaries, monkeypatch, capture)
    plan = BuildPlan(application=Application(files=("app.py",), port="8000", command="python app.py"))
    plan = plan.change("base", builder=catalogue().builder.reference, runtime="debian:13.6-slim")
    made.write("condock.yml", dump_plan(plan))
    made.write("environment.yml", "name: shop\nchannels:\n  - defaults\ndependencies:\n  - python=3.13\n")
    made.write("app.py", "print('hello')\n")
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    monkeypatch.setenv("PATH", str(binaries))
    with engine_socket() as host:
        monkeypatch.setenv("DOCKER_HOST", host)
        yield made
