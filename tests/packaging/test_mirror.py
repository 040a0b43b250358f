"""The tests mirror the tree: the file that tests a module is guessed from the module's name."""

from __future__ import annotations

from pathlib import Path

from tests.paths import ROOT

MIRRORS = {"tests/core": "tui/core", "tests/widgets": "tui/widgets", "tests/screens": "screens"}


def strays(tests: Path, code: Path) -> list[str]:
    """Test files that are named after no module of the folder that theirs mirrors, nor after that folder."""
    found = []
    for path in sorted(tests.rglob("test_*.py")):
        room = code / path.parent.relative_to(tests)
        names = {module.stem for module in room.glob("*.py")} | {room.name}
        if not any(f"{path.stem}_".startswith(f"test_{name}_") for name in names):
            found.append(path.relative_to(tests).as_posix())
    return found


def test_every_test_file_is_named_after_what_it_tests() -> None:
    assert [path for tests, code in MIRRORS.items() for path in strays(ROOT / tests, ROOT / code)] == []
    tops = {path.stem for path in (ROOT / "tests").glob("test_*.py")}
    assert tops - {f"test_{path.stem}" for path in (ROOT / "tui").glob("*.py")} == set()


def test_a_stray_is_found(tmp_path: Path) -> None:
    for name in (
        "code/room/log.py",
        "tests/room/test_log.py",
        "tests/room/test_log_of_old.py",
        "tests/room/test_room.py",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert strays(tmp_path / "tests", tmp_path / "code") == []
    for stray in ("tests/room/test_logs.py", "tests/test_log.py"):
        (tmp_path / stray).touch()
    assert strays(tmp_path / "tests", tmp_path / "code") == ["room/test_logs.py", "test_log.py"]
