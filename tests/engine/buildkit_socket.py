"""An engine's own BuildKit on a socket by itself, as the `remote` driver of buildx wants one."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler

from tests.engine.engine import Engine
from tests.stages.stand_in_engine import unix_server

# How buildx itself reaches the BuildKit of an engine (docker/docker, client/hijack.go, DialHijack).
_UPGRADE = b"POST /grpc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
_END = b"\r\n\r\n"


@contextmanager
def buildkit_of(engine: Engine) -> Iterator[str]:
    """The address of its BuildKit, for as long as the block lasts."""
    host = engine.env["DOCKER_HOST"].removeprefix("unix://")

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            with socket.socket(socket.AF_UNIX) as buildkit:
                buildkit.connect(host)
                buildkit.sendall(_UPGRADE)
                answer = b""
                while not answer.endswith(_END):
                    answer += buildkit.recv(1)
                back = threading.Thread(target=_pass_on, args=(buildkit, self.request))
                back.start()
                _pass_on(self.request, buildkit)
                back.join()

    with unix_server(Handler) as address:
        yield address


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    """All bytes, until there are no more; then the target is told so."""
    with suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
