"""The ground the engine tests stand on: the guide's Dockerfile, by hand, where condock's own builds do not go."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.engine.base_images import BaseImages, prepare
from tests.engine.channel import Channel
from tests.engine.engine import Engine

ENV_MOUNT = "--mount=type=secret,id=ANACONDA_AUTH_API_KEY"
CREATE = "conda env create --yes --prefix /env --file environment.yml"
FROM_LOCK = "conda create --yes --prefix /env --file conda-linux-64.lock"

DOCKERFILE = """\
FROM {builder} AS builder
RUN conda install --yes --name base --channel {tools} --override-channels anaconda-registration
COPY environment.yml conda-linux-64.lock ./
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

    def build(self, create: str = CREATE, key: str | None = None) -> tuple[int, str]:
        """Exit code and output of a build; without a key, one without a secret."""
        names = {"builder": self.images.builder.pinned, "runtime": self.images.runtime.pinned}
        text = DOCKERFILE.format(**names, tools=self.channel.tools, mount=ENV_MOUNT, create=create)
        (self.folder / "Dockerfile").write_text(text)
        command = ["docker", "buildx", "build", "--progress=plain", "--network=host", "--tag=condock-test/app"]
        command += ["--secret=id=ANACONDA_AUTH_API_KEY"] if key else []
        done = subprocess.run(
            [*command, "."],
            cwd=self.folder,
            env=self.engine.env | ({"ANACONDA_AUTH_API_KEY": key} if key else {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
            check=False,
        )
        return done.returncode, done.stdout

    def run(self, *command: str) -> str:
        """What the built image says, without a network."""
        entrypoint = [f"--entrypoint={command[0]}"] if command else []
        return self.engine.docker("run", "--rm", "--network=none", *entrypoint, "condock-test/app", *command[1:])

    def depend_on(self, *packages: str) -> None:
        text = f"channels: [{self.channel.private}]\ndependencies: [{', '.join(packages)}]\n"
        (self.folder / "environment.yml").write_text(text)

    def lock(self, *paths: str) -> None:
        """An @EXPLICIT lock file of these packages."""
        urls = [f"{self.channel.private}/{path}" for path in paths]
        lines = ["@EXPLICIT", *(f"{url}#{self.channel.md5(url)}" for url in urls), ""]
        (self.folder / "conda-linux-64.lock").write_text("\n".join(lines))


@pytest.fixture
def project(tmp_path: Path, engine: Engine, base_images: BaseImages, channel: Channel) -> Project:
    made = Project(tmp_path, engine, base_images, channel)
    made.depend_on("greeting")
    made.lock("linux-64/busybox-1.35.0-0.tar.bz2", "noarch/greeting-1.0-0.tar.bz2")
    return made


def test_no_key(project: Project) -> None:
    code, output = project.build()
    assert code == 1
    assert f"Token not found for {project.channel.private}/" in output


def test_unknown_package(project: Project, key: str) -> None:
    project.depend_on("no-such-package-xyz")
    code, output = project.build(key=key)
    assert code == 1
    assert "PackagesNotFoundInChannelsError" in output


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


def test_commands_that_install_nothing(engine: Engine, base_images: BaseImages) -> None:
    run = ["run", "--rm", "--network=none", base_images.builder.pinned, "conda"]
    assert engine.docker(*run, "config", "--system", "--remove", "channels", "defaults") == ""
    with pytest.raises(RuntimeError, match="invalid choice: 'tos'"):
        engine.docker(*run, "tos", "accept")


def test_digests_stay(engine: Engine, registry: str, base_images: BaseImages) -> None:
    assert prepare(engine, registry) == base_images
    engine.docker("pull", "--quiet", base_images.builder.pinned)
