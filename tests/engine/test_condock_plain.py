"""A buildx older than rawjson: the same build, told by its plain output, comes to the same."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.engine.base_images import BaseImages
from tests.engine.channel import serving
from tests.engine.condock import DOWNLOAD, GREETING, project_folder
from tests.engine.engine import Engine
from tests.engine.image_scan import leaks
from tui.core.building.build import run_build
from tui.core.building.events import BuildFailed, BuildSucceeded, Outcome, OutputReceived
from tui.core.building.fold import fold_all
from tui.core.building.progress import BuildProgress, Status
from tui.core.engine.report import EngineReport
from tui.core.files import write

OLD, NEW = EngineReport(buildx=(0, 11, 2)), EngineReport(buildx=(0, 13, 1))


@dataclass(frozen=True)
class Told:
    """What the events of a build tell, with the same name for every channel."""

    steps: list[tuple[str, int, str, Status]]
    """Those that began, since plain output does not mention the others, and none of the base images.

    BuildKit names what several builds share, as these, after any of them, and counts as that one does.
    """
    output: dict[str, set[str]]
    """The lines that steps printed, by the step's title."""
    failed: str
    outcome: Outcome | None
    printed: str


Tell = Callable[[EngineReport, str], Told]


@pytest.fixture
def tell(tmp_path: Path, engine: Engine, base_images: BaseImages, busybox: bytes, key: str) -> Tell:
    """Build with a channel of its own, so that nothing is cached, and with this key."""

    def build(report: EngineReport, with_key: str) -> Told:
        path = tmp_path / report.progress
        with serving([key], busybox) as channel, project_folder(path, engine, base_images, channel) as folder:
            folder.init()
            project = replace(folder.project(with_key), engine=report)
            for change in project.changes():
                write(change)

            async def run() -> Told:
                progress, output = BuildProgress(), list[OutputReceived]()
                async with run_build(project, folder.env, asyncio.Event()) as batches:
                    async for events in batches:
                        progress = fold_all(progress, events)
                        output += [event for event in events if isinstance(event, OutputReceived)]
                return told(progress, output, channel.url)

            made = asyncio.run(run())
            if isinstance(made.outcome, BuildSucceeded):
                assert folder.in_image() == GREETING
        return made

    return build


def told(progress: BuildProgress, output: list[OutputReceived], channel: str) -> Told:
    def plain(text: str) -> str:
        return text.replace(channel, "channel")

    began = [step for step in progress.ordered if step.status is not Status.WAITING]
    instructions = [step for step in began if step.name.index and not step.name.text.startswith("FROM")]
    names = [(step.name.stage, step.name.index, plain(step.name.title)) for step in instructions]
    lines: dict[str, set[str]] = {}
    for event in output:
        title = plain(progress.steps[event.step].name.title)
        lines.setdefault(title, set()).update(plain(line) for line in event.lines)
    return Told(
        steps=[(*name, step.status) for name, step in zip(names, instructions, strict=True)],
        output=lines,
        failed=progress.failed.name.title if progress.failed else "",
        outcome=progress.outcome,
        printed=f"{progress}{output}",
    )


def test_a_build_that_succeeds(tell: Tell, key: str) -> None:
    plain, rawjson = tell(OLD, key), tell(NEW, key)
    assert isinstance(plain.outcome, BuildSucceeded)
    assert isinstance(rawjson.outcome, BuildSucceeded)
    assert plain.outcome.image.startswith("sha256:")
    assert plain.steps == rawjson.steps
    assert {"environment location: /env"} <= {line.strip() for line in plain.output[f"RUN {DOWNLOAD}"]}
    assert not leaks(plain.printed, key)


def test_a_build_that_fails(tell: Tell) -> None:
    wrong = "wrong-key-1234567890"
    plain, rawjson = tell(OLD, wrong), tell(NEW, wrong)
    assert isinstance(plain.outcome, BuildFailed)
    assert plain.outcome == rawjson.outcome
    assert plain.failed == rawjson.failed == f"RUN {DOWNLOAD}"
    assert plain.steps == rawjson.steps
    assert not leaks(plain.printed, wrong)
