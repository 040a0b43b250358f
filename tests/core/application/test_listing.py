"""The files of a folder, as they are ticked."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tests.core.application.test_application import fill
from tui.core.application.listing import Listed, list_files, toggled


def listed(folder: Path, copied: tuple[str, ...] = (), opened: tuple[str, ...] = ()) -> dict[str, Listed]:
    rows = list_files(folder, copied, opened, lambda path: path.endswith((".pem", ".env")), ("Dockerfile",))
    return {row.path: row for row in rows}


def test_files_have_their_sizes_and_folders_those_of_what_is_sent(tmp_path: Path) -> None:
    fill(
        tmp_path,
        {"a.py": "12345", "data/x.csv": "123", "data/deep/y.csv": "1", "data/k.pem": "secret", ".env": "x"},
    )
    fill(tmp_path, {"Dockerfile": "FROM x", ".git/config": "", "my.pem": ""})
    (tmp_path / "out").symlink_to("/")
    rows = listed(tmp_path)
    assert list(rows) == ["data", "a.py", "my.pem", "out"]
    assert (rows["data"].size, rows["data"].is_folder, rows["data"].name) == (4, True, "data/")
    assert (rows["a.py"].note, rows["my.pem"].note) == ("5 B", "kept back by the ignore file")
    assert not rows["out"].is_folder
    rows = listed(tmp_path, opened=("data",))
    assert list(rows)[:4] == ["data", "data/deep", "data/k.pem", "data/x.csv"]


def test_copied_paths_are_listed_wherever_they_are(tmp_path: Path) -> None:
    fill(tmp_path, {"a.py": "1", "data/deep/y.csv": "1", ".env": "x"})
    rows = listed(tmp_path, ("./a.py", "data/deep/y.csv", "gone.py", ".env"))
    assert [path for path, row in rows.items() if row.copied] == ["gone.py", "data/deep/y.csv", ".env", "./a.py"]
    assert rows["gone.py"].note == "not there"
    assert listed(tmp_path, ("data/",))["data/"].copied
    assert listed(tmp_path, ("data/",), ("data",))["data/deep"].within == "data"
    assert {row.within for path, row in listed(tmp_path, (".",)).items() if path != "."} == {"."}


def test_an_odd_or_full_folder_is_listed_soon(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "bell\a").touch()
    full = tmp_path / "full"
    full.mkdir()
    for number in range(500):
        (full / f"{number}.txt").touch()
    began = time.monotonic()
    rows = listed(tmp_path)
    assert list(rows) == ["full", "pipe"]
    assert rows["full"].note.startswith("over ")
    assert listed(tmp_path / "none") == {}
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("copied", "path", "after"),
    [
        ((), "a", ("a",)),
        (("a", "b"), "a", ("b",)),
        (("./a", "b"), "a", ("b",)),
        (("data/x", "data2", "b"), "data", ("data2", "b", "data")),
        (("data/",), "data", ()),
    ],
)
def test_a_tick_takes_a_path_in_or_out(copied: tuple[str, ...], path: str, after: tuple[str, ...]) -> None:
    assert toggled(copied, path) == after
