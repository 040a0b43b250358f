"""The build that is about to begin is told of before it is started."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.stages.wizard import ENVIRONMENT, UNUSABLE, USABLE
from tui.core.building.timing.history import BuildRecord, History
from tui.core.errors import Problem
from tui.core.files import write
from tui.core.overview.next_build import ahead, elsewhere
from tui.core.plan import SecretMode
from tui.core.project import Project, open_project


def opened(folder: Path) -> Project:
    (folder / "environment.yml").write_text(ENVIRONMENT)
    (folder / "main.py").write_text("print()\n")
    project = replace(open_project(folder), engine=USABLE).change("build", image="my-app:latest")
    return project.change("base", builder="continuumio/miniconda3:26.7.1-1", runtime="debian:13.6-slim")


def test_it_says_what_is_built_with_what_and_how_long_that_takes(tmp_path: Path) -> None:
    assert ahead(opened(tmp_path), History()) == (
        "  Image       my-app:latest, for linux/amd64",
        "  Built in    miniconda3:26.7.1-1, which has conda and stays behind",
        "  Shipped on  debian:13.6-slim, with the environment and your files",
        "  Packages    2 packages from defaults",
        "  Key         mounted as a secret; the image is searched for it afterwards",
        "  Time        some minutes the first time; later builds use a cache",
    )


def test_it_knows_the_last_build_the_platforms_and_a_plan_without_a_key(tmp_path: Path) -> None:
    project = opened(tmp_path).change("secret", mode=SecretMode.NONE).change("build", platforms=("linux/arm64",))
    history = History((BuildRecord(1.0, "succeeded", 108.0), BuildRecord(2.0, "failed", 3.0)))
    lines = ahead(project, history)
    assert max(map(len, lines)) <= 77, "each is one at 80 columns"
    assert lines[0].endswith("my-app:latest, for linux/arm64")
    assert lines[-2].endswith("none: public channels only")
    assert "the last one took 2 min; what is unchanged is not built again" in lines[-1]


def test_where_nothing_can_be_built_it_says_what_can_be_done_with_the_files(tmp_path: Path) -> None:
    project = opened(tmp_path)
    assert elsewhere(project) == elsewhere(replace(project, engine=None)) == ""
    project = replace(project, engine=UNUSABLE)
    assert elsewhere(project) == "The files can be written all the same: the preview does it."
    for change in project.changes():
        write(change)
    project = replace(open_project(tmp_path), engine=UNUSABLE)
    assert "`condock build` in a copy of this folder" in elsewhere(project)
    builder = Problem("There is no builder `big`.", "Choose another.", "build.builder")
    assert elsewhere(replace(project, engine=replace(UNUSABLE, problem=builder))) == ""
