"""The words that stay in the terminal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.stages.wizard import ENVIRONMENT, KEY, UNUSABLE, USABLE
from tui.core.account.key_lookup import KeyLookup
from tui.core.errors import ExitCode
from tui.core.files import write
from tui.core.overview.parting_words import leaving_words
from tui.core.own_files import Written
from tui.core.project import Project, open_project
from tui.core.secret import Secret


@pytest.fixture
def written(tmp_path: Path) -> Project:
    """A project whose files this run wrote."""
    (tmp_path / "environment.yml").write_text(ENVIRONMENT)
    (tmp_path / "main.py").touch()
    project = replace(open_project(tmp_path), engine=USABLE, search=KeyLookup((), "anaconda.com"))
    for change in project.changes():
        write(change)
        project = replace(project, written=project.written.plus(change))
    return replace(project, pasted=Secret(KEY))


def test_nothing_written_is_nothing_said(tmp_path: Path) -> None:
    assert leaving_words(open_project(tmp_path), tmp_path, ended=False) == ()


def test_what_was_written_and_the_next_command(written: Project, tmp_path: Path) -> None:
    first, key, after = leaving_words(written, tmp_path, ended=False)
    assert first == "Wrote 3 files: Dockerfile, Dockerfile.dockerignore, condock.yml."
    assert "ANACONDA_AUTH_API_KEY" in key and KEY not in key
    assert after == "Next: condock build"
    assert leaving_words(written, Path("/"), ended=False)[-1] == f"Next: condock build {tmp_path}"
    assert leaving_words(written, tmp_path, ended=True) == (first,)


def test_a_file_with_the_key_is_said_to_hold_it(written: Project, tmp_path: Path) -> None:
    project = replace(open_project(tmp_path), written=Written().named(".env"))
    said, holds, *_ = leaving_words(project, tmp_path, ended=False)
    assert said == "Wrote 1 file: .env."
    assert holds.startswith(".env holds your API key")
    assert not any("holds" in line for line in leaving_words(written, tmp_path, ended=False))


def test_what_is_missing_is_said_with_what_to_do(written: Project, tmp_path: Path) -> None:
    assert UNUSABLE.problem
    engine = replace(UNUSABLE, problem=replace(UNUSABLE.problem, exit_code=ExitCode.NO_ENGINE))
    words = leaving_words(replace(written, engine=engine), tmp_path, ended=False)
    assert words[1] == "Missing for a build: The Docker engine is not running. Start Docker, then look again."
    assert words[-1] == "Then: condock build"
    broken = written.change("application", port="x")
    words = leaving_words(broken, tmp_path, ended=False)
    assert words[1].startswith("Missing for a build: The port is not a number.")
    assert words[-1] == "Next: condock, which opens the wizard here again."
