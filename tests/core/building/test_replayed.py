"""A recording in the place of a build: its pace, and what came of it."""

from __future__ import annotations

import asyncio
import math
import os
import time
from pathlib import Path

import pytest

from screens.parts.replaying import DEMO, RECORDING
from tui.core.building.events import BuildCancelled, BuildFailed, BuildSucceeded
from tui.core.building.fold import fold_all
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.building.replayed import Pace, Replay, decoder_of, replay_of
from tui.core.errors import CondockError
from tui.core.project import open_project


async def test_a_pace_can_be_hurried_paused_and_taken_up_again() -> None:
    pace = Pace()
    sleeping = asyncio.ensure_future(pace.sleep(60))
    await asyncio.sleep(0)
    pace.set(paused=True)
    await asyncio.sleep(0.02)
    assert pace.elapsed == pace.elapsed < 1
    assert pace.words == "paused"
    pace.set(speed=4.0, paused=False)
    await asyncio.sleep(0.05)
    assert 0.1 < pace.elapsed < 59
    assert pace.words == "4x"
    assert not sleeping.done()
    pace.set(speed=math.inf)
    await asyncio.wait_for(sleeping, 2)
    assert pace.elapsed == 60
    await asyncio.wait_for(pace.sleep(3_600), 2)
    assert pace.elapsed == 3_660


async def played(replay: Replay, cancel: asyncio.Event) -> tuple[BuildProgress, BuildLog]:
    progress, log = BuildProgress(), BuildLog()
    async with replay.run(cancel) as batches:
        async for events in batches:
            progress = fold_all(progress, events)
            log.add(*events)
    return progress, log


def at_once(folder: Path, recording: Path) -> Replay:
    pace = Pace()
    pace.set(speed=math.inf)
    return replay_of(open_project(folder), {}, recording, pace)


async def test_the_two_of_the_demo_end_as_they_did(tmp_path: Path) -> None:
    replay = at_once(tmp_path, RECORDING)
    progress, log = await played(replay, asyncio.Event())
    assert isinstance(progress.outcome, BuildSucceeded)
    assert 30 < progress.outcome.seconds < 45
    assert replay.pace.elapsed == pytest.approx(progress.outcome.seconds, abs=1)
    result = replay.ended(progress, log, time.time())
    assert result.succeeded and result.recorded
    said = result.summary
    assert said.headline == "This is a recording of a real build: nothing was built here."
    assert said.details[0] == f"The build that was recorded took {progress.outcome.seconds:.1f} s."
    assert not any(replay.project.plan.build.image in line or "Built" in line for line in (*said.details,))
    replay = at_once(tmp_path, DEMO / "expired.rawjson")
    progress, log = await played(replay, asyncio.Event())
    assert isinstance(progress.outcome, BuildFailed)
    result = replay.ended(progress, log, time.time())
    assert result.diagnosis and result.diagnosis.step == "account"
    assert os.listdir(tmp_path) == []


async def test_one_that_is_paused_can_be_stopped(tmp_path: Path) -> None:
    replay, cancel = replay_of(open_project(tmp_path), {}, RECORDING), asyncio.Event()
    replay.pace.set(paused=True)
    playing = asyncio.ensure_future(played(replay, cancel))
    await asyncio.sleep(0.05)
    cancel.set()
    progress, _ = await asyncio.wait_for(playing, 5)
    assert isinstance(progress.outcome, BuildCancelled)


def test_what_is_no_recording_is_said(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(CondockError, match="condock build --record"):
            decoder_of(path)
