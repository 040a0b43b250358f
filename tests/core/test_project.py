"""A folder opened as a project: what is guessed, what is read, and which files it would write."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.errors import CondockError
from tui.core.files import Standing, write
from tui.core.images.catalogue import catalogue
from tui.core.images.reference import image_name, image_name_problem
from tui.core.plan_file import dump_plan
from tui.core.project import Project, open_project
from tui.core.secret import Secret

ENVIRONMENT = "dependencies:\n  - python\n"


def standings(project: Project) -> dict[str, str]:
    return {change.path.name: change.standing.name for change in project.changes()}


def test_an_empty_folder_has_a_plan_to_begin_with(tmp_path: Path) -> None:
    project = open_project(tmp_path)
    assert project.plan.base.builder == catalogue().builder.reference
    assert project.plan.base.runtime == catalogue().runtime.reference
    assert project.plan.build.image == f"{image_name(tmp_path.name)}:latest"
    assert project.read_document().problems == ()
    assert list(tmp_path.iterdir()) == []
    assert standings(project) == {
        "environment.yml": "NEW",
        "Dockerfile": "NEW",
        "Dockerfile.dockerignore": "NEW",
        "condock.yml": "NEW",
    }


def test_what_was_written_is_the_same_when_opened_again(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("import flask\napp = flask.Flask(__name__)\n")
    project = open_project(tmp_path)
    for change in project.changes():
        write(change)
    again = open_project(tmp_path)
    assert again.plan == project.plan
    assert set(standings(again).values()) == {"SAME"}


def test_the_environment_is_written_only_where_it_was_edited(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_bytes(ENVIRONMENT.replace("\n", "\r\n").encode())
    project = open_project(tmp_path)
    assert "environment.yml" not in standings(project)


def test_files_that_are_not_ours_are_known_as_such(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM mine\n")
    assert standings(open_project(tmp_path))["Dockerfile"] == Standing.FOREIGN.name


def test_locks_stand_in_for_the_environment_file(tmp_path: Path) -> None:
    project = open_project(tmp_path).change("environment", locks=("conda-lock.yml",))
    assert "environment.yml" not in standings(project)


@pytest.mark.parametrize(
    ("section", "field", "value"),
    [
        ("build", "dockerfile", "../Dockerfile"),
        ("build", "dockerfile", "a/../../Dockerfile"),
        ("build", "dockerfile", "/tmp/Dockerfile"),
        ("build", "dockerfile", ""),
        ("build", "dockerfile", "."),
        ("environment", "file", "../environment.yml"),
        ("environment", "file", "/etc/passwd"),
    ],
)
def test_a_plan_of_somebody_else_cannot_write_outside_its_folder(
    tmp_path: Path, section: str, field: str, value: str
) -> None:
    project = open_project(tmp_path).change(section, **{field: value})
    with pytest.raises(CondockError, match="is not a file inside the folder"):
        project.changes()


def test_its_repr_shows_no_key_and_no_file(tmp_path: Path) -> None:
    from dataclasses import replace

    (tmp_path / "environment.yml").write_text(f"{ENVIRONMENT}  - zq9Xv7Lm-in-a-file\n")
    project = replace(open_project(tmp_path), pasted=Secret("zq9Xv7Lm-pasted"))
    assert "zq9Xv7Lm" not in repr(project)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.rmdir(), "does not exist"),
        (lambda path: (path.rmdir(), path.touch()), "is a file, not a folder"),
        (lambda path: (path / "condock.yml").mkdir(), "condock.yml is not a file"),
        (lambda path: (path / "condock.yml").symlink_to("gone"), "condock.yml is not there"),
        (lambda path: (path / "condock.yml").write_bytes(b"\xff"), "condock.yml is not UTF-8"),
        (lambda path: (path / "condock.yml").write_text("x: 1"), "condock.yml, line 1: `x` is not a setting"),
        (lambda path: (path / "environment.yml").mkdir(), "environment.yml is not a file"),
        (lambda path: (path / "environment.yml").write_bytes(b"\xff"), "environment.yml is not UTF-8"),
        (lambda path: (path / ".dockerignore").mkdir(), ".dockerignore is not a file"),
        (lambda path: os.mkfifo(path / ".dockerignore"), ".dockerignore is not a file"),
    ],
)
def test_a_folder_that_cannot_be_used_is_a_sentence(tmp_path: Path, make: object, said: str) -> None:
    assert callable(make)
    folder = tmp_path / "project"
    folder.mkdir()
    make(folder)
    with pytest.raises(CondockError, match=said) as caught:
        open_project(folder)
    assert caught.value.hint


def test_a_saved_plan_goes_before_a_guess(tmp_path: Path) -> None:
    plan = open_project(tmp_path).plan.change("application", port="1234")
    (tmp_path / "condock.yml").write_text(dump_plan(plan))
    assert open_project(tmp_path).plan == plan


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("shop", "shop"),
        ("My Shop (2)", "my-shop-2"),
        ("a__b..c", "a-b-c"),
        ("-x-", "x"),
        ("Größe", "gr-e"),
        ("日本", "app"),
        ("", "app"),
        ("f" * 64, "app"),
        ("g" * 255, "app"),
    ],
)
def test_the_image_is_named_after_the_folder(folder: str, name: str) -> None:
    assert image_name(folder) == name


@given(st.text())
def test_any_folder_gives_a_name_that_an_image_can_have(folder: str) -> None:
    assert image_name_problem(f"{image_name(folder)}:latest") is None
