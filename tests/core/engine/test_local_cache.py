"""Caches in a folder of this machine: somebody else's plan cannot have buildx write beyond the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.core.engine.local_cache import local_cache_problems
from tui.core.engine.registry import read_cache


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "project"
    made.mkdir()
    return made


def said(folder: Path, entry: str) -> str:
    """What is wrong with one `--cache-to`; empty where nothing is."""
    problems = list(local_cache_problems(folder, (entry,)))
    assert all(problem.field == "build.cache_to" and problem.hint.endswith(".") for problem in problems)
    return "".join(problem.message for problem in problems)


@pytest.mark.parametrize(
    "entry",
    [
        "type=local,dest=cache",
        "type=local,dest=./a/b/c,mode=max",
        '"dest=a,b",type=local',
        "type=local,dest=../x,dest=cache",  # the last one counts
        "type=local,dest={folder}/cache",
        "type=inline",
        "type=registry,ref=me/app:cache",
        "me/app:cache",
    ],
)
def test_a_cache_inside_the_project_is_sound(folder: Path, entry: str) -> None:
    assert said(folder, entry.format(folder=folder)) == ""
    (folder / "cache" / "blobs" / "sha256").mkdir(parents=True)
    (folder / "cache" / "index.json").touch()
    assert said(folder, entry.format(folder=folder)) == ""


@pytest.mark.parametrize(
    "entry",
    [
        "type=local,dest=..",
        "type=local,dest=../cache",
        "type=local,dest=a/../../cache",
        "type=local,dest=/tmp/cache",
        "TYPE=local,DEST=../cache",
        "type=registry,type=local,dest=../cache",
        '"type=local","dest=../cache"',
        '"dest=../ca,che",type=local',
        "type=local,dest=cache,dest=../cache",
        "type=local, dest=cache,dest=../cache",
        "type=local,dest=../cache, dest=cache",  # a blank makes another name of it
        "type=local,type =registry,dest=../cache",
    ],
)
def test_no_cache_is_written_outside(folder: Path, entry: str) -> None:
    (folder / "a").mkdir()
    assert "leads outside the folder" in said(folder, entry)


@pytest.mark.parametrize("place", ["", ".", "./", ".git", "./.GIT/objects"])
def test_a_cache_has_a_folder_of_its_own(folder: Path, place: str) -> None:
    assert said(folder, f"type=local,dest={place}") == "A local cache needs a folder of its own."


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("cache", "../home"),
        ("cache", "/nowhere"),
        ("cache/index.json", "../../.bash_profile"),
        ("cache/blobs", "../.."),
        ("cache/ingest/1/data", "../../../../.bash_profile"),
    ],
)
def test_no_cache_is_written_through_a_link(folder: Path, link: str, target: str) -> None:
    (folder / link).parent.mkdir(parents=True, exist_ok=True)
    (folder / link).symlink_to(target)
    assert "is a link or lies behind one" in said(folder, "type=local,dest=cache")
    if link == "cache":
        assert "is a link or lies behind one" in said(folder, "type=local,dest=cache/more")


def test_no_cache_is_written_into_a_file_of_another_name(folder: Path) -> None:
    profile = folder.parent / ".bash_profile"
    profile.touch()
    (folder / "cache").mkdir()
    (folder / "cache" / "oci-layout").hardlink_to(profile)
    assert "is a link or lies behind one" in said(folder, "type=local,dest=cache")


def test_a_place_that_is_no_cache(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "file").touch()
    (folder / "deep" / "1/2/3/4/5/6/7").mkdir(parents=True)
    for place in ("pipe", "file", "file/cache", "a\0b"):
        assert said(folder, f"type=local,dest={place}") == "The folder of a local cache cannot be looked into."
    assert "holds too many files" in said(folder, "type=local,dest=deep")


def test_the_fields_are_read_as_buildx_reads_them() -> None:
    assert read_cache("TYPE=local,Dest=a b ,dest=c,x=1=2") == {"type": "local", "dest": "c", "x": "1=2"}
    assert read_cache("type=local, dest=x") == {"type": "local", " dest": "x"}
