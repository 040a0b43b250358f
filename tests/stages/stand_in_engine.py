"""A stand-in for Docker: a `docker` that is a shell script, and a socket that answers as an engine would."""

from __future__ import annotations

import hashlib
import json
import socket
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingUnixStreamServer

from tests.saved_images import CLEAN

BUILDX = "github.com/docker/buildx v0.13.1 788433953af10f2a698f5c07611dddce2e08c7a0"
DOCKER = {
    "Version": "26.1.5",
    "ApiVersion": "1.45",
    "MinAPIVersion": "1.24",
    "Os": "linux",
    "Arch": "amd64",
    "Components": [{"Name": "Engine", "Version": "26.1.5"}],
}
PODMAN = {**DOCKER, "Version": "4.3.1", "Components": [{"Name": "Podman Engine", "Version": "4.3.1"}]}


def docker_cli(
    folder: Path,
    *,
    buildx: str = BUILDX,
    build: str = "exit 99",
    version: str = "exit 1",
    answers: Mapping[str, str] | None = None,
    image: bytes = CLEAN,
) -> Path:
    """Put an executable `docker` into the folder; `build` and `version` are what it does for these, in sh.

    So are `answers`, by the whole command line behind `docker`, but for a `--` before a builder's name. Without
    `buildx` it knows no such command, as docker says it (28.2.2). What it builds is this saved `image`, or with
    none, one that nobody gets. Its path never has the tools of sh: the script uses builtins and full paths only.
    """
    known = f"echo '{buildx}'" if buildx else "echo 'docker: unknown command: docker buildx' >&2; exit 1"
    more = "\n".join(f'  "{arguments}") {does} ;;' for arguments, does in (answers or {}).items())
    path = folder / "docker"
    folder.mkdir(exist_ok=True)
    saved = folder / "image.tar"
    saved.write_bytes(image)
    script = f"""#!/bin/sh
tell_id() {{
  while [ $# -gt 1 ]; do [ "$1" != --iidfile ] || echo {id_of(image)} >"$2"; shift; done
}}
case "$1 $2 $3 $4" in
  "buildx inspect -- -"*) ;;
  "buildx inspect -- "*) shift 3; set -- buildx inspect "$@" ;;
esac
case "$*" in
{more}
  *) case "$1 $2" in
  "buildx version") {known} ;;
  "buildx build") tell_id "$@"; {build} ;;
  "image inspect") [ -s {saved} ] && [ "$4 $6" = "{{{{.Id}}}} {id_of(image)}" ] && echo {id_of(image)} ;;
  "image save") /bin/cat {saved} ;;
  "version --format") {version} ;;
  *) exit 98 ;;
  esac ;;
esac
"""
    path.write_text(script)
    path.chmod(0o755)
    return path


def id_of(image: bytes) -> str:
    """By which it knows a saved image that it has built."""
    return f"sha256:{hashlib.sha256(image).hexdigest()}"


@contextmanager
def engine_socket(answer: object = DOCKER, status: int = 200) -> Iterator[str]:
    """A DOCKER_HOST that gives the same JSON to every question."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def address_string(self) -> str:
            return "a socket"

        def log_message(self, format: str, *args: object) -> None:
            pass

    with unix_server(Handler) as address:
        yield address


@contextmanager
def unix_server(handler: type[BaseRequestHandler]) -> Iterator[str]:
    """The address of a socket where each connection is handled in a thread."""
    # Not pytest's folder: the path of a socket has at most 107 bytes.
    with tempfile.TemporaryDirectory() as folder, ThreadingUnixStreamServer(f"{folder}/s", handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"unix://{folder}/s"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def dead_socket(*, listening: bool = False) -> Iterator[str]:
    """A DOCKER_HOST where nobody listens, as a daemon leaves it that was killed; or one that never answers."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as end:
        end.bind(f"{folder}/s")
        if listening:
            end.listen()
        yield f"unix://{folder}/s"
