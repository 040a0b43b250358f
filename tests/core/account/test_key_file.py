"""The .env file: read as the build reads it, written once, for its owner alone, and kept out of git."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.account.key_file import read_key, secret_file_problems, write_secret_file
from tui.core.errors import CondockError
from tui.core.secret import KEY_VARIABLE, Secret

KEY = "zq9Xv7Lm-0f9e8d7c6b5a4938"


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def messages(path: Path) -> list[str]:
    problems = list(secret_file_problems(path))
    assert all(problem.field == "secret.file" and problem.hint.endswith(".") for problem in problems)
    assert not any(KEY in str(problem) for problem in problems)
    return [problem.message for problem in problems]


@pytest.mark.parametrize(
    "text",
    [
        f"{KEY_VARIABLE}={KEY}",
        f"{KEY_VARIABLE}={KEY}\n",
        f"{KEY_VARIABLE}={KEY}\r\n",
        f"# mine\nOTHER=1\n\n{KEY_VARIABLE}={KEY}\n",
        f"export {KEY_VARIABLE}={KEY}\n",
        f"{KEY_VARIABLE} = {KEY}\n",
        f"{KEY_VARIABLE}={KEY} # from anaconda.com\n",
        f"{KEY_VARIABLE}='{KEY}'\n",
        f'{KEY_VARIABLE}="{KEY}"\n',
        f"{KEY_VARIABLE.lower()}={KEY}\n",
        f"Anaconda_Auth_Api_Key={KEY}\n",
        f"{KEY_VARIABLE}=old\n{KEY_VARIABLE}={KEY}\n",
        f"{KEY_VARIABLE}=\n{KEY_VARIABLE.lower()}={KEY}\n",
        f"\ufeff{KEY_VARIABLE}={KEY}\n",
        f"A={KEY}\n{KEY_VARIABLE}=${{A}}\n",
    ],
)
def test_the_key_is_read_as_the_build_reads_it(env_file: Path, text: str) -> None:
    env_file.write_text(text, "utf-8", newline="")
    assert read_key(env_file) == Secret(KEY)
    assert messages(env_file) == []
    # anaconda-auth itself, in the folder where the build mounts the file.
    from anaconda_auth.config import AnacondaAuthConfig

    assert AnacondaAuthConfig(_env_file=env_file).api_key == KEY  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", f".env has no {KEY_VARIABLE}."),
        (b"OTHER=1\n", f".env has no {KEY_VARIABLE}."),
        (f"{KEY_VARIABLE}\n".encode(), f".env has no {KEY_VARIABLE}."),
        (f"# {KEY_VARIABLE}={KEY}\n".encode(), f".env has no {KEY_VARIABLE}."),
        (f"{KEY_VARIABLE}=\n".encode(), "The key in .env: The API key is empty."),
        (f"{KEY_VARIABLE}=''\n".encode(), "The key in .env: The API key is empty."),
        (f"{KEY_VARIABLE}={KEY}\n{KEY_VARIABLE}=\n".encode(), "The key in .env: The API key is empty."),
        (f"{KEY_VARIABLE}='{KEY} '\n".encode(), "The key in .env: The API key has a space before or after it."),
        (f"{KEY_VARIABLE}={KEY}\n".encode("utf-16"), ".env is not UTF-8 text."),
        (b"\xff\n", ".env is not UTF-8 text."),
    ],
)
def test_what_keeps_a_file_from_giving_a_key(env_file: Path, content: bytes, said: str) -> None:
    env_file.write_bytes(content)
    assert messages(env_file) == [said]


def test_a_file_that_is_missing_or_none(env_file: Path, tmp_path: Path) -> None:
    assert messages(env_file) == [".env does not exist yet."]
    assert messages(tmp_path / "a\0b") == ["ab does not exist yet."]
    env_file.mkdir()
    assert messages(env_file) == [".env is not a file."]
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert messages(pipe) == ["pipe is not a file."]
    link = tmp_path / "link"
    link.symlink_to("nowhere")
    assert messages(link) == ["link is not a file."]


def test_a_file_one_may_not_read(env_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may read everything, so the refusal is put where the kernel would."""

    def refuse(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    env_file.write_text(f"{KEY_VARIABLE}={KEY}\n")
    monkeypatch.setattr(os, "open", refuse)
    assert messages(env_file) == [".env cannot be read: Permission denied."]


def test_a_line_that_cannot_be_parsed_is_not_reported_over_the_screen(
    env_file: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import logging

    logger = logging.getLogger("dotenv")
    monkeypatch.setattr(logger, "propagate", False)  # pytest listens at the root
    env_file.write_text(f'"{KEY}" is mine\n{KEY_VARIABLE}={KEY}\n')
    assert read_key(env_file) == Secret(KEY)
    assert capfd.readouterr() == ("", "")


# Writing


def test_it_is_for_its_owner_alone_whatever_the_umask(env_file: Path, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        write_secret_file(env_file, Secret(KEY), tmp_path)
    finally:
        os.umask(old)
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
    assert env_file.read_text() == f"{KEY_VARIABLE}={KEY}\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [".env", ".gitignore"]


@given(st.text(max_size=60) | st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60))
def test_any_key_is_read_back_as_it_was_or_not_written(key: str) -> None:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as name:
        path = Path(name) / ".env"
        try:
            write_secret_file(path, Secret(key), Path(name))
        except CondockError as error:
            assert len(key) < 8 or key not in str(error)
            assert list(Path(name).iterdir()) == []
        else:
            assert read_key(path) == Secret(key)


@pytest.mark.parametrize("there", ["file", "folder", "dangling link"])
def test_it_never_replaces_what_is_there(env_file: Path, tmp_path: Path, there: str) -> None:
    match there:
        case "file":
            env_file.write_text("MINE=1\n")
        case "folder":
            env_file.mkdir()
        case _:
            env_file.symlink_to(tmp_path / "elsewhere")
    before = env_file.lstat()
    with pytest.raises(CondockError, match=r"\.env is already there"):
        write_secret_file(env_file, Secret(KEY), tmp_path)
    assert env_file.lstat() == before
    assert [path.name for path in tmp_path.iterdir()] == [".env"]


def test_it_never_replaces_what_appears_meanwhile(
    env_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file.write_text("MINE=1\n")
    monkeypatch.setattr(os.path, "lexists", lambda path: False)
    with pytest.raises(CondockError, match="cannot be written: File exists"):
        write_secret_file(env_file, Secret(KEY), tmp_path)
    assert env_file.read_text() == "MINE=1\n"


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CondockError, match="cannot be written: No such file or directory") as caught:
        write_secret_file(tmp_path / "gone" / ".env", Secret(KEY), tmp_path)
    assert KEY not in str(caught.value)


# .gitignore


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, b"/.env\n"),
        (b"", b"/.env\n"),
        (b"*.pyc\n", b"*.pyc\n/.env\n"),
        (b"*.pyc", b"*.pyc\n/.env\n"),
        (b"*.pyc\r\nbuild\r\n", b"*.pyc\r\nbuild\r\n/.env\r\n"),
        (b"a\r\nb", b"a\r\nb\r\n/.env\r\n"),
        (b"\xff\xfe not text\n", b"\xff\xfe not text\n/.env\n"),
        (b".env\n", b".env\n"),
        (b"/.env", b"/.env"),
        (b"# .env\n.env.local\n", b"# .env\n.env.local\n/.env\n"),
        (b"/.env\r\n", b"/.env\r\n"),
        (b"!.e*\n/.env\n", b"!.e*\n/.env\n"),
    ],
)
def test_gitignore_gets_the_line_once_and_stays_as_it_was(
    env_file: Path, tmp_path: Path, before: bytes | None, after: bytes
) -> None:
    ignore = tmp_path / ".gitignore"
    if before is not None:
        ignore.write_bytes(before)
    for _ in range(2):
        write_secret_file(env_file, Secret(KEY), tmp_path)
        assert ignore.read_bytes() == after
        env_file.unlink()
    assert [path.name for path in tmp_path.iterdir()] == [".gitignore"]  # no copy of the old one


def test_no_key_is_written_outside_the_folder_or_through_a_link(tmp_path: Path) -> None:
    folder, home = tmp_path / "project", tmp_path / "home"
    folder.mkdir()
    home.mkdir()
    (folder / "conf").symlink_to("../home")
    for path in (home / ".env", folder / "conf" / ".env"):
        with pytest.raises(CondockError):
            write_secret_file(path, Secret(KEY), folder)
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("hard", [False, True])
def test_gitignore_is_no_way_into_another_file(tmp_path: Path, hard: bool) -> None:
    folder, profile = tmp_path / "project", tmp_path / ".bash_profile"
    folder.mkdir()
    profile.write_text("mine\n")
    if hard:
        (folder / ".gitignore").hardlink_to(profile)
        write_secret_file(folder / ".env", Secret(KEY), folder)
    else:
        (folder / ".gitignore").symlink_to(profile)
        with pytest.raises(CondockError):
            write_secret_file(folder / ".env", Secret(KEY), folder)
    assert profile.read_text() == "mine\n"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not here")
@pytest.mark.parametrize("name", [".env", "conf/.env", "key [1].env", "!odd", "#odd", "a*b"])
def test_git_really_ignores_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    write_secret_file(path, Secret(KEY), tmp_path)
    (tmp_path / "sound.txt").touch()
    assert not_ignored(tmp_path) == [".gitignore", "sound.txt"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not here")
@pytest.mark.parametrize(
    ("name", "rules"),
    [
        (".env", {".gitignore": "/.env\n!/.env\n"}),
        (".env", {".gitignore": ".env\r\n!.*\r\n# all the same\r\n"}),
        (".env", {".gitignore": "x\x0b/.env\n\u2028/.env\n"}),
        ("conf/.env", {".gitignore": "", "conf/.gitignore": "!.env\n"}),
        ("conf/.env", {".gitignore": "/conf/.env\n", "conf/.gitignore": "/.env\n!*\n"}),
    ],
)
def test_no_rule_of_the_folder_takes_it_back(tmp_path: Path, name: str, rules: dict[str, str]) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / "conf").mkdir()
    for ignore, text in rules.items():
        (tmp_path / ignore).write_bytes(text.encode())
    write_secret_file(tmp_path / name, Secret(KEY), tmp_path)
    assert not_ignored(tmp_path) == sorted(rules)


def not_ignored(folder: Path) -> list[str]:
    """The files that `git add .` would take."""
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard", "-z"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(filter(None, listed.stdout.split("\0")))
