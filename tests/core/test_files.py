"""Writing into the user's folder: nothing that condock did not write is lost, and nothing is half-written."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.core.errors import CondockError
from tui.core.files import FileChange, Standing, change_of, is_ours, stamped, write
from tui.core.untrusted_text import printable


def standing(path: Path, text: str) -> Standing:
    return change_of(path.parent, path.name, text).standing


def test_a_file_is_new_then_the_same_then_ours_then_foreign(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    first, second = stamped("FROM a\n"), stamped("FROM b\n")
    assert standing(path, first) is Standing.NEW
    assert write(change_of(tmp_path, path.name, first)) is None
    assert standing(path, first) is Standing.SAME
    assert standing(path, second) is Standing.OURS
    path.write_text(first + "# mine\n")
    assert standing(path, second) is Standing.FOREIGN


def test_a_foreign_file_is_kept_where_git_does_not_see_it(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    for number, old in enumerate(("FROM mine\n", "FROM mine too\n"), 1):
        path.write_text(old)
        backup = write(change_of(tmp_path, path.name, stamped("FROM a\n")))
        assert backup == tmp_path / f".condock/Dockerfile.bak{number}"
        assert backup.read_text() == old
    assert is_ours(path.read_text())
    assert sorted(p.name for p in tmp_path.iterdir()) == [".condock", "Dockerfile"]
    if git := shutil.which("git"):
        for command in ("init --quiet", "add --all"):
            subprocess.run([git, *command.split()], cwd=tmp_path, check=True)
        listed = subprocess.run([git, "ls-files"], cwd=tmp_path, check=True, capture_output=True, text=True)
        assert listed.stdout == "Dockerfile\n"


def test_a_folder_of_copies_that_is_a_link_is_refused_and_nothing_replaced(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".condock").symlink_to("elsewhere")
    (tmp_path / "Dockerfile").write_text("FROM mine\n")
    with pytest.raises(CondockError, match="is a link or lies behind one"):
        write(change_of(tmp_path, "Dockerfile", "FROM a\n"))
    assert (tmp_path / "Dockerfile").read_text() == "FROM mine\n"
    assert not list((tmp_path / "elsewhere").iterdir())


def test_the_diff_shows_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("FROM mine\n")
    diff = change_of(tmp_path, path.name, "FROM a\n").diff()
    assert "-FROM mine" in diff
    assert "+FROM a" in diff


def test_bytes_that_are_not_text_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_bytes(b"FROM \xff\r\n")
    backup = write(change_of(tmp_path, path.name, "FROM a\n"))
    assert backup is not None
    assert backup.read_bytes() == b"FROM \xff\r\n"


def test_a_folder_in_the_way_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").mkdir()
    with pytest.raises(CondockError, match="Dockerfile is not a file"):
        change_of(tmp_path, "Dockerfile", "FROM a\n")
    with pytest.raises(CondockError, match="cannot be written"):
        write(change_of(tmp_path, "gone/Dockerfile", "FROM a\n"))
    assert [p.name for p in tmp_path.iterdir()] == ["Dockerfile"]


def test_a_link_is_read_and_never_written_through(tmp_path: Path) -> None:
    target = tmp_path / "real"
    target.write_text("old")
    (tmp_path / "Dockerfile").symlink_to("real")
    change = change_of(tmp_path, "Dockerfile", "new")
    assert change.old == "old"
    with pytest.raises(CondockError, match="`Dockerfile` is a link or lies behind one") as caught:
        write(change)
    assert caught.value.hint == "Put the file itself in the link's place, or name another."
    assert target.read_text() == "old"


def test_what_was_changed_since_one_looked_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    for before, meanwhile in ((None, "FROM mine\n"), ("FROM mine\n", "FROM mine too\n")):
        if before:
            path.write_text(before)
        change = change_of(tmp_path, "Dockerfile", "FROM a\n")
        path.write_text(meanwhile)
        with pytest.raises(CondockError, match="Dockerfile has just been changed by another program"):
            write(change)
        assert path.read_text() == meanwhile
        path.unlink()


def test_another_name_of_the_file_keeps_what_was_in_it(tmp_path: Path) -> None:
    """A hard link may be a file of the user's home by another name."""
    (tmp_path / "home").mkdir()
    profile = tmp_path / "home" / ".bash_profile"
    profile.write_text("mine\n")
    (tmp_path / "Dockerfile").hardlink_to(profile)
    backup = write(change_of(tmp_path, "Dockerfile", "new"))
    assert profile.read_text() == "mine\n"
    assert backup is not None
    assert not backup.samefile(profile)


def test_a_copy_is_never_put_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM mine\n")
    (tmp_path / ".condock").mkdir()
    (tmp_path / ".condock/Dockerfile.bak1").symlink_to("elsewhere")
    assert write(change_of(tmp_path, "Dockerfile", "FROM a\n")) == tmp_path / ".condock/Dockerfile.bak2"
    assert not (tmp_path / "elsewhere").exists()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_ours_until_it_is_changed(text: str) -> None:
    assert is_ours(stamped(text))
    assert not is_ours(stamped(text) + "x")
    assert not is_ours(text)


@pytest.mark.parametrize("opening", ["\x1b]0;", "\x1bP", "\x9d", "\u202e"])
def test_a_difference_shows_what_is_behind_an_escape(tmp_path: Path, opening: str) -> None:
    """Who is asked for a yes to a Dockerfile has to see every line of it, on whatever terminal."""
    old = f"FROM a\n# {opening}\nRUN steal\nRUN \x07\n"
    lines = printable(FileChange(tmp_path, "Dockerfile", old, "FROM a\n").diff()).splitlines()
    assert "-RUN steal" in lines
    assert f"-# {ascii(opening)[1:-1]}" in lines
