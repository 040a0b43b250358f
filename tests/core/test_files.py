"""Writing into the user's folder: nothing that condock did not write is lost, and nothing is half-written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.core.errors import CondockError
from tui.core.files import Standing, change_of, is_ours, stamped, write


def standing(path: Path, text: str) -> Standing:
    return change_of(path, text).standing


def test_a_file_is_new_then_the_same_then_ours_then_foreign(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    first, second = stamped("FROM a\n"), stamped("FROM b\n")
    assert standing(path, first) is Standing.NEW
    assert write(change_of(path, first)) is None
    assert standing(path, first) is Standing.SAME
    assert standing(path, second) is Standing.OURS
    path.write_text(first + "# mine\n")
    assert standing(path, second) is Standing.FOREIGN


def test_a_foreign_file_is_kept_beside_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    for number, old in enumerate(("FROM mine\n", "FROM mine too\n"), 1):
        path.write_text(old)
        backup = write(change_of(path, stamped("FROM a\n")))
        assert backup == tmp_path / f"Dockerfile.bak{number}"
        assert backup.read_text() == old
    assert is_ours(path.read_text())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["Dockerfile", "Dockerfile.bak1", "Dockerfile.bak2"]


def test_the_diff_shows_both_sides(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("FROM mine\n")
    diff = change_of(path, "FROM a\n").diff()
    assert "-FROM mine" in diff
    assert "+FROM a" in diff


def test_bytes_that_are_not_text_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_bytes(b"FROM \xff\r\n")
    backup = write(change_of(path, "FROM a\n"))
    assert backup is not None
    assert backup.read_bytes() == b"FROM \xff\r\n"


def test_a_folder_in_the_way_is_a_sentence_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").mkdir()
    with pytest.raises(CondockError, match="Dockerfile cannot be read"):
        change_of(tmp_path / "Dockerfile", "FROM a\n")
    with pytest.raises(CondockError, match="cannot be written"):
        write(change_of(tmp_path / "gone" / "Dockerfile", "FROM a\n"))
    assert [p.name for p in tmp_path.iterdir()] == ["Dockerfile"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "real"
    target.write_text("old")
    link = tmp_path / "Dockerfile"
    link.symlink_to(target)
    write(change_of(link, "new"))
    assert link.is_symlink()
    assert target.read_text() == "new"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_ours_until_it_is_changed(text: str) -> None:
    assert is_ours(stamped(text))
    assert not is_ours(stamped(text) + "x")
    assert not is_ours(text)
