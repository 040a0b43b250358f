from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.paths import RECORDINGS
from tests.stages.build_steps import recorded, settled
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import BuildCancelled, BuildEvent, BuildFailed, BuildSucceeded, Notice, moment
from tui.core.building.fold import fold_all
from tui.core.building.progress import BuildProgress, Status
from tui.core.building.running.stream import build_events, replay
from tui.core.errors import CondockError
from tui.core.untrusted_text import Redactor

ENV = {"PATH": os.environ["PATH"]}
IMAGE = "sha256:" + "ab" * 32
RUNNING = '{"vertexes":[{"digest":"a","name":"[1/1] RUN x","started":"2026-11-22T16:17:46Z"}]}'
# The shape of buildx's own events for an image that is written, by its schema; not a recording.
WRITTEN = (
    f'{{"statuses":[{{"id":"writing image {IMAGE}","vertex":"a","current":0,'
    '"timestamp":"2026-11-22T16:17:48Z","completed":"2026-11-22T16:17:48Z"}]}'
)


class Builder:
    """A stand-in for docker: a small Python program that gets the iidfile; remembers its path."""

    def __init__(self, code: str) -> None:
        self.code = f"import os, sys\nsay = lambda text: print(text, file=sys.stderr, flush=True)\n{code}"
        self.iidfile = Path()

    def __call__(self, iidfile: Path) -> Sequence[str]:
        self.iidfile = iidfile
        assert stat.S_IMODE(iidfile.parent.stat().st_mode) == 0o700
        return [sys.executable, "-c", self.code, str(iidfile)]


async def collect(
    builder: Builder, cwd: Path, cancel: asyncio.Event | None = None, cancel_at: str = "\0"
) -> list[BuildEvent]:
    events: list[BuildEvent] = []
    async with aclosing(build_events(builder, RawJsonDecoder(Redactor()), ENV, cwd, cancel)) as batches:
        async for batch in batches:
            events += batch
            if cancel and Notice(cancel_at) in batch:
                cancel.set()
    assert not builder.iidfile.parent.exists()
    return events


async def test_success_has_the_image_and_settles_what_was_left(tmp_path: Path) -> None:
    builder = Builder(f"say({RUNNING!r}); say('ERROR: transient'); open(sys.argv[1], 'w').write({IMAGE!r})")
    events = await collect(builder, tmp_path)
    assert isinstance(events[-1], BuildSucceeded)
    assert events[-1].image == IMAGE
    assert events[-1].seconds > 0
    assert fold_all(BuildProgress(), events).steps["a"].status is Status.DONE


@pytest.mark.parametrize(
    ("said", "code", "message"),
    [
        (["ERROR: failed to build: failed to solve: no such stage"], 1, "no such stage"),
        (["ERROR: failed to solve: no such stage"], 1, "no such stage"),
        (["error: failed to solve: rpc error: code = Unknown desc = no such stage"], 1, "no such stage"),
        (["ERROR: first", "ERROR: failed to stat X: stat X"], 1, "failed to stat X: stat X"),
        (["WARNING: old", "unknown flag: --foo", "See 'docker --help'."], 125, "unknown flag: --foo"),
        ([], 3, "The build ended with code 3."),
    ],
)
async def test_failure_has_a_message_without_noise(
    tmp_path: Path, said: list[str], code: int, message: str
) -> None:
    builder = Builder(f"[say(text) for text in {said!r}]; sys.exit({code})")
    events = await collect(builder, tmp_path)
    assert events == [*map(Notice, said), BuildFailed(code, message)]


async def test_a_builder_that_is_killed_has_failed(tmp_path: Path) -> None:
    builder = Builder("os.kill(os.getpid(), 9)")
    assert await collect(builder, tmp_path) == [BuildFailed(-9, "The build was ended by signal 9.")]


@pytest.mark.parametrize(
    "code", ["sys.exit(130)", "say('ERROR: failed to solve: Canceled: context canceled'); sys.exit(1)"]
)
async def test_a_build_that_was_cancelled_elsewhere(tmp_path: Path, code: str) -> None:
    assert (await collect(Builder(code), tmp_path))[-1] == BuildCancelled()


async def test_cancel_is_followed_by_the_rest_of_the_stream(tmp_path: Path) -> None:
    code = (
        "import time\ntry: say('ready'); time.sleep(600)\nexcept KeyboardInterrupt: say('stopping'); sys.exit(1)"
    )
    events = await collect(Builder(code), tmp_path, asyncio.Event(), cancel_at="ready")
    assert events == [Notice("ready"), Notice("stopping"), BuildCancelled()]


async def test_a_build_that_was_done_before_the_cancel_has_succeeded(tmp_path: Path) -> None:
    code = "import time\ntry: say('ready'); time.sleep(600)\nexcept KeyboardInterrupt: pass"
    events = await collect(Builder(code), tmp_path, asyncio.Event(), cancel_at="ready")
    assert isinstance(events[-1], BuildSucceeded)


async def test_leaving_the_stream_removes_the_folder(tmp_path: Path) -> None:
    builder = Builder("import time; say('ready'); time.sleep(600)")
    async with aclosing(build_events(builder, RawJsonDecoder(Redactor()), ENV, tmp_path)) as batches:
        assert await anext(batches) == [Notice("ready")]
        assert builder.iidfile.parent.is_dir()
    assert not builder.iidfile.parent.exists()


async def test_a_command_that_cannot_be_started_leaves_no_folder(tmp_path: Path) -> None:
    folders: list[Path] = []

    def argv_for(iidfile: Path) -> list[str]:
        folders.append(iidfile.parent)
        return ["no-such-docker"]

    with pytest.raises(CondockError):
        await anext(build_events(argv_for, RawJsonDecoder(Redactor()), ENV, tmp_path))
    assert [folder.exists() for folder in folders] == [False]


async def play(path: Path, speed: float = 1.0) -> tuple[list[BuildEvent], list[float]]:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)

    batches = replay(path, RawJsonDecoder(Redactor()), speed, sleep)
    return [event async for batch in batches for event in batch], pauses


@pytest.mark.parametrize("name", ["no-key", "token-not-found", "unknown-package", "wrong-key"])
async def test_a_recording_is_played_with_its_own_timing(name: str) -> None:
    path = RECORDINGS / f"{name}.rawjson"
    events, pauses = await play(path)
    times = [at for event in events if (at := moment(event)) is not None]
    assert sum(pauses) == pytest.approx(max(times) - min(times))
    assert min(pauses) > 0
    assert settled(events[:-1]) == settled(recorded(name))
    assert isinstance(events[-1], BuildFailed)
    assert events[-1].message.startswith('process "/bin/sh -c conda env create')
    assert sum((await play(path, speed=10))[1]) == pytest.approx(sum(pauses) / 10)


async def test_a_recorded_success_comes_to_what_the_live_build_came_to() -> None:
    events, pauses = await play(RECORDINGS / "success.rawjson")
    progress = fold_all(BuildProgress(), events)
    assert isinstance(progress.outcome, BuildSucceeded)
    assert progress.outcome.image.startswith("sha256:")
    assert progress.outcome.seconds == pytest.approx(sum(pauses))
    instructions = [(step.name.stage, step.name.index) for step in progress.ordered if step.name.index]
    assert instructions == [("builder", n) for n in range(1, 5)] + [("runtime", n) for n in range(1, 6)]
    assert {step.status for step in progress.ordered} == {Status.CACHED, Status.DONE}


async def test_a_recording_that_wrote_an_image_has_succeeded(tmp_path: Path) -> None:
    path = tmp_path / "made-up.rawjson"
    path.write_text(f"{RUNNING}\n{WRITTEN}\n")
    assert (await play(path))[0][-1] == BuildSucceeded(IMAGE, 2.0)


async def test_a_recording_without_an_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "made-up.rawjson"
    path.write_text(f"{RUNNING}\n")
    with pytest.raises(CondockError, match="ends in the middle"):
        await play(path)
