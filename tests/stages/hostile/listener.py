"""Servers on loopback that note every request: one stands for the internet, one for whoever wants the key.

Each speaks HTTP, TLS on the same port, and is a proxy: what is asked of any host through it, it answers itself,
with a certificate of that host's by its own authority. The user trusts the authority of the internet alone.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.stages.certificates import Authority, authority

_TLS = b"\x16"
"""The first byte of a handshake (RFC 8446, section 5.1)."""


@dataclass(frozen=True)
class Heard:
    """One request, all of it."""

    by: str
    """Who was asked: the name of the listener."""
    host: str
    """Whom the client meant to ask, without the port."""
    text: str
    """Request line, headers and body."""


@dataclass
class Listener:
    """A question that was asked, where, and whom one has to trust for it."""

    name: str
    ca: Path
    address: str = ""
    """Host and port."""
    heard: list[Heard] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    """Notes the request, then answers as a small channel does, or Anaconda's account service."""

    protocol_version = "HTTP/1.1"
    timeout = 20

    def __init__(self, listener: Listener, authority: Authority, *arguments: object) -> None:
        self._listener, self._authority, self._host = listener, authority, ""
        super().__init__(*arguments)  # type: ignore[arg-type]

    def setup(self) -> None:
        if self.request.recv(1, socket.MSG_PEEK) == _TLS:
            self._host = "127.0.0.1"
            self.request = self._authority.context(self._host).wrap_socket(self.request, server_side=True)
        super().setup()

    def do_CONNECT(self) -> None:
        self._note(self.path.rpartition(":")[0])
        self._host = self.path.rpartition(":")[0]
        self.send_response_only(200)
        self.end_headers()
        self.request = self._authority.context(self._host).wrap_socket(self.request, server_side=True)
        super().setup()
        self.close_connection = False

    def do_GET(self) -> None:
        self._note(self._host or (self.headers.get("Host") or "").partition(":")[0])
        status, body = _answer(self.path)
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_POST = do_PUT = do_GET

    def _note(self, host: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        text = f"{self.requestline}\n{self.headers}{body.decode('latin-1')}"
        self._listener.heard.append(Heard(self._listener.name, host, text))

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away, or does not trust the certificate, is nothing to print."""


def _answer(path: str) -> tuple[int, bytes]:
    if path.endswith("/repodata.json"):
        subdir = path.rsplit("/", 2)[1]
        listed = ("python", "pip") if subdir.startswith("linux") else ()
        packages = {f"{name}-3.13.1-0.tar.bz2": _package(name, subdir) for name in listed}
        return 200, json.dumps({"info": {"subdir": subdir}, "packages": packages, "repodata_version": 1}).encode()
    if path.endswith("/api/account"):
        return 200, json.dumps({"user": {"first_name": "Ada", "email": "ada@example.com"}}).encode()
    return 404, b"{}"


def _package(name: str, subdir: str) -> dict[str, object]:
    named = {"name": name, "version": "3.13.1", "build": "0", "build_number": 0, "subdir": subdir}
    return {**named, "depends": [], "size": 1000, "sha256": "5" * 64, "md5": "5" * 32}


@contextmanager
def listening(name: str, folder: Path) -> Iterator[Listener]:
    """A listener on a free port, for as long as the block lasts."""
    ca = authority(name, folder)
    listener = Listener(name, ca.path)
    with _Server(("127.0.0.1", 0), partial(_Handler, listener, ca)) as server:
        server.daemon_threads = True
        server.block_on_close = False
        listener.address = f"127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield listener
        finally:
            server.shutdown()
            thread.join()
