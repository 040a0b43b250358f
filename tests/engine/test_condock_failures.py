"""Builds that fail on the real engine, each diagnosed as what it fails of."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.base_images import BaseImages
from tests.engine.channel import serving
from tests.engine.condock import Folder
from tests.engine.engine import Engine
from tests.engine.failing import Failed, fail, places, start
from tests.engine.failures import REAL, RIGHT, STARTS, WRONG
from tests.engine.image_scan import leaks
from tests.stages.failed_builds import project, replayed
from tui.core.building.build import run_build
from tui.core.building.failure.diagnosis import Diagnosis, diagnose, diagnose_start, lines
from tui.core.building.fold import fold_all
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.engine.find_engine import probe
from tui.core.files import write
from tui.core.secret import KEY_VARIABLE
from tui.core.untrusted_text import printable


@pytest.fixture(scope="module")
def failed(
    engine: Engine,
    registry: str,
    base_images: BaseImages,
    busybox: bytes,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, tuple[Failed, Path]]]:
    """What all of them left, by name, and a file with what they said."""
    folder = tmp_path_factory.mktemp("failures")
    with serving([RIGHT], busybox) as channel, places(base_images, registry, channel, folder) as where:

        def build(name: str) -> tuple[Failed, Path]:
            (scratch := folder / name).mkdir()
            done = start(STARTS[name], where, engine, scratch) if name in STARTS else None
            done = done or fail(REAL[name], where, engine, scratch)
            recording = folder / f"{name}.{'txt' if name.endswith('.plain') else 'rawjson'}"
            recording.write_bytes(done.output)
            return done, recording

        with ThreadPoolExecutor(2) as pool:
            names = [*REAL, *STARTS]
            yield dict(zip(names, pool.map(build, names), strict=True))


@pytest.mark.parametrize("name", REAL)
def test_a_failed_build(name: str, engine: Engine, failed: dict[str, tuple[Failed, Path]], tmp_path: Path) -> None:
    if REAL[name].env.get("DOCKER_CONFIG") and engine.state is None:
        pytest.skip("buildx is found elsewhere too, on somebody's own engine")
    done, recording = failed[name]
    cause = name.partition(".")[0]
    diagnosis = diagnose(*replayed(recording, done.code), project(tmp_path, cause), time.time())
    assert diagnosis is not None
    assert diagnosis.cause == cause, done.output.decode()


@pytest.mark.parametrize("name", STARTS)
def test_a_container_that_does_not_start(
    name: str, failed: dict[str, tuple[Failed, Path]], tmp_path: Path
) -> None:
    done, _ = failed[name]
    said = printable(done.output.decode()).splitlines()
    assert diagnose_start(done.code, said, project(tmp_path), time.time()).cause == name.partition(".")[0]


def diagnosed(folder: Folder, key: str) -> Diagnosis:
    """The diagnosis of the folder's own build, as condock's front ends come to it."""
    where = replace(folder.project(key), engine=probe(folder.env))
    for change in where.changes():
        write(change)

    async def build() -> Diagnosis | None:
        progress, log = BuildProgress(), BuildLog()
        async with run_build(where, folder.env, asyncio.Event()) as batches:
            async for events in batches:
                progress = fold_all(progress, events)
                for event in events:
                    log.add(event)
        return diagnose(progress, log, where, time.time())

    diagnosis = asyncio.run(build())
    assert diagnosis is not None
    assert not leaks(repr(diagnosis), key)
    return diagnosis


def test_a_package_that_no_channel_has_is_shown_where_it_is_written(folder: Folder, key: str) -> None:
    text = f"channels:\n  - {folder.channel.private}\ndependencies:\n  - greeting\n  - no-such-package=2\n"
    folder.write("environment.yml", text)
    folder.init()
    found = diagnosed(folder, key)
    assert (found.cause, found.step, found.line, found.column) == ("package-not-found", "dependencies", 5, 5)
    assert "The build failed at builder 7/8 (exit code 1)." in lines(found)


def test_a_wrong_key_in_a_file_leads_to_the_file(folder: Folder) -> None:
    folder.init("--secret", "dotenv")
    folder.write(".env", f"{KEY_VARIABLE}={WRONG}\n", 0o600)
    found = diagnosed(folder, WRONG)
    assert (found.cause, found.step, found.field) == ("forbidden", "secret", "secret.file")
    assert folder.channel.private in found.sentence


def test_a_user_that_the_runtime_has_already(folder: Folder, key: str) -> None:
    folder.init("--user", "daemon")
    found = diagnosed(folder, key)
    assert (found.cause, found.step, found.field) == ("user-exists", "application", "application.user")
