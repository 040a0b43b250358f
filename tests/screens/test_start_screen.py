from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.stages.wizard import ENVIRONMENT, KEY, UNUSABLE, USABLE, FakeDocker, wizard
from tui.core.engine.report import EngineReport
from tui.core.files import write
from tui.core.images.catalogue import catalogue
from tui.core.project import open_project
from tui.widgets.key_bar import KeyBar


async def test_a_new_folder_says_what_was_found_and_will_be_written(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.until(lambda: "runs to its end" in run.text("#folder"))
        assert "A Docker image of my-app, in 8 short steps." in run.text("#start-headline")
        assert "2 packages from defaults" in run.text("#folder")
        assert "26.1.5 for linux/amd64" in run.text("#folder")
        assert "none found: the next step signs you in" in run.text("#folder")
        assert "not: layers, history, logs" in run.text("#start-about")
        assert str(run.next.label) == "Begin"
        assert str(run.screen.query_one(KeyBar).render()).startswith("^n Begin  ")
        await run.press("enter")
        await run.until(lambda: run.step == "account")


async def test_without_an_engine_one_can_go_on_and_is_told_what_to_do(
    folder: Path, engine: Callable[[EngineReport], None]
) -> None:
    engine(UNUSABLE)
    async with wizard(folder) as run:
        assert "The Docker engine is not running." in run.text("#folder")
        assert "→ Start Docker, then look again." in run.text("#folder")
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
        assert "26.1.5 for linux/amd64" in run.text("#folder")


def planned(folder: Path) -> None:
    for change in open_project(folder).changes():
        write(change)


@pytest.mark.usefixtures("key")
async def test_with_a_plan_enter_builds_and_the_next_start_tells_changes(folder: Path, docker: FakeDocker) -> None:
    planned(folder)
    async with wizard(folder) as run:
        assert "never built yet" in run.text("#start-headline")
        assert str(run.next.label) == "Build"
        await run.press("enter")
        await run.until(lambda: docker.runs == 1 and not run.build.running)
        await run.until(lambda: next(kept_inputs(folder), None) is not None)
    (folder / "environment.yml").write_text(ENVIRONMENT + "  - polars\n")
    async with wizard(folder) as run:
        await run.until(lambda: "+ polars" in run.text("#folder"))
        assert "last built just now" in run.text("#start-headline")
        assert "steps should come from the cache" in run.text("#start-about")
        await run.press("d")
        await run.until(lambda: run.asked)
        assert "Packages" in run.text(".dialog-text Static")
        await run.press("escape", "6")
        await run.until(lambda: run.step == "application")


@pytest.mark.usefixtures("key")
async def test_code_that_was_edited_outside_counts_when_one_comes_back(folder: Path, docker: FakeDocker) -> None:
    planned(folder)
    async with wizard(folder) as run:
        await run.press("enter")
        await run.until(lambda: docker.runs == 1 and not run.build.running)
        await run.until(lambda: next(kept_inputs(folder), None) is not None)
        code = folder / "main.py"
        before, stamp = code.read_bytes(), code.stat().st_mtime_ns
        code.write_text("print('edited')\n")
        await run.go("start")
        await run.until(lambda: "~ main.py" in run.text("#folder"))
        assert "last built just now" in run.text("#start-headline")
        code.write_bytes(before)
        os.utime(code, ns=(stamp, stamp))
        run.app.app_focus = False
        run.app.app_focus = True  # as when one has been in another window
        await run.until(lambda: "~ main.py" not in run.text("#folder"))
        code.write_text("print('again')\n")
        await run.press("ctrl+r")
        await run.until(lambda: "~ main.py" in run.text("#folder"))


@pytest.mark.usefixtures("key")
async def test_code_that_begins_to_import_what_nothing_brings_is_told_where_one_stands(folder: Path) -> None:
    planned(folder)
    async with wizard(folder) as run:
        await run.go("dependencies")
        await run.go("application")
        await run.until(lambda: run.standing["dependencies"] == "DONE")
        (folder / "main.py").write_text("import requests\n")
        await run.press("ctrl+r")
        await run.until(lambda: run.standing["dependencies"] == "ADVICE")
        await run.go("start")
        await run.until(lambda: "main.py imports `requests`" in run.text("#folder"))
        assert str(run.next.label) == "Build", "it is advice"
        await run.go("build")
        await run.until(lambda: "Note: main.py imports `requests`" in run.text("#build-status"))
        await run.go("start")
        await run.press("4")
        await run.until(lambda: run.step == "dependencies")
        await run.press("f4")
        await run.until(lambda: "- requests" in run.project.environment)
        (folder / "main.py").write_text("import polars, requests\n")
        run.app.app_focus = False
        run.app.app_focus = True
        await run.until(lambda: "- polars" in run.text("#fix"))


def kept_inputs(folder: Path) -> Iterator[Path]:
    return (folder.parent / ".local" / "state").rglob("inputs/*.json")


@pytest.mark.parametrize("way", ["enter", "ctrl+n"])
async def test_with_a_plan_either_key_leads_to_the_first_problem_and_on_to_the_build(
    folder: Path, docker: FakeDocker, way: str
) -> None:
    planned(folder)
    async with wizard(folder) as run:
        await run.until(lambda: str(run.next.label) == "Mend: Account")
        assert "There is no API key yet." in run.text("#folder")
        await run.press(way)
        await run.until(lambda: run.step == "account")
        await run.write("key", KEY)
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "build" and run.focus == "next")
        assert docker.runs == 0, "it is the button that builds, and says so"
        await run.press(way)
        await run.until(lambda: docker.runs == 1)


@pytest.mark.usefixtures("key")
async def test_what_is_due_is_mended_by_one_key(folder: Path) -> None:
    old = next(image for image in catalogue().builders if image.deprecated and not image.recommended)
    project = open_project(folder).change("base", builder=old.reference)
    for change in project.changes():
        write(change)
    async with wizard(folder) as run:
        await run.until(lambda: "is deprecated" in run.text("#start-about"))
        await run.press("u")
        await run.until(lambda: run.project.plan.base.builder == catalogue().builder.reference)
        await run.until(lambda: "is deprecated" not in run.text("#start-about"))


async def test_a_folder_that_cannot_be_written_bars_the_way(folder: Path) -> None:
    async with wizard(folder) as run:
        found = replace(run.project.folder, writable=False)
        run.app.project = replace(run.project, folder=found)
        await run.pilot.pause()
        assert "Nothing can be written into this folder." in run.problem
        assert run.next.disabled
