"""How the steps stand in their row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.stages.wizard import ENVIRONMENT
from tui.core.account.key_lookup import KeyLookup
from tui.core.application.imports import find_imports
from tui.core.files import write
from tui.core.overview.unmet_imports import unmet_imports
from tui.core.project import Project, open_project
from tui.core.trust.trust import Trust
from tui.trail import Trail
from tui.widgets.stepper import StepState


def standing(trail: Trail, project: Project, key: str = "preview") -> StepState:
    return next(step.state for step in trail.shown(project) if step.key == key)


def test_the_preview_is_done_only_while_the_files_are_written(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text(ENVIRONMENT)
    (tmp_path / "main.py").touch()
    project, trail = open_project(tmp_path), Trail()
    for step in ("preview", "base"):
        trail.at(step)
    assert standing(trail, project) is StepState.AHEAD
    for change in project.changes():
        write(change)
    assert standing(trail, project) is StepState.DONE
    edited = replace(project, environment=f"{ENVIRONMENT}  - pandas\n")
    assert standing(trail, edited) is StepState.AHEAD


def test_a_plan_that_was_summed_up_has_its_steps_ticked_though_nobody_went_to_them(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text(ENVIRONMENT)
    for change in open_project(tmp_path).changes():
        write(change)
    project, trail = open_project(tmp_path), Trail()
    trail.at("build")
    steps = ("start", "base", "dependencies", "application", "preview")
    assert {standing(trail, project, step) for step in steps} == {StepState.AHEAD}, "nobody has looked yet"
    looked = replace(project, trust=Trust(), search=KeyLookup((), "anaconda.com"))
    assert {standing(trail, looked, step) for step in steps} == {StepState.DONE}
    assert standing(trail, looked, "account") is StepState.PROBLEM, "as the summary says, there is no key"
    trail.at("base")
    assert standing(trail, looked, "build") is not StepState.DONE


def test_a_step_that_was_seen_shows_what_the_code_imports_and_nothing_brings(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text(ENVIRONMENT)
    (tmp_path / "hello.py").write_text("import requests\n")
    project, trail = open_project(tmp_path), Trail()
    for step in ("dependencies", "base"):
        trail.at(step)
    assert standing(trail, project, "dependencies") is StepState.DONE
    read = replace(project, imports=find_imports(tmp_path, ("hello.py",)))
    assert standing(trail, read, "dependencies") is StepState.ADVICE
    assert unmet_imports(read)
    brought = replace(read, environment=f"{ENVIRONMENT}  - requests\n")
    assert standing(trail, brought, "dependencies") is StepState.DONE
    solved = replace(read, brought=(ENVIRONMENT, frozenset({"numpy", "requests"})))
    assert standing(trail, solved, "dependencies") is StepState.DONE, "another package brings it along"
    older = replace(solved, environment=f"{ENVIRONMENT}  - polars\n")
    assert standing(trail, older, "dependencies") is StepState.ADVICE
    locked = read.change("environment", locks=("conda-lock.yml",))
    assert standing(trail, locked, "dependencies") is not StepState.ADVICE
