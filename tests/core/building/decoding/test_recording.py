"""A build written down from its events, and played again."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.paths import RECORDINGS
from tests.stages.failed_builds import project
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.decoding.recording import recorded
from tui.core.building.events import (
    BuildCancelled,
    BuildEvent,
    BuildFailed,
    BuildSucceeded,
    LineBegun,
    OutputReceived,
    StepUpdated,
)
from tui.core.building.failure.diagnosis import diagnose
from tui.core.building.fold import fold_all
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.building.running.stream import replay
from tui.core.errors import CondockError
from tui.core.untrusted_text import Redactor

IMAGE = "sha256:" + "ab" * 32


async def at_once(_: float) -> None:
    pass


async def played(path: Path) -> list[BuildEvent]:
    return [event async for events in replay(path, RawJsonDecoder(Redactor()), 1.0, at_once) for event in events]


async def write_down(events: list[BuildEvent], path: Path) -> None:
    @asynccontextmanager
    async def batches() -> AsyncIterator[AsyncIterator[list[BuildEvent]]]:
        async def each() -> AsyncIterator[list[BuildEvent]]:
            for event in events:
                yield [event]

        yield each()

    async with recorded(batches(), path) as stream:
        assert [event async for batch in stream for event in batch] == events


def became(events: list[BuildEvent]) -> tuple[BuildProgress, BuildLog]:
    log = BuildLog()
    log.add(*events)
    return fold_all(BuildProgress(), events), log


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("*.rawjson")), ids=lambda path: path.stem)
async def test_a_recording_of_a_recording_tells_the_same(path: Path, tmp_path: Path) -> None:
    first = await played(path)
    await write_down(first, tmp_path / "copy")
    (one, log), (other, copied) = became(first), became(await played(tmp_path / "copy"))
    assert [(step.name, step.status, step.error) for step in one.steps.values()] == [
        (step.name, step.status, step.error) for step in other.steps.values() if step.name.text
    ]
    assert [log.text(number) for number in log.numbers()] == [copied.text(number) for number in copied.numbers()]
    causes = [diagnose(*build, project(tmp_path), time.time()) for build in ((one, log), (other, copied))]
    assert causes[0] == causes[1]


@pytest.mark.parametrize(
    "outcome", [BuildSucceeded(IMAGE, 2.0), BuildFailed(-9, "The build was ended by signal 9."), BuildCancelled()]
)
async def test_each_end_of_a_build_is_told(outcome: BuildEvent, tmp_path: Path) -> None:
    events: list[BuildEvent] = [
        StepUpdated("a", "[1/1] RUN x", started=1.0),
        LineBegun("a", "50%", 1.5),
        OutputReceived("a", "one\n\x1b[31mtwo\x1b[0m", 2, 2.0),
        StepUpdated("a", "[1/1] RUN x", started=1.0, completed=3.0),
        outcome,
    ]
    await write_down(events, tmp_path / "told")
    found = await played(tmp_path / "told")
    if isinstance(outcome, BuildFailed):
        outcome = replace(outcome, exit_code=1)
    assert type(found[-1]) is type(outcome)
    assert [event for event in found if isinstance(event, OutputReceived)] == [events[2]]


async def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    for path in (tmp_path / "mine", tmp_path / "nowhere" / "x", tmp_path):
        with pytest.raises(CondockError) as raised:
            await write_down([], path)
        assert raised.value.hint
    assert (tmp_path / "mine").read_text() == "mine"
