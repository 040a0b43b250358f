from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tests.stages.wizard import UNUSABLE, USABLE, wizard
from tui.core.engine.engine import EngineReport


async def test_it_says_what_the_folder_has_and_what_docker_is(folder: Path) -> None:
    async with wizard(folder) as run:
        assert "the dependencies" in run.text("#folder")
        assert "26.1.5 for linux/amd64" in run.text("#engine")
        assert not run.next.disabled


async def test_without_an_engine_one_can_go_on_and_is_told_what_to_do(
    folder: Path, engine: Callable[[EngineReport], None]
) -> None:
    engine(UNUSABLE)
    async with wizard(folder) as run:
        assert "The Docker engine is not running." in run.text("#engine")
        assert "→ Start Docker, then look again." in run.text("#engine")
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "account")


async def test_looking_again_finds_an_engine_that_was_started(
    folder: Path, engine: Callable[[EngineReport], None]
) -> None:
    engine(UNUSABLE)
    async with wizard(folder) as run:
        engine(USABLE)
        await run.press("ctrl+r")
        await run.until(lambda: run.project.engine == USABLE)
        assert "26.1.5 for linux/amd64" in run.text("#engine")


async def test_a_folder_that_cannot_be_written_bars_the_way(folder: Path) -> None:
    async with wizard(folder) as run:
        found = replace(run.project.folder, writable=False)
        run.app.project = replace(run.project, folder=found)
        await run.pilot.pause()
        assert "Nothing can be written into this folder." in run.problem
        assert run.next.disabled
