"""What searching an image for a key costs, beside reading it, or unpacking it, alone."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import statistics
import subprocess
import sys
import time
import uuid
import zipfile
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from tests.bench.row import Row
from tests.engine import engine as engines
from tests.engine.base_images import prepare
from tests.saved_images import PACKINGS, chunks, conda_package, tar_of, zip_of
from tui.core.proof.audit import audit_image
from tui.core.proof.docker_save import CHUNK, saved_image
from tui.core.proof.packed import AT_ONCE, DECODERS
from tui.core.secret import Secret

_CLAIMS = {"exp": 1898000000, "jti": f"{uuid.UUID(int=1)}", "sub": f"{uuid.UUID(int=2)}", "scopes": ["cloud:read"]}
_PARTS = (
    b'{"alg":"RS256","kid":"default","typ":"JWT"}',
    json.dumps(_CLAIMS).encode(),
    random.Random(2).randbytes(256),
)
KEY = Secret(".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in _PARTS))
"""Made up, as long as Anaconda's: signed with RS256 by a key of 2048 bits."""
ROUNDS = 7
MOST_OF_FILES = 200_000_000


def rows() -> Iterator[Row | str]:
    """Medians of times taken in turn."""
    yield from _plain()
    yield from _packed()
    yield from _members()
    small, large = (_peak(size) for size in (50, 800))
    yield Row("memory of a search of 800 MB, to that of 50 MB", large / small, "x", most=1.1)


def _plain() -> Iterator[Row | str]:
    engine = engines.find()
    registry = engine.env.get("CONDOCK_TEST_REGISTRY") if engine else None
    if engine is None or registry is None:
        yield "searching a saved image needs an engine: see tests/engine/README.md"
        return
    image = prepare(engine, registry).builder.pinned
    if not engine.docker("image", "ls", "--quiet", image):
        engine.docker("pull", "--quiet", image)
    env = dict(engine.env)

    def cat() -> None:
        subprocess.run(["sh", "-c", 'docker save "$0" | cat >/dev/null', image], env=env, check=True)

    def search() -> None:
        with saved_image(image, env) as saved:
            assert not audit_image(saved, KEY).findings

    taken = [_in_turn(cat, search, clock=time.perf_counter) for _ in range(ROUNDS)]
    alone, with_search = map(statistics.median, zip(*taken, strict=True))
    yield Row("docker save | cat >/dev/null", alone, "s")
    yield Row("speed of searching it meanwhile, to that", alone / with_search, "x", least=0.6)


def _packed() -> Iterator[Row]:
    content = tar_of({"files": _real_files(), "noise": random.Random(1).randbytes(20_000_000)})
    yield Row("unpacked size of a packed layer", len(content) / 1e6, "MB")
    for name, packed in (("gzip", _gzip(content)), ("zstd", PACKINGS["zstd"](content))):
        pieces = [packed[at : at + CHUNK] for at in range(0, len(packed), CHUNK)]
        yield from _beside(f"a {name} layer", partial(_unpack, name, pieces), tar_of({"layer": packed}), 1.3)


def _members() -> Iterator[Row]:
    """Layers that are not packed, full of files that are."""
    files = [file for file in _each_real_file() if len(file) < 200_000][:4_000]
    kinds: dict[str, tuple[Callable[[bytes], bytes], Callable[[Sequence[bytes]], None]]] = {
        "gzip": (gzip.compress, partial(_unpack, "gzip")),
        "zip": (lambda file: zip_of({"in": file}), _unzip),
        "conda": (lambda file: conda_package({"in": file}), _unconda),
    }
    for name, (pack, unpacked) in kinds.items():
        packed = [pack(b"".join(files[at : at + 20])) for at in range(0, len(files), 20)]
        layer = tar_of({f"{number}": one for number, one in enumerate(packed)})
        yield from _beside(f"{len(packed):,} {name} files", partial(unpacked, packed), tar_of({"layer": layer}), 2)


def _beside(what: str, unpack: Callable[[], None], saved: bytes, most: float) -> Iterator[Row]:
    """Searching a saved image to unpacking what it holds."""

    def search() -> None:
        assert not audit_image(chunks(saved, CHUNK), KEY).findings

    taken = [_in_turn(_prepare, unpack, search) for _ in range(ROUNDS)]
    prepared, alone, _ = map(statistics.median, zip(*taken, strict=True))
    # Of each round by itself: what else the machine does changes more slowly than that.
    ratio = statistics.median((with_search - before) / without for before, without, with_search in taken)
    yield Row("preparing a search, once", prepared, "s")
    yield Row(f"unpacking {what}", alone, "s")
    yield Row(f"searching {what}, to that", ratio, "x", most=most)


def _unpack(name: str, pieces: Sequence[bytes]) -> None:
    """As one stream, however many were packed one behind the other."""
    decoder = DECODERS[name]()
    for piece in pieces:
        data = piece
        while len(decoder.decompress(data, AT_ONCE)) == AT_ONCE:
            data = b""
        if decoder.eof:
            decoder = DECODERS[name]()


def _unzip(packed: Sequence[bytes]) -> None:
    for one in packed:
        with zipfile.ZipFile(io.BytesIO(one)) as archive:
            for name in archive.namelist():
                archive.read(name)


def _unconda(packed: Sequence[bytes]) -> None:
    for one in packed:
        with zipfile.ZipFile(io.BytesIO(one)) as archive:
            _unpack("zstd", [archive.read(name) for name in archive.namelist() if name.endswith(".zst")])


def _prepare() -> None:
    audit_image(chunks(tar_of({}), CHUNK), KEY)


def _in_turn(*works: Callable[[], None], clock: Callable[[], float] = time.process_time) -> list[float]:
    return [_seconds(work, clock) for work in works]


def _seconds(work: Callable[[], None], clock: Callable[[], float]) -> float:
    began = clock()
    work()
    return clock() - began


def _real_files() -> bytes:
    """Python's own files, which are text, programs and data."""
    found = bytearray()
    for content in _each_real_file():
        found += content
        if len(found) >= MOST_OF_FILES:
            break
    return bytes(found)


def _each_real_file() -> Iterator[bytes]:
    for folder, _, names in sorted(os.walk(sys.base_prefix)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    yield file.read()


def _gzip(content: bytes) -> bytes:
    made = zlib.compressobj(6, wbits=31)
    return made.compress(content) + made.flush()


_MEASURED = """
import resource, sys
from tests.planted import JWT
from tui.core.proof.audit import audit_image
from tui.core.secret import Secret
megabyte = memoryview(bytes(range(256)) * 4096)
audit_image((megabyte for _ in range(int(sys.argv[1]))), Secret(JWT))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _peak(megabytes: int) -> int:
    """Kilobytes in memory at the most, of a process that searches so much."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, str(megabytes)], capture_output=True, text=True, check=True
    )
    return int(done.stdout)
