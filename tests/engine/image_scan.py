"""Looks for a key in all of an image: its layers, its history and its configuration.

On purpose without the product's own search: what that says is held against what this finds. It knows few
encodings; all of them are the product's to find (`tests/core/proof`).
"""

from __future__ import annotations

import base64
import gzip
import io
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import quote

from tests.engine.engine import Engine

_GZIP, _ZSTANDARD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


@cache
def forms(key: str) -> frozenset[bytes]:
    """The key as it could stand somewhere: plain, URL-encoded, and as base64 of itself within anything."""
    plain = key.encode()
    return frozenset({plain, quote(key, safe="").encode(), *(_within_base64(plain, at) for at in range(3))})


def leaks(text: str | bytes | bytearray, key: str) -> bool:
    """Whether any form of the key is in it."""
    content = text.encode() if isinstance(text, str) else text
    return any(form in content for form in forms(key))


def find_in_image(engine: Engine, image: str, key: str, folder: Path, *more: str) -> set[str]:
    """Where in the image the key is, or one of `more`; `folder` holds the saved image meanwhile."""
    keys = (key, *more)
    return {place for place, content in _contents(engine, image, folder) if any(leaks(content, k) for k in keys)}


def files_with_key(engine: Engine, image: str, key: str, folder: Path) -> list[str]:
    """The same by the files in its layers, and by where else it is."""
    found = list[str]()
    for place, content in _contents(engine, image, folder):
        if place != "layer":
            found += [place] if leaks(content, key) else []
        else:
            with tarfile.open(fileobj=io.BytesIO(content)) as layer:
                found += [
                    member.name
                    for member in layer
                    if member.isfile() and (file := layer.extractfile(member)) and leaks(file.read(), key)
                ]
    return found


def _contents(engine: Engine, image: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    yield "history", engine.docker("history", "--no-trunc", "--format={{json .}}", image).encode()
    yield "config", engine.docker("image", "inspect", image).encode()
    saved = folder / "saved.tar"
    engine.docker("save", "--output", str(saved), image)
    with tarfile.open(saved) as archive:
        for member in archive:
            if (file := archive.extractfile(member)) is not None:
                yield _unpacked(file.read())
    saved.unlink()


def _unpacked(content: bytes) -> tuple[str, bytes]:
    """A file of a saved image, layers as plain tar; one that cannot be looked into must not pass for clean."""
    if content.startswith(_ZSTANDARD):
        raise ValueError("a layer is packed with zstandard, which is not looked into here")
    if content.startswith(_GZIP):
        content = gzip.decompress(content)
    return ("layer" if content[257:262] == b"ustar" else "manifest"), content


def _within_base64(plain: bytes, at: int) -> bytes:
    """What base64 makes of it, `at` bytes behind a multiple of three; without what its neighbours change."""
    first = (8 * at + 5) // 6
    last = 8 * (at + len(plain)) // 6
    return base64.b64encode(bytes(at) + plain)[first:last]
