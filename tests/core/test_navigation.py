from __future__ import annotations

from pathlib import Path

import pytest

from tui.core.files import write
from tui.core.first_plan import with_bases
from tui.core.navigation import neighbour, next_towards
from tui.core.plan import SecretMode
from tui.core.project import Project, open_project
from tui.core.secret import Secret
from tui.core.steps import STEPS


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """One that could be built, but is not written."""
    (tmp_path / "environment.yml").write_text("dependencies:\n  - python\n")
    (tmp_path / "main.py").write_text("")
    opened = open_project(tmp_path)
    plan = with_bases(opened.plan)
    key = Secret("ac-0123456789")
    return Project(opened.folder, plan, opened.environment, pasted=key)


def test_the_neighbours_are_the_steps_that_apply(project: Project) -> None:
    public = project.change("secret", mode=SecretMode.NONE)
    assert neighbour(project, "dependencies", 1) == "secret"
    assert neighbour(public, "dependencies", 1) == "application"
    assert neighbour(public, "application", -1) == "dependencies"
    assert neighbour(project, "start", -1) == "start"
    assert neighbour(project, "account", -1) == "start"
    assert neighbour(project, STEPS[-1].key, 1) == STEPS[-1].key


def test_coming_back_from_mending_goes_over_what_is_in_the_way_and_what_is_not_written(project: Project) -> None:
    broken = project.change("application", port="99999")
    assert next_towards(broken, "dependencies", "build") == "application"
    assert next_towards(project, "dependencies", "build") == "preview"
    assert next_towards(project, "preview", "build") == "build"
    for change in project.changes():
        write(change)
    assert next_towards(project, "dependencies", "build") == "build"


def test_a_mend_for_a_step_before_the_preview_leads_back_there_though_nothing_is_written(project: Project) -> None:
    assert next_towards(project, "account", "dependencies") == "dependencies"
    broken = project.change("base", runtime="alpine:3")
    assert next_towards(broken, "account", "dependencies") == "base"


def test_the_way_to_the_preview_goes_over_what_was_never_seen(project: Project) -> None:
    seen = {"start", "account", "dependencies", "application"}
    assert next_towards(project, "account", "dependencies", seen) == "dependencies", "it was asked for there"
    assert next_towards(project, "application", "preview", seen) == "base"
    assert next_towards(project, "base", "preview", {*seen, "base"}) == "secret"
    assert next_towards(project, "secret", "preview", {*seen, "base", "secret"}) == "preview"
    public = project.change("secret", mode=SecretMode.NONE)
    assert next_towards(public, "base", "preview", {*seen, "base"}) == "preview"
    assert next_towards(project, "account", "build", seen) == "base"
