"""Builds whose commands a test chooses, shown in a terminal by `condock build` or by the wizard."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engine.base_images import Image, digest
from tests.engine.channel import Hold
from tests.engine.condock import CONDOCK, Folder
from tests.engine.engine import Engine
from tests.engine.terminal import Terminal
from tests.engine.wizard_keys import to_build
from tui.core.files import write
from tui.core.project import open_project

FRONT_ENDS = ("build", "wizard")

_IMAGE = "condock-test/scripted:1"
_DOCKERFILE = """\
FROM scratch
COPY --chmod=755 busybox /bin/
RUN ["/bin/busybox", "--install", "/bin"]
COPY --chmod=755 conda useradd /bin/
"""
# What the environment is made by stands in its file: each line that begins with `#! ` is a command.
_CONDA = """\
#!/bin/sh
mkdir -p /env/bin
[ "$1" = install ] || sed -n 's/^#! //p' environment.yml | sh -e
"""


def publish_scripted(engine: Engine, registry: str, busybox: bytes, folder: Path) -> Image:
    """A busybox in the registry; its conda runs the lines of environment.yml that begin with `#! `."""
    tag = f"{registry}/{_IMAGE}"
    for name, content in {"busybox": busybox, "conda": _CONDA.encode(), "useradd": b"#!/bin/sh\n"}.items():
        (folder / name).write_bytes(content)
    (folder / "Dockerfile").write_text(_DOCKERFILE)
    engine.docker("buildx", "build", "--network=host", "--load", "--tag", tag, str(folder))
    engine.docker("push", "--quiet", tag)
    return Image(tag, digest(registry, _IMAGE))


def script(folder: Folder, *commands: str) -> None:
    """Have the build run these commands, one after the other, for as long as none fails."""
    dependencies = (folder.path / "environment.yml").read_text()
    folder.write("environment.yml", "".join(f"#! {command}\n" for command in commands) + dependencies)


@contextmanager
def gate(folder: Folder) -> Iterator[tuple[str, Hold]]:
    """A command that waits, and what tells that it does and lets it go on."""
    path = f"/tools/{uuid.uuid4().hex}"
    with folder.channel.holding(path) as hold:
        yield f"wget -q -O /dev/null {folder.channel.url}{path} 2> /dev/null || true", hold


@contextmanager
def building(folder: Folder, key: str, front_end: str, **changes: str) -> Iterator[Terminal]:
    """A build that was started in a terminal; `changes` are more variables for it."""
    arguments = ["build"] if front_end == "build" else []
    env = folder.environment(key, COLORTERM="truecolor", **changes)
    for change in open_project(folder.path).changes():
        write(change)
    with Terminal([CONDOCK, *arguments], folder.path, env) as terminal:
        if front_end == "wizard":
            to_build(terminal)
            terminal.press("enter")
        yield terminal


@contextmanager
def held_build(folder: Folder, key: str, front_end: str) -> Iterator[Terminal]:
    """The same of a build whose command waits, for as long as the block lasts."""
    with gate(folder) as (command, hold):
        script(folder, command)
        with building(folder, key, front_end) as terminal:
            terminal.wait_until(hold.reached.is_set, "the command that waits")
            yield terminal
