"""How the steps stand in their row."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from tests.stages.wizard import ENVIRONMENT
from tui.core.files import write
from tui.core.project import Project, open_project
from tui.trail import Trail
from tui.widgets.stepper import StepState


def standing(trail: Trail, project: Project) -> StepState:
    return next(step.state for step in trail.shown(project) if step.key == "preview")


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
