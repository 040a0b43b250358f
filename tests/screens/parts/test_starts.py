"""What a first environment.yml is made of, in the wizard: said, and chosen anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from textual.widgets import OptionList

from screens.dialogs.start_from import StartFrom
from tests.paths import ROOT
from tests.stages.solving_channel import SolvingChannel
from tests.stages.wizard import Wizard, wizard
from tui.widgets.yaml_editor import YamlEditor

PATIENCE = 20.0


@pytest.fixture
def brought(folder: Path) -> Path:
    """A folder with a notebook and pins, and nothing of condock's."""
    for file in folder.iterdir():
        file.unlink()
    return Path(shutil.copytree(ROOT / "tests/data/brought/notebook", folder, dirs_exist_ok=True))


@pytest.fixture
def research(empty_home: Path) -> Path:
    """A conda environment of the user's."""
    path = empty_home / "miniconda3/envs/research"
    (path / "conda-meta").mkdir(parents=True)
    (path / "conda-meta/history").write_text("# update specs: ['python=3.11', 'polars']\n")
    for name in ("python-3.11.9-0", "polars-1.0-0"):
        (path / f"conda-meta/{name}.json").touch()
    return path


def origins(run: Wizard) -> list[str]:
    assert isinstance(run.app.screen, StartFrom)
    return [str(option.prompt) for option in run.app.screen.query_one(OptionList).options]


async def open_starts(run: Wizard) -> None:
    await run.press("f8")
    await run.until(lambda: isinstance(run.app.screen, StartFrom))


@pytest.mark.usefixtures("key")
async def test_each_line_is_said_before_it_is_taken_and_an_environment_can_be_taken_instead(
    brought: Path, research: Path
) -> None:
    async with wizard(brought) as run:
        await run.go("dependencies")
        await run.until(lambda: "Made from requirements.txt" in run.text("#draft"))
        assert "Python → python=3.11 (your notebook ran with it)" in run.text("#draft")
        assert "… and 6 more: f8 lists them" in run.text("#draft")
        first = run.project.environment
        await open_starts(run)
        assert [origin.partition(" in ")[0] for origin in origins(run)] == [
            "requirements.txt",
            "requirements.txt, as far as the channels have it",
            "the conda environment research",
        ]
        await run.until(lambda: "tabulate>=0.9" in run.text("#decisions"))
        assert run.app.screen.query_one(".dialog").styles.border.top[0] == "round", "it stands over the step"
        await run.press("end")
        await run.until(lambda: "asked for from conda → conda: polars" in run.text("#decisions"))
        await run.press("enter")
        await run.until(lambda: run.project.environment.endswith("  - python=3.11\n  - polars\n"))
        assert not run.screen.query_one("#draft").display
        await run.press("ctrl+z")
        await run.until(lambda: run.project.environment == first)
        assert not (brought / "environment.yml").exists()


@pytest.mark.usefixtures("key")
async def test_the_channels_are_asked_what_they_have_and_which_python_goes_with_it(
    folder: Path, channel: SolvingChannel
) -> None:
    (folder / "environment.yml").write_text(f"channels:\n  - {channel.private}\ndependencies:\n  - lib\n")
    (folder / "requirements.txt").write_text("lib==1.9\ndata\nodd==1\n")
    async with wizard(folder) as run:
        run.app.project = run.project.change("account", hosts=(channel.url.removeprefix("http://"),))
        await run.go("dependencies")
        assert not run.screen.query_one("#draft").display, "there is a file"
        await open_starts(run)
        await run.press("home", "down")
        await run.until(lambda: "lib==1.9 → conda: lib==1.9" in run.text("#decisions"), PATIENCE)
        assert "data → conda: data" in run.text("#decisions")
        assert "odd==1 → pip (no channel has it)" in run.text("#decisions")
        await run.press("enter")
        await run.until(lambda: f"channels:\n  - {channel.private}\n" in run.project.environment)


@pytest.mark.usefixtures("key")
async def test_an_environment_that_cannot_be_read_says_so_and_is_not_taken(folder: Path, research: Path) -> None:
    (research / "conda-meta/history").write_bytes(b"\xff")
    async with wizard(folder) as run:
        await run.go("dependencies")
        await open_starts(run)
        await run.press("end")
        await run.until(lambda: "is not UTF-8 text" in run.text("#decisions"))
        (research / "conda-meta/history").write_text("# update specs: ['polars']\n")
        await run.press("enter")  # tries again
        await run.until(lambda: "polars" in run.text("#decisions"))
        assert isinstance(run.app.screen, StartFrom)
        await run.press("escape")
        assert run.screen.query_one(YamlEditor).text == (folder / "environment.yml").read_text()
