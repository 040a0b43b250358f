"""What was typed and not written: kept without keys, found again in the same folder alone, never fatal."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stages.wizard import ENVIRONMENT, KEY
from tui.core.project import Project, open_project
from tui.core.secret import Secret
from tui.core.state import state_folder
from tui.core.unwritten import find_unwritten, forget_unwritten, keep_unwritten

NOW = datetime(2026, 11, 24, 20, 31, tzinfo=UTC)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "environment.yml").write_text(ENVIRONMENT)
    return open_project(tmp_path)


def test_it_is_found_again_as_it_was_typed(project: Project) -> None:
    typed = replace(project.change("application", port="no port"), environment=f"{ENVIRONMENT}  - größe\n\t\x07")
    assert keep_unwritten(typed, os.environ, NOW)
    found = find_unwritten(project, os.environ)
    assert found is not None
    assert found.taken_up(project) == typed
    assert found.when == NOW
    assert {"+  - größe", "+  port: no port"} <= set(found.differences(project).splitlines())
    assert find_unwritten(typed, os.environ) is None  # it is what the folder holds by now


def test_no_key_is_in_it(project: Project) -> None:
    typed = replace(project.change("build", image=KEY), environment=f"# {KEY}\n", pasted=Secret(KEY))
    assert keep_unwritten(typed, os.environ, NOW)
    kept = [path.read_text() for path in state_folder(os.environ).rglob("*") if path.is_file()]
    assert len(kept) == 1
    assert KEY not in kept[0]


def test_it_belongs_to_its_folder_and_can_be_forgotten(project: Project, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    keep_unwritten(project.change("application", port="1"), os.environ, NOW)
    assert find_unwritten(open_project(tmp_path / "other"), os.environ) is None
    forget_unwritten(project.path, os.environ)
    assert find_unwritten(project, os.environ) is None


@pytest.mark.parametrize("content", ["", "{", "[]", '{"plan": 1}', '{"plan": "version: 99", "environment": ""}'])
def test_what_is_damaged_is_nothing(project: Project, content: str) -> None:
    keep_unwritten(project.change("application", port="1"), os.environ, NOW)
    (kept,) = (path for path in state_folder(os.environ).rglob("*") if path.is_file())
    kept.write_text(content)
    assert find_unwritten(project, os.environ) is None
    assert not keep_unwritten(project, {"XDG_STATE_HOME": "/dev/null"}, NOW)
