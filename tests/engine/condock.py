"""condock itself, run as people run it: a folder of its own, a home of its own, and what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.engine.base_images import BaseImages
from tests.engine.channel import Channel
from tests.engine.engine import Engine
from tui.core.building.step_name import StepName, parse_name
from tui.core.dockerfile.environment_steps import CACHE
from tui.core.key_access import with_trust
from tui.core.project import Project, open_project
from tui.core.secret import KEY_VARIABLE, Secret

CONDOCK = Path(sys.executable).with_name("condock")
GREETING = "hello from greeting 1.1"
DOWNLOAD = (
    "conda create --yes --download-only --prefix /env --file environment.yml && test ! -e /env && mkdir /pkgs && "
    f"cp --archive {CACHE}/*/ {CACHE}/urls.txt /pkgs && rm -rf {os.path.dirname(CACHE)}/*"
)
LINK = "CONDA_ALWAYS_COPY=true conda env create --yes --offline --prefix /env --file environment.yml"
"""The two instructions that make the environment, the first of them with the key."""


@dataclass(frozen=True)
class Done:
    """What a run of condock left."""

    code: int
    stdout: str
    stderr: str

    @property
    def events(self) -> list[dict[str, object]]:
        """stdout as JSON lines; ValueError where there is anything else in it."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def failed(self) -> StepName:
        """The step that has an error, of a run with --json."""
        failures = {str(event["name"]) for event in self.events if event.get("error")}
        assert len(failures) == 1, failures
        return parse_name(failures.pop())


@dataclass(frozen=True)
class Folder:
    """A project folder, and the surroundings in which condock is run on it."""

    path: Path
    env: dict[str, str]
    engine: Engine
    images: BaseImages
    channel: Channel
    image: str

    @property
    def scratch(self) -> Path:
        """Where the runs keep their temporary files."""
        return Path(self.env["TMPDIR"])

    def project(self, key: str) -> Project:
        """It as a front end opens it, with this key to build with."""
        return replace(with_trust(open_project(self.path), self.env), pasted=Secret(key))

    def write(self, name: str, text: str, mode: int = 0o644) -> None:
        file = self.path / name
        file.write_text(text)
        file.chmod(mode)

    def environment(self, key: str | None = None, **changes: str) -> dict[str, str]:
        """The whole environment of a run."""
        return self.env | ({KEY_VARIABLE: key} if key else {}) | changes

    def start(self, *arguments: str, key: str | None = None) -> subprocess.Popen[str]:
        """condock, running in a session of its own."""
        return subprocess.Popen(
            [CONDOCK, *arguments],
            cwd=self.path,
            env=self.environment(key),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, key: str | None = None, **changes: str) -> Done:
        """condock, to its end; `changes` are more variables for it."""
        done = subprocess.run(
            [CONDOCK, *arguments],
            cwd=self.path,
            env=self.environment(key, **changes),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def init(self, *options: str) -> None:
        """A plan from flags, without questions; only a builder that is named here is asked for its conda."""
        bases = ["--builder", self.images.builder.pinned, "--runtime", self.images.runtime.pinned]
        bases += [] if {"--builder", "--form"} & set(options) else ["--form", "isolated"]
        places = ["--plugin-channel", self.channel.tools, "--network", "host", "--image", self.image]
        done = self.run("init", *bases, *places, "--command", "greet", *options)
        assert (done.code, done.stdout) == (0, ""), done.stderr

    def in_image(self, *command: str) -> str:
        """What the built image says, without a network; by itself, or to another command."""
        entrypoint = [f"--entrypoint={command[0]}"] if command else []
        return self.engine.docker("run", "--rm", "--network=none", *entrypoint, self.image, *command[1:])


@contextmanager
def project_folder(path: Path, engine: Engine, images: BaseImages, channel: Channel) -> Iterator[Folder]:
    """A `new_folder`; the image made of it goes with it."""
    folder = new_folder(path, engine, images, channel)
    try:
        yield folder
    finally:
        engine.docker("image", "rm", "--force", folder.image)


def new_folder(path: Path, engine: Engine, images: BaseImages, channel: Channel) -> Folder:
    """A folder with an environment.yml that asks for `greeting`."""
    places = {"HOME": path / "home", "TMPDIR": path / "scratch"}
    for place in (*places.values(), path / "greeter"):
        place.mkdir(parents=True)
    folder = Folder(
        path=path / "greeter",
        env=_reaching(engine) | {name: str(place) for name, place in places.items()},
        engine=engine,
        images=images,
        channel=channel,
        image=f"condock-test/greeter:{uuid.uuid4().hex[:12]}",
    )
    folder.write("environment.yml", f"channels: [{channel.private}]\ndependencies: [greeting]\n")
    return folder


def _reaching(engine: Engine) -> dict[str, str]:
    """What it takes to reach the engine, and nothing else of whoever runs the tests."""
    kept = {name: value for name, value in engine.env.items() if name == "PATH" or name.startswith("DOCKER_")}
    settings = Path(engine.env.get("HOME") or os.path.expanduser("~")) / ".docker"
    return {"DOCKER_CONFIG": str(settings), "LANG": "C.UTF-8", "TERM": "xterm-256color", **kept}
