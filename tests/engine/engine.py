"""The Docker engine of the tests: the one of tests/engine/up, or else the one that is running."""

from __future__ import annotations

import os
import shlex
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Engine:
    """An engine that answers: the environment that reaches it and, where it is ours, the folder of `up`."""

    env: dict[str, str]
    state: Path | None

    def docker(self, *arguments: str, stdin: Path = Path("/dev/null")) -> str:
        """Run the docker CLI on it and return what it prints."""
        command = ["docker", *arguments]
        with stdin.open("rb") as source:
            done = subprocess.run(command, env=self.env, stdin=source, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{shlex.join(command)}\n{done.stderr[-3000:]}")
        return done.stdout.strip()


def find() -> Engine | None:
    """Ours first: a test run must not fill the user's own engine where it need not."""
    state = Path(os.environ.get("CONDOCK_TEST_STATE") or HERE.parents[1] / ".engine").absolute()
    if (state / "env").exists() and _answers(env := _sourced(state / "env")):
        return Engine(env, state)
    return Engine(dict(os.environ), None) if _answers(os.environ) else None


def second(engine: Engine) -> Engine | None:
    """The engine beside ours that keeps images as containerd does, started where it is not running."""
    if engine.state is None:
        return None
    subprocess.run([HERE / "up", "--second", engine.state], capture_output=True, timeout=120, check=True)
    return Engine({**engine.env, "DOCKER_HOST": f"unix://{engine.state}/run/second.sock"}, engine.state)


@contextmanager
def image_of(engine: Engine, dockerfile: str, folder: Path, *options: str) -> Iterator[str]:
    """The name of an image made of this Dockerfile in this folder, for as long as the block lasts."""
    name = f"condock-test/made:{uuid.uuid4().hex[:12]}"
    (folder / "Dockerfile").write_text(f"{dockerfile}\n")
    engine.docker("buildx", "build", "--network=host", "--load", "--tag", name, *options, str(folder))
    (folder / "Dockerfile").unlink()
    try:
        yield name
    finally:
        engine.docker("image", "rm", "--force", name)


def _sourced(file: Path) -> dict[str, str]:
    env = dict(os.environ)
    for line in file.read_text().splitlines():
        name, _, value = shlex.split(line)[1].partition("=")
        env[name] = value.replace("$PATH", os.environ.get("PATH", os.defpath))
    return env


def _answers(env: Mapping[str, str]) -> bool:
    try:
        done = subprocess.run(["docker", "version"], env=env, capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
