"""What `condock build` costs beside the bare `docker buildx build` with the same arguments, on a real engine."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.bench.row import Row
from tests.engine import engine as engines
from tests.engine.base_images import BaseImages, prepare
from tests.engine.channel import Hold, serving
from tests.engine.condock import CONDOCK, Folder, project_folder
from tests.engine.conftest import JWT
from tests.engine.engine import Engine
from tui.core.dockerfile.command import build_argv
from tui.core.plan_file import read_plan_file

CACHED_ROUNDS = 21
NEW_ROUNDS = 3
DOWNLOAD = "/greeting-1.1"
WAIT = 15.0
"""Seconds that a package is on its way in a build that is not cached: the test packages have a few bytes, and an
environment takes minutes."""
_PROVENANCE = {"BUILDX_METADATA_PROVENANCE": "disabled", "BUILDX_NO_DEFAULT_ATTESTATIONS": "1"}


def rows() -> Iterator[Row | str]:
    """Medians of times taken in turn, so that a drift of the machine meets both alike."""
    engine = engines.find()
    registry = engine.env.get("CONDOCK_TEST_REGISTRY") if engine else None
    if engine is None or registry is None:
        yield "condock build needs an engine: see tests/engine/README.md"
        return
    images = prepare(engine, registry)
    yield from _cached(engine, images)
    yield from _new(engine, images)


def _cached(engine: Engine, images: BaseImages) -> Iterator[Row]:
    with _folder(engine, images) as folder:
        _condock(folder)
        _condock(folder)
        taken = [(_bare(folder), _condock(folder), _looking(folder)) for _ in range(CACHED_ROUNDS)]
    bare, again, looking = (statistics.median(times) for times in zip(*taken, strict=True))
    yield Row("docker buildx build, all cached", bare * 1000, "ms")
    yield Row("condock build of the same, to it", again / bare, "x", most=1.25)
    yield Row("condock build after a change, all cached, to it", looking / bare, "x", most=1.6)


def _new(engine: Engine, images: BaseImages) -> Iterator[Row]:
    taken: list[tuple[float, float, float]] = []
    for _ in range(NEW_ROUNDS):
        with ExitStack() as stack:
            bare, ours = (stack.enter_context(_folder(engine, images, WAIT)) for _ in range(2))
            dockerfile = bare.run("render").stdout
            bare.write("Dockerfile", dockerfile)
            taken.append((_bare(bare), *_until_usable(ours)))
    alone, with_condock, searched = (statistics.median(times) for times in zip(*taken, strict=True))
    yield Row("docker buildx build, nothing of it cached", alone * 1000, "ms")
    yield Row("condock build of the same, until it can be used", with_condock / alone, "x", most=1.02)
    yield Row("searching it for the key, behind that", (searched - with_condock) * 1000, "ms")


@contextmanager
def _folder(engine: Engine, images: BaseImages, wait: float = 0.0) -> Iterator[Folder]:
    """A project with a channel of its own, so that nothing of another's is in the cache."""
    busybox = (engine.state / "root/bin/busybox" if engine.state else Path("/bin/busybox")).read_bytes()
    with (
        tempfile.TemporaryDirectory() as place,
        serving([JWT], busybox) as channel,
        channel.holding(DOWNLOAD) as hold,
        project_folder(Path(place), engine, images, channel) as folder,
    ):
        folder.init()
        threading.Thread(target=_let_go, args=(hold, wait)).start()
        yield folder


def _let_go(hold: Hold, wait: float) -> None:
    hold.reached.wait(60)
    time.sleep(wait)
    hold.let_go.set()


def _bare(folder: Folder) -> float:
    argv = build_argv(read_plan_file(folder.path), progress="rawjson")
    return _seconds(folder, argv, folder.environment(JWT, **_PROVENANCE))


def _condock(folder: Folder) -> float:
    return _seconds(folder, [str(CONDOCK), "build"], folder.environment(JWT))


def _until_usable(folder: Folder) -> tuple[float, float]:
    """Seconds until it says how the image is run, and until it ends, with the image searched."""
    began, usable = time.perf_counter(), 0.0
    build = folder.start("build", key=JWT)
    assert build.stderr is not None
    for line in build.stderr:
        usable = time.perf_counter() - began if line.startswith("Run it:") else usable
    assert build.wait() == 0
    return usable, time.perf_counter() - began


def _looking(folder: Folder) -> float:
    """A build before which the plan's file was touched."""
    os.utime(folder.path / "condock.yml")
    return _condock(folder)


def _seconds(folder: Folder, argv: list[str], env: dict[str, str]) -> float:
    began = time.perf_counter()
    subprocess.run(argv, cwd=folder.path, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    return time.perf_counter() - began
