"""What a build leaves beside the image: searched whatever its size, or said not to be."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest

from tests.planted import JWT
from tui.core.building.log.log import BuildLog
from tui.core.project import open_project
from tui.core.proof import written
from tui.core.proof.audit import Leak, Unread
from tui.core.proof.key_search import search_for
from tui.core.secret import Secret

LARGE = 20_000_000


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path / "state"), "HOME": str(tmp_path)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


def search(folder: Path, env: dict[str, str]) -> written.Written:
    return written.search_written(open_project(folder), env, BuildLog(), search_for(Secret(JWT)))


def test_a_large_file_is_searched_to_its_end_in_little_memory(folder: Path, env: dict[str, str]) -> None:
    (folder / "Dockerfile").write_text("FROM scratch\n")
    project = open_project(folder)
    with (folder / "Dockerfile").open("wb") as file:
        file.truncate(LARGE)
        file.seek(LARGE)
        file.write(JWT.encode())
    tracemalloc.start()
    try:
        found = written.search_written(project, env, None, search_for(Secret(JWT)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found.findings == (Leak("Dockerfile", "plain"),)
    assert (found.names, found.unread) == (("Dockerfile",), ())
    assert peak < LARGE / 2


@pytest.mark.parametrize("kind", ["link outside", "device", "too large"])
def test_what_cannot_be_read_is_listed_as_not_searched(
    folder: Path, env: dict[str, str], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = folder / "Dockerfile"
    if kind == "link outside":
        (folder.parent / "outside").write_text(JWT)
        file.symlink_to(folder.parent / "outside")
    elif kind == "device":
        os.mkfifo(file)
    else:
        monkeypatch.setattr(written, "_MOST_BYTES", 9)
        file.write_text("FROM scratch\n")
    found = search(folder, env)
    assert [one.where for one in found.unread] == ["Dockerfile"]
    assert all(isinstance(one, Unread) and not one.layer for one in found.unread)
    assert "Dockerfile" not in found.names
    assert found.findings == ()


def test_what_is_not_there_is_nothing_that_was_not_searched(folder: Path, env: dict[str, str]) -> None:
    assert search(folder, env) == written.Written(names=("the log",))


def test_a_log_whose_beginning_is_gone_says_so(folder: Path, env: dict[str, str]) -> None:
    log = BuildLog()
    log.first = 7
    found = written.search_written(open_project(folder), env, log, search_for(Secret(JWT)))
    assert found.unread == (Unread("the log", "has lost its first 7 lines: it was too long to be kept"),)
