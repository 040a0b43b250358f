"""The demo: the wizard itself, in a world of its own, to the end of a recorded build."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from screens.parts.replaying import DEMO, RECORDING
from tests.stages.wizard import UNUSABLE, Wizard, wizard
from tui.core.building.events import BuildFailed, BuildSucceeded
from tui.core.errors import CondockError
from tui.core.images.reference import short_name
from tui.core.project import open_project
from tui.core.secret import KEY_VARIABLE
from tui.demo import DemoApp, run_demo, sandbox
from tui.widgets.choices import Choices
from tui.widgets.key_bar import KeyBar


def test_it_lives_in_a_world_of_its_own_that_is_gone_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "mine")
    monkeypatch.setenv("ANACONDA_AUTH_DOMAIN", "mine.example.com")
    before = dict(os.environ)
    with sandbox() as folder:
        assert (folder / "environment.yml").is_file()
        assert os.environ["HOME"] == str(folder.parent)
        assert "DOCKER_CONTEXT" not in os.environ and "ANACONDA_AUTH_DOMAIN" not in os.environ
        assert os.environ[KEY_VARIABLE].endswith("DEMO")
        assert all(not Path(place, "docker").exists() for place in os.environ["PATH"].split(os.pathsep))
    assert not folder.parent.exists()
    assert dict(os.environ) == before


@pytest.mark.parametrize("recording", [RECORDING, DEMO / "expired.rawjson"])
def test_its_plan_names_the_images_of_its_recordings(recording: Path) -> None:
    with sandbox() as folder:
        project = DemoApp(open_project(folder)).project
    assert project is not None
    said = recording.read_text()
    for image in (project.plan.base.builder, project.plan.base.runtime):
        assert f"/{short_name(image)}" in said


async def test_what_would_use_the_network_says_that_the_demo_uses_none(empty_home: Path) -> None:
    with sandbox() as folder:
        app = DemoApp(open_project(folder))
        async with app.run_test(size=(80, 24)) as pilot:
            run = Wizard(app, pilot)
            await run.go("dependencies")
            await run.press("f5")
            await run.until(lambda: "demo&#160;uses&#160;no&#160;network" in app.export_screenshot(), 20)


async def to_the_end(run: Wizard) -> None:
    await run.until(lambda: run.build.running and "A recording" in run.text("#build-status"))
    await run.press("e")
    await run.until(lambda: not run.build.running, 20)


async def test_it_is_walked_to_the_end_of_a_build_that_fails_is_mended_and_succeeds(empty_home: Path) -> None:
    with sandbox() as folder:
        app = DemoApp(open_project(folder))
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            run = Wizard(app, pilot)
            await run.until(lambda: run.project.engine is not None and run.project.search is not None)
            assert "in 8 short steps" in run.text("#start-headline")
            assert "This is a demo" in run.text("#start-about")
            for step in ("account", "base", "dependencies", "secret", "application", "preview", "build"):
                await run.press("ctrl+n")
                await run.until(lambda step=step: run.step == step and run.screen.is_mounted, 10)  # type: ignore[misc]
            await run.press("ctrl+n")
            await to_the_end(run)
            assert isinstance(run.build.progress.outcome, BuildSucceeded)
            await run.until(lambda: "nothing was built here" in run.text("#build-status"))
            assert "a key that has expired" in run.text("#build-status")
            assert "`condock demo burglar` shows the search for the key" in run.text("#build-status")
            await run.press("ctrl+n")
            await to_the_end(run)
            assert isinstance(run.build.progress.outcome, BuildFailed)
            await run.press("f2")
            await run.until(lambda: run.step == "account")
            await run.write("key", "ac-ANOTHERKEY-0123456789-ABCD")
            await run.press("ctrl+n")
            await run.until(lambda: run.step == "build" and run.focus == "next", 10)
            await run.press("enter")
            await to_the_end(run)
            assert isinstance(run.build.progress.outcome, BuildSucceeded)
    assert os.listdir(empty_home) == []


async def test_anybodys_recording_plays_in_the_build_step_with_its_own_clock() -> None:
    with sandbox() as folder:
        app = DemoApp(open_project(folder), [DEMO / "burglar-guide.rawjson"])
        async with app.run_test(size=(80, 24)) as pilot:
            run = Wizard(app, pilot)
            await run.until(lambda: run.step == "build" and run.screen.is_mounted and run.build.running, 10)
            await run.press("p")
            await run.until(lambda: "A recording, paused." in run.text("#build-status"))
            assert "p Play on" in str(run.screen.query_one(KeyBar).render())
            await run.press("4")
            await run.until(lambda: "A recording, 4x." in run.text("#build-status"))
            assert "p Pause" in str(run.screen.query_one(KeyBar).render())
            await to_the_end(run)


def test_a_file_that_is_no_recording_opens_nothing(tmp_path: Path) -> None:
    with pytest.raises(CondockError, match="Name a file"):
        run_demo([tmp_path / "none"])


async def test_without_an_engine_a_recorded_build_can_be_played(folder: Path, engine: object) -> None:
    assert callable(engine)
    engine(UNUSABLE)
    async with wizard(folder) as run:
        await run.go("build")
        assert run.next.disabled
        assert "The files can be written all the same" in run.text("#build-status")
        await run.press("f8")
        await to_the_end(run)
        await run.until(lambda: "nothing was built here" in run.text("#build-status"))
        assert run.text("#build-status").startswith("This is a recording")
        assert str(run.next.label) == "Build"
        assert run.screen.outcome() == (0, "")
        await run.until(lambda: run.screen.query_one(Choices).has_focus)
        await run.press("enter")  # the first way on plays it again: nothing can be built
        await run.until(lambda: run.build.running)
        await to_the_end(run)
        await run.go("preview")
        assert run.standing["build"] != "DONE"
    assert not list((folder.parent / ".local").rglob("builds/*.json"))
