"""A loopback server of conda channels, one of which wants a key.

`<url>/tools` is public, as Anaconda's anaconda-tools channel is; `<url>/private` answers 401 without a key
and 403 to a wrong one (facts/anaconda.md, sections 1 and 9).
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TypeVar

from tests.engine.conda_packages import Package, busybox, index, sample_packages, tools_packages


@dataclass(frozen=True)
class Request:
    """What a client asked for and was told; never what it sent as its key."""

    path: str
    authorized: bool
    status: int


@dataclass(frozen=True)
class Hold:
    """A download that waits: `reached` is set when a client asked for it, `let_go` lets the server answer."""

    path: str
    reached: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)


class Channel:
    """The files of the channels, who may read them, and who did."""

    def __init__(self, keys: Sequence[str], files: Mapping[str, bytes], tools: str = "") -> None:
        """`tools` is the address of the public channel, where another server has it."""
        self._tools = tools
        self._bearers = [f"Bearer {key}".encode() for key in keys]
        self._files = files
        self._holds: list[Hold] = []
        self.requests: list[Request] = []
        self.url = ""

    @property
    def tools(self) -> str:
        """The public channel with anaconda-registration and conda-lock."""
        return self._tools or f"{self.url}/tools"

    @property
    def wheels(self) -> str:
        """The public index of what pip installs."""
        return f"{self.url}/tools/simple"

    @property
    def private(self) -> str:
        """The channel that wants the key."""
        return f"{self.url}/private"

    def md5(self, url: str) -> str:
        """The hash a lock file has for a package of this server."""
        content = self._files[url.removeprefix(self.url)]
        return hashlib.md5(content, usedforsecurity=False).hexdigest()

    @contextmanager
    def holding(self, path_part: str) -> Iterator[Hold]:
        """Keep whoever asks for such a path waiting, until `let_go` is set or the block ends."""
        hold = Hold(path_part)
        self._holds.append(hold)
        try:
            yield hold
        finally:
            self._holds.remove(hold)
            hold.let_go.set()

    def answer(self, path: str, authorization: str | None) -> tuple[int, bytes]:
        """Status and body for a request; it is recorded."""
        status, body = self._look_up(path, authorization)
        self.requests.append(Request(path, authorization is not None, status))
        for hold in list(self._holds):
            if hold.path in path:
                hold.reached.set()
                hold.let_go.wait()
        return status, body

    def _look_up(self, path: str, authorization: str | None) -> tuple[int, bytes]:
        if not path.startswith("/tools/"):
            if authorization is None:
                return 401, b"a key is needed"
            if authorization.encode() not in self._bearers:
                return 403, b"this key opens nothing here"
        body = self._files.get(path)
        return (404, b"no such file") if body is None else (200, body)


class Handler(BaseHTTPRequestHandler):
    channel: Channel
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        status, body = self.channel.answer(self.path, self.headers.get("Authorization"))
        self._send(status, body)

    def do_HEAD(self) -> None:
        status, body = self.channel.answer(self.path, self.headers.get("Authorization"))
        self._send(status, body, head=True)

    def _send(self, status: int, body: bytes, *, head: bool = False) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if not head:
                self.wfile.write(body)
        except ConnectionError:
            self.close_connection = True  # a cancelled build hangs up

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: `Channel.requests` is the record."""


@contextmanager
def serving(keys: Sequence[str], busybox_binary: bytes, tools: str = "") -> Iterator[Channel]:
    """A running channel server on a free loopback port, for as long as the block lasts."""
    private = [*sample_packages(), *busybox(busybox_binary)]
    files = files_of("private", private) | files_of("tools", tools_packages())
    with running(Channel(keys, files, tools)) as channel:
        yield channel


Serve = Callable[[Sequence[str]], AbstractContextManager[Channel]]
"""A `serving` that knows all but the keys."""

C = TypeVar("C", bound=Channel)


@contextmanager
def running(channel: C, handler: type[Handler] = Handler) -> Iterator[C]:
    """The channel, served on a free loopback port for as long as the block lasts."""
    handler = type("OfChannel", (handler,), {"channel": channel})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        channel.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield channel
        finally:
            server.shutdown()
            thread.join()


def files_of(name: str, packages: Sequence[Package]) -> dict[str, bytes]:
    """The files of a channel of this name: packages, and the repodata that lists them."""
    files = {f"/{name}/{package.subdir}/{package.file_name}": package.archive for package in packages}
    return files | {f"/{name}/{subdir}/repodata.json": text for subdir, text in index(packages).items()}
