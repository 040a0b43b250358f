"""Runs builds that fail, with what they fail on: channels and registries that refuse, an engine that goes away."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.engine.answering import answering, self_signed
from tests.engine.base_images import BaseImages, Image
from tests.engine.channel import Channel
from tests.engine.engine import Engine, image_of
from tests.engine.failures import Failing, Starting
from tui.core.secret import KEY_VARIABLE

_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json"
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


@dataclass(frozen=True)
class Failed:
    """What a failed build left."""

    code: int
    """Negative for a signal."""
    output: bytes
    """All it wrote on stderr."""


@contextmanager
def places(images: BaseImages, registry: str, channel: Channel, folder: Path) -> Iterator[dict[str, str]]:
    """What the names in the texts of a `Failing` stand for."""
    certificate = self_signed(folder / "certificate.pem")
    with answering() as answers, answering(certificate, f"http://{answers}") as tls:
        yield {
            "builder": images.builder.pinned,
            "runtime": images.python.pinned,
            "foreign": _of_another_platform(registry, images.python),
            "registry": registry,
            "tools": channel.tools,
            "private": channel.private,
            "unmapped": channel.private.replace("127.0.0.1", "localhost"),
            "answers": answers,
            "tls": tls,
        }


def fail(failing: Failing, where: Mapping[str, str], engine: Engine, folder: Path) -> Failed:
    """Run the build in this empty folder to its end."""
    for name, content in {"Dockerfile": failing.dockerfile, **failing.files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((content % where).encode() if isinstance(content, str) else content)
    env = engine.env | dict(failing.env) | ({KEY_VARIABLE: failing.key} if failing.key else {})
    options = [option % where for option in failing.options]
    if failing.key:
        options.append(f"--secret=id={KEY_VARIABLE}")
    if not any(option.startswith("--tag=") for option in options):
        options.append("--tag=condock-test/failing:1")
    argv = ["docker", *failing.command, *options, "."]
    if failing.cut == "engine":
        with _relay(env["DOCKER_HOST"].removeprefix("unix://"), folder / "engine.sock") as cut:
            return _cut_short(argv, env | {"DOCKER_HOST": f"unix://{folder / 'engine.sock'}"}, folder, cut)
    if failing.cut:
        return _cut_short(argv, env, folder, int(failing.cut))
    done = subprocess.run(
        argv, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=120, check=False
    )
    if "--push" in options:  # the image is made before it is refused
        names = [option.removeprefix("--tag=") for option in options if option.startswith("--tag=")]
        engine.docker("image", "rm", "--force", *names)
    return Failed(done.returncode, done.stderr)


def start(starting: Starting, where: Mapping[str, str], engine: Engine, folder: Path) -> Failed:
    """Build the image in this empty folder and run it to its end."""
    for name, content in starting.files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    with image_of(engine, f"FROM {where['runtime']}\n{starting.instructions}", folder) as image:
        argv = ["docker", "run", "--rm", "--network=none", image]
        done = subprocess.run(argv, env=engine.env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return Failed(done.returncode, done.stderr)


def _cut_short(argv: list[str], env: Mapping[str, str], folder: Path, cut: threading.Event | int) -> Failed:
    """Run until a step prints `begun`, then end something, and read to the end."""
    running = subprocess.Popen(
        argv, cwd=folder, env=env, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    assert running.stderr
    output = b""
    with running.stderr as stderr:
        while chunk := os.read(stderr.fileno(), 65_536):
            output += chunk
            if b"YmVndW4K" in chunk:  # `begun` as rawjson has it
                if isinstance(cut, int):
                    os.killpg(running.pid, signal.Signals(cut))
                else:
                    cut.set()
    return Failed(running.wait(60), output)


@contextmanager
def _relay(engine: str, path: Path) -> Iterator[threading.Event]:
    """A socket at `path` that reaches the engine, until the event is set: then all connections break."""
    cut, ends = threading.Event(), list[socket.socket]()

    def pump(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def accept(server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = server.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(engine)
                ends.extend((near, far))
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=pump, args=pair, daemon=True).start()

    def break_off(server: socket.socket) -> None:
        cut.wait()
        path.unlink(missing_ok=True)
        for end in (server, *ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    server = socket.socket(socket.AF_UNIX)
    server.bind(str(path))
    server.listen()
    for work in (accept, break_off):
        threading.Thread(target=work, args=(server,), daemon=True).start()
    try:
        yield cut
    finally:
        cut.set()


def _of_another_platform(registry: str, image: Image) -> str:
    """An index that says it has this image for arm64, and nothing else."""
    name = image.tag.removeprefix(f"{registry}/").partition(":")[0]
    url = f"http://{registry}/v2/{name}/manifests"
    asked = urllib.request.Request(f"{url}/{image.digest}", headers={"Accept": _MANIFEST})
    with urllib.request.urlopen(asked, timeout=10) as response:
        size = len(response.read())
    platform = {"os": "linux", "architecture": "s390x"}
    entry = {"mediaType": _MANIFEST, "size": size, "digest": image.digest, "platform": platform}
    index = json.dumps({"schemaVersion": 2, "mediaType": _INDEX, "manifests": [entry]}).encode()
    request = urllib.request.Request(
        f"{url}/of-another-platform", data=index, headers={"Content-Type": _INDEX}, method="PUT"
    )
    with urllib.request.urlopen(request, timeout=10):
        return f"{registry}/{name}:of-another-platform"
