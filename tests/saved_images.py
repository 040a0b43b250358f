"""Images as `docker save` writes them, made by hand: of both image stores, and of engines before Docker 25."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACKINGS: dict[str, Callable[[bytes], bytes]] = {"tar": bytes, "gzip": gzip.compress, "zstd": zstd.compress}


@dataclass
class Image:
    """What is to be in it."""

    layers: Sequence[tuple[str, Mapping[str, bytes]]]
    """Of each the instruction that made it, and its files."""
    env: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    """Instructions that made no layer."""
    attestation: bytes = b""


def tar_of(files: Mapping[str, bytes], format: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar of these files; one whose content is `b"-> target"` is a link."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=format) as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            if content.startswith(b"-> "):
                member.type, member.linkname = tarfile.SYMTYPE, content[3:].decode()
            else:
                member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return made.getvalue()


def zip_of(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED, *, streamed: bool = False) -> bytes:
    """A zip of these files; a streamed one tells their sizes behind them, as jars do."""
    made = io.BytesIO()
    target = _Unseekable(made) if streamed else made
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def conda_package(files: Mapping[str, bytes]) -> bytes:
    """A package of conda's second format: a zip that stores tars packed with zstd."""
    inner = {"metadata.json": b"{}", "pkg-name-1.0-0.tar.zst": zstd.compress(tar_of(files))}
    return zip_of(inner, zipfile.ZIP_STORED)


def oci_layout(image: Image, packing: str = "gzip", *, absent: bool = False) -> bytes:
    """As the containerd image store saves it; with `absent`, another platform is named that is not there."""
    blobs = dict[str, bytes]()
    layers = [_put(blobs, PACKINGS[packing](tar_of(files))) for _, files in image.layers]
    config = _put(blobs, json.dumps(_config(image)).encode())
    manifests = [_put(blobs, json.dumps({"config": config, "layers": layers}).encode())]
    if image.attestation:
        inner = {"config": _put(blobs, b"{}"), "layers": [_put(blobs, image.attestation)]}
        note = {"annotations": {"vnd.docker.reference.type": "attestation-manifest"}}
        manifests.append(_put(blobs, json.dumps(inner).encode()) | note)
    if absent:
        platform = {"os": "linux", "architecture": "arm64", "variant": "v8"}
        manifests.append({"digest": f"sha256:{'0' * 64}", "size": 1, "platform": platform})
    index = _put(blobs, json.dumps({"manifests": manifests}).encode())
    top = {
        "index.json": json.dumps({"manifests": [index]}).encode(),
        "oci-layout": b'{"imageLayoutVersion":"1.0.0"}',
    }
    return tar_of({**blobs, **top})


def classic_archive(image: Image, *, legacy: bool = False) -> bytes:
    """As the classic image store saves it; `legacy`, as it did before Docker 25, where what is twice is a link."""
    if not legacy:
        return oci_layout(image, "tar")
    files, layers = dict[str, bytes](), list[str]()
    for number, (_, content) in enumerate(image.layers):
        layers.append(f"{number:064x}/layer.tar")
        layer = tar_of(content)
        known = next((name for name, other in files.items() if other == layer), None)
        files[layers[-1]] = f"-> ../{known}".encode() if known else layer
    config = json.dumps(_config(image)).encode()
    name = f"{hashlib.sha256(config).hexdigest()}.json"
    manifest = [{"Config": name, "RepoTags": ["made:1"], "Layers": layers}]
    return tar_of({**files, name: config, "manifest.json": json.dumps(manifest).encode()}, tarfile.USTAR_FORMAT)


STORES: dict[str, Callable[[Image], bytes]] = {
    "classic store": classic_archive,
    "classic store before 25": lambda image: classic_archive(image, legacy=True),
    "containerd store, gzip": oci_layout,
    "containerd store, zstd": lambda image: oci_layout(image, "zstd"),
}


def files_of(saved: bytes) -> dict[str, bytes]:
    """All that a saved image consists of."""
    with tarfile.open(fileobj=io.BytesIO(saved)) as archive:
        return {member.name: (archive.extractfile(member) or io.BytesIO()).read() for member in archive}


def chunks(data: bytes, size: int = 65_536) -> Iterator[memoryview]:
    """The data as a pipe gives it."""
    for at in range(0, len(data), size):
        yield memoryview(data)[at : at + size]


class _Unseekable(io.RawIOBase):
    def __init__(self, target: io.BytesIO) -> None:
        self._target = target

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        return self._target.write(data)  # type: ignore[arg-type]


def _put(blobs: dict[str, bytes], content: bytes) -> dict[str, object]:
    digest = hashlib.sha256(content).hexdigest()
    blobs[f"blobs/sha256/{digest}"] = content
    return {"digest": f"sha256:{digest}", "size": len(content)}


def _config(image: Image) -> dict[str, object]:
    history: list[dict[str, object]] = [{"created_by": instruction} for instruction, _ in image.layers]
    history += [{"created_by": instruction, "empty_layer": True} for instruction in image.history]
    diff_ids = [f"sha256:{hashlib.sha256(tar_of(files)).hexdigest()}" for _, files in image.layers]
    return {
        "os": "linux",
        "architecture": "amd64",
        "config": {"Env": image.env, "Labels": image.labels},
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
        "history": history,
    }


CLEAN = oci_layout(Image([("COPY /env /env", {"env/a": b"a" * 9_000})]))
UNREADABLE = tar_of(
    {
        "0": tar_of({"a": b"b"}),
        "1": b"packed as nobody knows",
        "c.json": b"{}",
        "manifest.json": b'[{"Config": "c.json", "Layers": ["0", "1"]}]',
    }
)
"""An image with a layer that nobody can look into."""
