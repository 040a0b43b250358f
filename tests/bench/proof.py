"""What searching an image for a key costs, beside reading it, or unpacking it, alone."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
import uuid
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator

from tests.bench.row import Row
from tests.engine import engine as engines
from tests.engine.base_images import prepare
from tests.saved_images import PACKINGS, chunks, tar_of
from tui.core.proof.audit import audit_image
from tui.core.proof.docker_save import saved_image
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
ROUNDS = 5
MOST_OF_FILES = 200_000_000
CHUNK = 1 << 18


def rows() -> Iterator[Row | str]:
    """Medians of times taken in turn."""
    yield from _plain()
    yield from _packed()
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

    alone, with_search = _in_turn(cat, search)
    yield Row("docker save | cat >/dev/null", alone, "s")
    yield Row("speed of searching it meanwhile, to that", alone / with_search, "x", least=0.6)


def _packed() -> Iterator[Row]:
    content = tar_of({"files": _real_files(), "noise": random.Random(1).randbytes(20_000_000)})
    yield Row("unpacked size of a packed layer", len(content) / 1e6, "MB")
    for name, packed in (("gzip", _gzip(content)), ("zstd", PACKINGS["zstd"](content))):
        saved = tar_of({"layer": packed})

        def unpack(name: str = name, packed: bytes = packed) -> None:
            decoder = DECODERS[name]()
            for at in range(0, len(packed), CHUNK):
                data = packed[at : at + CHUNK]
                while len(decoder.decompress(data, AT_ONCE)) == AT_ONCE:
                    data = b""

        def search(saved: bytes = saved) -> None:
            assert not audit_image(chunks(saved, CHUNK), KEY).findings

        prepared, alone, with_search = _in_turn(_prepare, unpack, search, clock=time.process_time)
        yield Row("preparing a search, once", prepared, "s")
        yield Row(f"unpacking a {name} layer", alone, "s")
        yield Row(f"searching a {name} layer, to that", (with_search - prepared) / alone, "x", most=1.3)


def _prepare() -> None:
    audit_image(chunks(tar_of({}), CHUNK), KEY)


def _in_turn(*works: Callable[[], None], clock: Callable[[], float] = time.perf_counter) -> list[float]:
    taken = [[_seconds(work, clock) for work in works] for _ in range(ROUNDS)]
    return [statistics.median(times) for times in zip(*taken, strict=True)]


def _seconds(work: Callable[[], None], clock: Callable[[], float]) -> float:
    began = clock()
    work()
    return clock() - began


def _real_files() -> bytes:
    """Python's own files, which are text, programs and data."""
    found = bytearray()
    for folder, _, names in sorted(os.walk(sys.base_prefix)):
        for name in sorted(names):
            path = os.path.join(folder, name)
            if len(found) < MOST_OF_FILES and os.path.isfile(path) and not os.path.islink(path):
                with open(path, "rb") as file:
                    found += file.read()
    return bytes(found)


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
