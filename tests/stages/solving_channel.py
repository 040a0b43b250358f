"""Loopback channels to solve against: one that wants the key, and some that fail in all the ways channels do."""

from __future__ import annotations

import io
import json
import re
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engine.channel import Channel, Handler, files_of, running
from tests.engine.conda_packages import File, Package, index

STATUSES = {"/teapot/": 418, "/down/": 503}
BROKEN = {
    "/sign-in/": b"<html>Please sign in to this network</html>",
    "/short/": b'{"info":{"subdir":"noarch"},"packages":{"a-1-0.ta',
    "/cut/": b'{"info":{"subdir":"noarch"},"packages":{}}',
}
PUBLIC = (*STATUSES, *BROKEN, "/tools/", "/open/", "/moved/", "/later/", "/no-noarch/")


def packages() -> list[Package]:
    """Two worlds that do not mix (`lib` 1 and 2), a chain, and what only some system or platform has."""
    return [
        _package("app", "1.0", ["lib >=2"]),
        _package("app", "0.9", ["lib >=1.99"]),
        _package("old", "1.0", ["lib <2"]),
        *(_package("lib", version) for version in ("1.0", "1.10", "1.9", "2.0")),
        _package("lib", "2.0", subdir="linux-aarch64"),
        _package("data", "2026.1", subdir="noarch"),
        _package("gpu", "1.0", ["__cuda >=12"]),
        _package("modern", "1.0", ["__glibc >=2.99"]),
        _package("deep", "1.0", ["middle"]),
        _package("middle", "1.0", ["not-there >=3"]),
        _package("arm-only", "1.0", subdir="linux-aarch64"),
        _package("python", "3.12"),
        _package("pip", "26.3", ["python"], "noarch"),
        _package("snake", "1.0", ["python"], "noarch"),
    ]


def _package(name: str, version: str, depends: list[str] | None = None, subdir: str = "linux-64") -> Package:
    return Package(name, version, {f"share/{name}": File(b"x")}, subdir, depends or [])


class SolvingChannel(Channel):
    """`/private` wants a key; those in PUBLIC do not."""

    def __init__(self, key: str) -> None:
        listed = packages()
        files = files_of("private", listed) | files_of("open", listed)
        files |= files_of("later", [_package("lib", "3.0"), _package("extra", "1.0", ["lib >=3"])])
        files["/no-noarch/linux-64/repodata.json"] = index(listed)["linux-64"]
        self._added = files | _sized("open")
        super().__init__([key], self._added)

    @property
    def open(self) -> str:
        """The channel that has the same, and wants no key."""
        return f"{self.url}/open"

    def add(self, name: str, folder: Path) -> None:
        """Serve the files of a folder as the channel `/name`, which wants the key."""
        for file in folder.rglob("*"):
            if file.is_file():
                self._added[f"/{name}/{file.relative_to(folder).as_posix()}"] = file.read_bytes()

    def _look_up(self, path: str, authorization: str | None) -> tuple[int, bytes]:
        public = next((start for start in PUBLIC if path.startswith(start)), "")
        if not public:
            return super()._look_up(path, authorization)
        if public in STATUSES:
            return STATUSES[public], b""
        body = self._files.get(path)
        if public in BROKEN and path.endswith("/repodata.json"):
            body = BROKEN[public]
        return (404, b"") if body is None else (200, body)


class _SolvingHandler(Handler):
    """Breaks off, sends elsewhere, and knows ranges."""

    def _send(self, status: int, body: bytes, *, head: bool = False) -> None:
        if self.path.startswith("/moved/"):
            here = self.channel.url.replace("127.0.0.1", "localhost")
            self.send_response(302)
            self.send_header("Location", here + self.path.replace("/moved/", "/private/"))
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif self.path.startswith("/cut/") and status == 200:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body) + 1000))
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = True
        elif asked := re.fullmatch(r"bytes=-(\d+)", self.headers.get("Range") or ""):
            tail = body[-int(asked[1]) :]
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {len(body) - len(tail)}-{len(body) - 1}/{len(body)}")
            self.send_header("Content-Length", str(len(tail)))
            self.end_headers()
            self.wfile.write(tail)
        else:
            super()._send(status, body, head=head)


@contextmanager
def solving_channel(key: str) -> Iterator[SolvingChannel]:
    """The channels, on a free loopback port for as long as the block lasts."""
    with running(SolvingChannel(key), _SolvingHandler) as channel:
        yield channel


SIZED = {"lib/big": b"x" * 200_000, "bin/small": b"y" * 1_000}
"""The files of `/open/linux-64/sized-1-0.conda`."""


def _sized(channel: str) -> dict[str, bytes]:
    entries = [
        {"_path": path, "path_type": "hardlink", "size_in_bytes": len(data)} for path, data in SIZED.items()
    ]
    paths = json.dumps({"paths_version": 1, "paths": entries}).encode()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as parts:
        parts.writestr("metadata.json", '{"conda_pkg_format_version": 2}')
        parts.writestr("pkg-sized-1-0.tar.zst", _stored(_tar(SIZED)))
        parts.writestr("info-sized-1-0.tar.zst", _stored(_tar({"info/paths.json": paths})))
    return {f"/{channel}/linux-64/sized-1-0.conda": archive.getvalue()}


def _tar(files: dict[str, bytes]) -> bytes:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w") as archive:
        for path, data in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return tar.getvalue()


def _stored(data: bytes) -> bytes:
    """A Zstandard frame of blocks that are not compressed (RFC 8878, section 3.1.1)."""
    size = 1 << 16
    blocks = [data[at : at + size] for at in range(0, len(data), size)]
    frame = b"\x28\xb5\x2f\xfd\xa0" + len(data).to_bytes(4, "little")
    for number, block in enumerate(blocks, 1):
        frame += (len(block) << 3 | (number == len(blocks))).to_bytes(3, "little") + block
    return frame
