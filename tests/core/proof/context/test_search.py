"""The key in a file that would be sent stops everything, and what was searched is not read again."""

from __future__ import annotations

import gzip
import os
import time
import zipfile
from base64 import b64encode
from pathlib import Path

import pytest

from tests.planted import JWT, OPAQUE, OTHER_JWT, planted
from tests.saved_images import conda_package, tar_of, zip_of
from tui.core.building.fast_repeat.searched import stands_as_searched
from tui.core.errors import CondockError, ExitCode
from tui.core.proof.contents import DEPTH
from tui.core.proof.context.search import ContextSearch, search_context
from tui.core.proof.key_search import KeySearch, search_for
from tui.core.secret import Secret

FINGERPRINT = "0f" * 32


class Clock:
    """The search's own; `ahead` by some seconds, it finds what was written before old enough to be known again."""

    ahead = 0.0
    stands_at: float | None = None


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made, now = Clock(), time.time
    monkeypatch.setattr(time, "time", lambda: made.stands_at or now() + made.ahead)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "shop"
    (made / "src").mkdir(parents=True)
    (made / "Dockerfile").write_text("FROM scratch\nCOPY src app.py /app/\n")
    (made / "app.py").write_text("print()\n" * 100)
    (made / "src/a.py").write_text("import app\n")
    (made / ".env").write_text(f"ANACONDA_AUTH_API_KEY={JWT}\n")
    return made


def search(folder: Path, key: str = JWT, fingerprint: str = "") -> ContextSearch:
    env = {"HOME": str(folder.parent)}
    return search_context(str(folder), "Dockerfile", Secret(key), env, fingerprint)


def stands(folder: Path, fingerprint: str = FINGERPRINT) -> bool:
    return stands_as_searched(str(folder), {"HOME": str(folder.parent)}, fingerprint)


def found(folder: Path, key: str = JWT) -> str:
    with pytest.raises(CondockError) as failure:
        search(folder, key)
    assert failure.value.exit_code is ExitCode.KEY_FOUND
    assert key not in str(failure.value)
    return failure.value.message


def test_a_folder_without_the_key(folder: Path) -> None:
    (folder / "src/other.txt").write_text(OTHER_JWT)
    assert search(folder).files == 3
    assert search(folder).words.startswith("The key is in none of the 3 files that are sent (")


def test_the_file_and_the_line_are_told(folder: Path) -> None:
    (folder / "src/deep").mkdir()
    (folder / "src/deep/settings.py").write_text(f"A = 1\n\nTOKEN = '{JWT}'\n")
    said = "The API key is in src/deep/settings.py, line 3, which would be sent to the builder. Nothing was sent."
    assert found(folder) == said


PACKED = {
    "a.zip": (zip_of({"x": b"y", "in/side": JWT.encode()}), "in/side in src/a.zip"),
    "a.tar.gz": (gzip.compress(tar_of({"x": b"y" * 2_000_000, "in": JWT.encode()})), "in in src/a.tar.gz"),
    "a.conda": (conda_package({"lib/k": JWT.encode()}), "lib/k in pkg-name-1.0-0.tar.zst in src/a.conda"),
    "a.gz": (gzip.compress(planted("hex", JWT)), "src/a.gz (hex)"),
    "a.whl": (zip_of({"in": JWT.encode()}, zipfile.ZIP_STORED), "in in src/a.whl"),
}


@pytest.mark.parametrize("name", PACKED)
def test_what_is_packed_is_looked_into_as_the_audit_does(folder: Path, name: str) -> None:
    content, where = PACKED[name]
    (folder / "src" / name).write_bytes(content)
    assert found(folder) == f"The API key is in {where}, which would be sent to the builder. Nothing was sent."


def test_what_is_packed_deeper_than_is_looked_is_said_not_to_be_searched(folder: Path, clock: Clock) -> None:
    content = JWT.encode()
    for _ in range(DEPTH):
        content = gzip.compress(content)
    (folder / "src/deep.gz").write_bytes(gzip.compress(content))
    (folder / "src/cut.zip").write_bytes(zip_of({"in": b"x" * 9_000})[:60])
    said = search(folder)
    assert set(said.unread) == {
        f"src/deep.gz is packed more than {DEPTH} times over",
        "in in src/cut.zip ends too early",
    }
    assert "Not searched: " in said.words
    clock.ahead = 1
    assert search(folder, fingerprint=FINGERPRINT).unread == search(folder, fingerprint=FINGERPRINT).unread != ()
    (folder / "src/deep.gz").write_bytes(content)
    assert "is in src/deep.gz, which" in found(folder)


def test_bombs_are_left_where_they_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.core.proof.context.archives._MOST_OF_ALL", 30_000_000)
    for number in range(4):
        (folder / f"src/{number}.gz").write_bytes(gzip.compress(bytes(20_000_000)))
    assert [why.partition(" ")[2] for why in search(folder).unread] == ["is too large when unpacked"] * 3


def test_a_binary_file_and_another_encoding(folder: Path) -> None:
    (folder / "src/cell.bin").write_bytes(bytes(5_000) + b64encode(f"user:{OPAQUE}".encode()))
    assert "src/cell.bin, at byte 5,00" in found(folder, OPAQUE)
    assert "(base64)" in found(folder, OPAQUE)


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.dockerignore"])
def test_the_files_that_say_how_to_build_are_sent_as_well(folder: Path, name: str) -> None:
    with (folder / name).open("a") as file:
        file.write(f"# {JWT}\n")
    assert f"is in {name}, line" in found(folder)


def test_names_and_targets_of_links_are_sent_as_well(folder: Path) -> None:
    (folder / "src/link").symlink_to(JWT.split(".")[2])
    assert "in the name of a file" in found(folder)


def test_a_link_to_the_secret_file_that_is_copied(folder: Path) -> None:
    (folder / ".env").rename(folder / "src/values")
    (folder / ".env").symlink_to("src/values")
    assert "src/values, line 1" in found(folder)


@pytest.mark.parametrize("ignore", ["*\n!**", "src\n!src/.env"])
def test_an_ignore_file_of_somebody_else_that_lets_it_through(folder: Path, ignore: str) -> None:
    (folder / "src/.env").write_text(JWT)
    (folder / "Dockerfile.dockerignore").write_text(ignore)
    assert "src/.env, line 1" in found(folder)
    (folder / "Dockerfile.dockerignore").write_text("**/.env\n")
    search(folder)


def test_nothing_is_made_ready_to_search_where_nothing_has_changed(
    folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Secret] = []

    def noted(key: Secret) -> KeySearch:
        made.append(key)
        return search_for(key)

    monkeypatch.setattr("tui.core.proof.context.search.search_for", noted)
    clock.ahead = 1
    search(folder, fingerprint=FINGERPRINT)
    assert len(made) == 1
    search(folder, fingerprint=FINGERPRINT)
    assert len(made) == 1
    (folder / "src/link").symlink_to(JWT)
    with pytest.raises(CondockError, match="in the name of a file"):
        search(folder, fingerprint=FINGERPRINT)


def test_what_was_searched_is_not_read_again(folder: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not stands(folder)
    clock.ahead = 1
    first = search(folder, fingerprint=FINGERPRINT)
    assert first.read > first.size > 800
    assert stands(folder)
    assert search(folder, fingerprint=FINGERPRINT).read == 0
    (folder / "app.py").write_text("x = 1\n")
    changed, before = ((folder / name).stat().st_ctime for name in ("app.py", "src/a.py"))
    monkeypatch.setattr("tui.core.proof.context.search._FRESH", (changed - before) / 2)
    clock.stands_at = changed + (changed - before) / 4
    assert not stands(folder)
    assert search(folder, fingerprint=FINGERPRINT).read == 6
    assert not stands(folder)  # it may have changed once more in the same instant
    clock.stands_at = None
    assert search(folder, fingerprint=FINGERPRINT).read == 6
    assert stands(folder)
    assert not stands(folder, "1e" * 32)
    assert search(folder, fingerprint="1e" * 32).read > 50


def test_a_change_that_keeps_size_and_time_is_seen(folder: Path, clock: Clock) -> None:
    clock.ahead = 1
    before = (folder / "app.py").stat()
    search(folder, fingerprint=FINGERPRINT)
    (folder / "app.py").write_text(JWT.ljust(before.st_size))
    os.utime(folder / "app.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not stands(folder)


@pytest.mark.parametrize("place", ["src", "src/deeper"])
def test_a_file_that_comes_to_it_is_seen(folder: Path, place: str, clock: Clock) -> None:
    (folder / "src/deeper").mkdir()
    clock.ahead = 1
    search(folder, fingerprint=FINGERPRINT)
    assert stands(folder)
    (folder / place / "new").write_text(JWT)
    assert not stands(folder)


def test_nothing_is_kept_of_a_folder_with_the_key(folder: Path, clock: Clock) -> None:
    (folder / "src/a.py").write_text(JWT)
    clock.ahead = 1
    with pytest.raises(CondockError):
        search(folder, fingerprint=FINGERPRINT)
    assert not stands(folder)
