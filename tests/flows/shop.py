"""A project that could be built, on a machine where only Docker is a stand-in; and condock run on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.account_service import make_jwt
from tests.stand_in_engine import docker_cli, engine_socket
from tui.cli import main
from tui.core.plan import Application, BuildPlan
from tui.core.plan_file import dump_plan, read_plan_file
from tui.core.secret import KEY_VARIABLE

FAR = 4_102_444_800
"""2100-01-01, in seconds since the epoch."""
KEY = make_jwt(FAR)


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
        """Change the saved plan."""
        plan = read_plan_file(self.path / "condock.yml").change(section, **values)
        self.write("condock.yml", dump_plan(plan))

    def run(self, *arguments: str) -> Done:
        """condock, in this process."""
        self.capture.readouterr()
        code = main([*arguments, str(self.path)])
        said = self.capture.readouterr()
        return Done(code, said.out, said.err)

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
    plan = plan.change("base", builder="continuumio/miniconda3:26.7.1-1", runtime="debian:13.6-slim")
    made.write("condock.yml", dump_plan(plan))
    made.write("environment.yml", "name: shop\nchannels:\n  - defaults\ndependencies:\n  - python=3.13\n")
    made.write("app.py", "print('hello')\n")
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    monkeypatch.setenv("PATH", str(binaries))
    with engine_socket() as host:
        monkeypatch.setenv("DOCKER_HOST", host)
        yield made
