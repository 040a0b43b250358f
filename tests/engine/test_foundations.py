"""The ground the engine tests stand on: the guide's Dockerfile, by hand, on the real engine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.base_images import BaseImages, prepare
from tests.engine.channel import Channel
from tests.engine.engine import Engine

ENV_MOUNT = "--mount=type=secret,id=ANACONDA_AUTH_API_KEY"
DOTENV_MOUNT = "--mount=type=secret,id=dotenv,target=.env"
ENV_SECRET = "id=ANACONDA_AUTH_API_KEY"
CREATE = "conda env create --yes --prefix /env --file environment.yml"
FROM_LOCK = "conda create --yes --prefix /env --file conda-linux-64.lock"

DOCKERFILE = """\
FROM {builder} AS builder
RUN conda install --yes --name base --channel {tools} --override-channels anaconda-registration conda-lock
COPY environment.yml conda-lock.yml conda-linux-64.lock ./
RUN {mount} {create}
FROM {runtime}
COPY --from=builder /env /env
ENV PATH=/env/bin:$PATH
ENTRYPOINT ["greet"]
"""


@dataclass(frozen=True)
class Project:
    """A folder with the guide's Dockerfile in it, and how to build that."""

    folder: Path
    engine: Engine
    images: BaseImages
    channel: Channel

    def start(self, mount: str, create: str, secret: str, key: str | None) -> subprocess.Popen[str]:
        names = {"builder": self.images.builder.pinned, "runtime": self.images.runtime.pinned}
        text = DOCKERFILE.format(**names, tools=self.channel.tools, mount=mount, create=create)
        (self.folder / "Dockerfile").write_text(text)
        command = [
            "docker",
            "buildx",
            "build",
            "--progress=plain",
            "--network=host",
            "--tag=condock-test/app",
        ]
        command += [f"--secret={secret}"] if secret else []
        env = self.engine.env | ({"ANACONDA_AUTH_API_KEY": key} if key else {})
        return subprocess.Popen(
            [*command, "."],
            cwd=self.folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def build(
        self, mount: str = ENV_MOUNT, create: str = CREATE, secret: str = ENV_SECRET, key: str | None = None
    ) -> tuple[int, str]:
        """Exit code and output of a build."""
        running = self.start(mount, create, secret, key)
        output, _ = running.communicate(timeout=120)
        return running.returncode, output

    def run(self, *command: str) -> str:
        """What the built image says, without a network."""
        entrypoint = [f"--entrypoint={command[0]}"] if command else []
        return self.engine.docker("run", "--rm", "--network=none", *entrypoint, "condock-test/app", *command[1:])

    def depend_on(self, *packages: str) -> None:
        text = f"channels: [{self.channel.private}]\ndependencies: [{', '.join(packages)}]\n"
        (self.folder / "environment.yml").write_text(text)

    def lock(self, *paths: str) -> None:
        """Both kinds of lock file, for these packages."""
        locked = {url: self.channel.md5(url) for url in (f"{self.channel.private}/{path}" for path in paths)}
        plain = {"name": "x", "version": "1", "manager": "conda", "platform": "linux-64"}
        packages = [plain | {"url": url, "hash": {"md5": md5}} for url, md5 in locked.items()]
        lock = {"version": 1, "metadata": {"platforms": ["linux-64"]}, "package": packages}
        (self.folder / "conda-lock.yml").write_text(json.dumps(lock))  # JSON is YAML
        explicit = "".join(f"{url}#{md5}\n" for url, md5 in locked.items())
        (self.folder / "conda-linux-64.lock").write_text(f"@EXPLICIT\n{explicit}")


@pytest.fixture
def project(tmp_path: Path, engine: Engine, base_images: BaseImages, channel: Channel) -> Project:
    made = Project(tmp_path, engine, base_images, channel)
    made.depend_on("greeting")
    made.lock("linux-64/busybox-1.35.0-0.tar.bz2", "noarch/greeting-1.0-0.tar.bz2")
    return made


def test_key_from_the_environment(project: Project, key: str) -> None:
    code, output = project.build(key=key)
    assert code == 0, output
    assert project.run() == "hello from greeting 1.1"
    assert key not in output
    private = [request for request in project.channel.requests if request.path.startswith("/private/")]
    assert {request.status for request in private} == {200}


def test_key_from_a_dotenv_file(project: Project, opaque_key: str) -> None:
    (project.folder / "docker.env").write_text(f"ANACONDA_AUTH_API_KEY={opaque_key}\n")
    code, output = project.build(mount=DOTENV_MOUNT, secret="id=dotenv,src=docker.env")
    assert code == 0, output
    assert project.run() == "hello from greeting 1.1"


def test_wrong_key(project: Project) -> None:
    code, output = project.build(key="wrong-key-1234567890")
    assert code == 1
    assert f"Received authentication error (403) when accessing {project.channel.private}." in output
    assert "wrong-key" not in output


def test_no_key(project: Project) -> None:
    code, output = project.build(secret="")
    assert code == 1
    assert f"Token not found for {project.channel.private}." in output


def test_unknown_package(project: Project, key: str) -> None:
    project.depend_on("no-such-package-xyz")
    code, output = project.build(key=key)
    assert code == 1
    assert "ResolvePackageNotFound" in output


@pytest.mark.parametrize("create", ["conda lock install --prefix /env", FROM_LOCK], ids=["conda-lock", "explicit"])
def test_locks(project: Project, key: str, create: str) -> None:
    code, output = project.build(create=create, key=key)
    assert code == 0, output
    assert project.run() == "hello from greeting 1.0"


def test_a_lock_with_another_hash(project: Project, key: str) -> None:
    lock = project.folder / "conda-linux-64.lock"
    lock.write_text(f"{lock.read_text().rpartition('#')[0]}#{'0' * 32}\n")
    code, output = project.build(create=FROM_LOCK, key=key)
    assert code == 1
    assert "ChecksumMismatchError" in output


def test_glibc_of_the_runtime(project: Project, key: str) -> None:
    project.depend_on("greeting", "glibc-picky")
    code, output = project.build(create=f"CONDA_OVERRIDE_GLIBC=2.41 {CREATE}", key=key)
    assert code == 0, output
    assert project.run("cat", "/env/share/glibc-picky/version") == "2.0"


def test_cancelled_while_it_downloads(project: Project, key: str) -> None:
    with project.channel.holding("/greeting-1.1") as hold:
        running = project.start(ENV_MOUNT, CREATE, ENV_SECRET, key)
        assert hold.reached.wait(60)
        assert running.poll() is None
        os.killpg(running.pid, signal.SIGINT)
        output, _ = running.communicate(timeout=20)
    assert running.returncode != 0
    assert "context canceled" in output


def test_commands_that_install_nothing(engine: Engine, base_images: BaseImages) -> None:
    run = ["run", "--rm", "--network=none", base_images.builder.pinned, "conda"]
    assert engine.docker(*run, "config", "--system", "--remove", "channels", "defaults") == ""
    with pytest.raises(RuntimeError, match="invalid choice: 'tos'"):
        engine.docker(*run, "tos", "accept")


def test_digests_stay(engine: Engine, registry: str, base_images: BaseImages) -> None:
    assert prepare(engine, registry) == base_images
    engine.docker("pull", "--quiet", base_images.builder.pinned)
