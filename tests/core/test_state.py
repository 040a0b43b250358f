"""The user's state folder: where it is, who may read it, and that nothing there is ever fatal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.core.state import read_state, state_folder, write_state


@pytest.mark.parametrize(
    ("platform", "env", "folder"),
    [
        ("linux", {"HOME": "/home/me"}, "/home/me/.local/state/condock"),
        ("linux", {"HOME": "/home/me", "XDG_STATE_HOME": "/state"}, "/state/condock"),
        ("linux", {"HOME": "/home/me", "XDG_STATE_HOME": "state"}, "/home/me/.local/state/condock"),
        ("linux", {"HOME": "/home/me", "XDG_STATE_HOME": ""}, "/home/me/.local/state/condock"),
        ("darwin", {"HOME": "/Users/me"}, "/Users/me/Library/Application Support/condock"),
        ("darwin", {"HOME": "/Users/me", "XDG_STATE_HOME": "/state"}, "/state/condock"),
    ],
)
def test_where_it_is(monkeypatch: pytest.MonkeyPatch, platform: str, env: dict[str, str], folder: str) -> None:
    monkeypatch.setattr("sys.platform", platform)
    assert state_folder(env) == Path(folder)


def test_what_is_written_is_for_its_user_alone(empty_home: Path) -> None:
    folder = state_folder(os.environ)
    folder.mkdir(parents=True, mode=0o755)
    before = os.umask(0)
    try:
        write_state(os.environ, "some/file", b"text")
    finally:
        os.umask(before)
    assert read_state(os.environ, "some/file", 4) == b"text"
    modes = [path.stat().st_mode & 0o777 for path in (folder, folder / "some", folder / "some/file")]
    assert modes == [0o700, 0o700, 0o600]


def test_what_is_too_long_is_not_read(empty_home: Path) -> None:
    write_state(os.environ, "file", b"text")
    assert read_state(os.environ, "file", 3) == b""


def test_a_folder_where_a_file_should_be_is_no_file(empty_home: Path) -> None:
    (state_folder(os.environ) / "file").mkdir(parents=True)
    write_state(os.environ, "file", b"text")
    assert read_state(os.environ, "file", 100) == b""


def test_a_place_that_cannot_be_written_is_left_alone(empty_home: Path) -> None:
    (empty_home / ".local").write_text("a file")
    write_state(os.environ, "file", b"text")
    assert read_state(os.environ, "file", 100) == b""
    assert (empty_home / ".local").read_text() == "a file"


def test_without_a_home_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_state({"HOME": "somewhere"}, "file", b"text")
    assert list(tmp_path.iterdir()) == []


def test_only_the_newest_siblings_stay(empty_home: Path) -> None:
    for number in range(5):
        write_state(os.environ, f"builds/{number}", b"")
        os.utime(state_folder(os.environ) / f"builds/{number}", (number, number))
    write_state(os.environ, "builds/new", b"", siblings=3)
    assert {path.name for path in (state_folder(os.environ) / "builds").iterdir()} == {"3", "4", "new"}
