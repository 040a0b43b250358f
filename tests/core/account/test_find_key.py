"""What a search for the API key tells of each source, and how it takes files that are not as they should be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import ROOT
from tests.stages.account_service import isolated, keyring_json, lay_out, make_jwt
from tui.core.account.find_key import find_key
from tui.core.account.key_lookup import Source, State

NOW = 1_795_000_000.0
NAME = "ANACONDA_AUTH_API_KEY"
VARIABLE = {NAME: "k3y-of-variable"}
KEYRING = {"home/.anaconda/keyring": keyring_json({"anaconda.com": {"api_key": "k3y-of-keyring"}})}
ALL = KEYRING | {
    "home/.anaconda/config.toml": '[plugin.auth]\napi_key = "k3y-of-config"\n',
    "project/.env": f"{NAME}=k3y-of-dotenv\n",
    f"secrets/{NAME}": "k3y-of-secret\n",
}


FILES = ("home/.anaconda/keyring", "home/.anaconda/config.toml", "project/.env", f"secrets/{NAME}")
CONTENTS = ("", *ALL.values())


def test_each_shadowed_source_says_by_what(tmp_path: Path) -> None:
    search = find_key(tmp_path / "project", lay_out(tmp_path, ALL, VARIABLE), NOW)
    assert [(row.name, row.state, row.shadowed_by) for row in search.rows] == [
        (Source.VARIABLE, State.WON, ""),
        (Source.SECRETS, State.SHADOWED, NAME),
        (Source.DOTENV, State.SHADOWED, NAME),
        (Source.CONFIGURATION, State.SHADOWED, NAME),
        (Source.KEYRING, State.SHADOWED, NAME),
    ]
    wheres = {row.name: row.where for row in search.rows}
    assert wheres[Source.CONFIGURATION] == "~/.anaconda/config.toml"
    assert wheres[Source.KEYRING] == "~/.anaconda/keyring"


def test_an_empty_variable_shadows_the_settings_and_is_said_to_be_empty(tmp_path: Path) -> None:
    search = find_key(tmp_path / "project", lay_out(tmp_path, ALL, {NAME: ""}), NOW)
    states = {row.name: (row.state, row.shadowed_by) for row in search.rows}
    assert states == {
        Source.VARIABLE: (State.SHADOWED, "~/.anaconda/keyring"),
        Source.SECRETS: (State.SHADOWED, NAME),
        Source.DOTENV: (State.SHADOWED, NAME),
        Source.CONFIGURATION: (State.SHADOWED, NAME),
        Source.KEYRING: (State.WON, ""),
    }
    assert search.problem is None
    report = search.rows[0].report
    assert report and report.problem and "empty" in report.problem.message


def test_nothing_found_is_a_problem_with_what_to_do(tmp_path: Path) -> None:
    search = find_key(tmp_path, isolated(tmp_path), NOW)
    assert [row.state for row in search.rows] == [State.ABSENT] * 5
    assert search.problem and "No API key" in search.problem.message and "Sign in" in search.problem.hint


def test_the_winner_s_report_is_the_search_s(tmp_path: Path) -> None:
    search = find_key(tmp_path, isolated(tmp_path, **{NAME: make_jwt(1)}), NOW)
    assert search.winner and search.winner.report and search.winner.report.expires
    assert search.problem and "expired" in search.problem.message


def test_an_expired_key_is_renewed_where_it_was_found(tmp_path: Path) -> None:
    old = make_jwt(1)
    found = find_key(tmp_path, isolated(tmp_path, **{NAME: old}), NOW)
    assert found.problem and found.problem.hint == (
        f"Put a new one into {NAME}, or remove it there and sign in with `anaconda login`."
    )
    env = lay_out(tmp_path, {"home/.anaconda/keyring": keyring_json({"anaconda.com": {"api_key": old}})}, {})
    found = find_key(tmp_path / "project", env, NOW)
    assert found.winner and found.winner.name is Source.KEYRING
    assert found.problem and found.problem.hint == "Sign in again with `anaconda login`, or in the wizard."


def test_the_project_s_env_file_counts_and_not_the_current_folder_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text(f"{NAME}=k3y-of-here\n")
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_key(tmp_path / "project", isolated(tmp_path / "home"), NOW).winner is None


def test_a_secret_that_links_out_of_its_folder_is_not_followed(tmp_path: Path) -> None:
    env = lay_out(tmp_path)
    (tmp_path / "outside").write_text("k3y-of-outside")
    (tmp_path / "secrets" / NAME).symlink_to(tmp_path / "outside")
    assert find_key(tmp_path, env, NOW).winner is None


UNREADABLE = {
    ".env in UTF-16": (Source.DOTENV, "project/.env", f"{NAME}=abc".encode("utf-16"), "not UTF-8"),
    "secret not UTF-8": (Source.SECRETS, f"secrets/{NAME}", b"\xff\xfe\x00", "not UTF-8"),
    "configuration not TOML": (Source.CONFIGURATION, "home/.anaconda/config.toml", b"[plugin\n", "not valid TOML"),
    "configuration not UTF-8": (Source.CONFIGURATION, "home/.anaconda/config.toml", b"a = '\xff'", "not UTF-8"),
    "configuration with a number": (
        Source.CONFIGURATION,
        "home/.anaconda/config.toml",
        b"[plugin.auth]\napi_key = 5\n",
        "not text",
    ),
    "a site that is not there": (
        Source.SITE,
        "home/.anaconda/config.toml",
        b'default_site = "x"\n',
        "does not name one site",
    ),
    "keyring not JSON": (Source.KEYRING, "home/.anaconda/keyring", b"{", "damaged"),
    "keyring a list": (Source.KEYRING, "home/.anaconda/keyring", b"[]", "damaged"),
    "keyring of other things": (Source.KEYRING, "home/.anaconda/keyring", b'{"Anaconda Cloud": 5}', "damaged"),
    "keyring entry garbled": (
        Source.KEYRING,
        "home/.anaconda/keyring",
        b'{"Anaconda Cloud": {"anaconda.com": "!"}}',
        "damaged",
    ),
    "keyring entry a number": (
        Source.KEYRING,
        "home/.anaconda/keyring",
        b'{"Anaconda Cloud": {"anaconda.com": 5}}',
        "damaged",
    ),
    "keyring not UTF-8": (Source.KEYRING, "home/.anaconda/keyring", b"\xff", "not UTF-8"),
}


@pytest.mark.parametrize(("source", "file", "content", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_garbled_file_is_a_finding_and_no_crash(
    source: Source, file: str, content: bytes, said: str, tmp_path: Path
) -> None:
    env = lay_out(tmp_path)
    (tmp_path / file).write_bytes(content)
    search = find_key(tmp_path / "project", env, NOW)
    row = next(row for row in search.rows if row.name is source)
    assert row.state is State.UNREADABLE
    assert row.report and row.report.problem and said in row.report.problem.message
    assert search.problem == row.report.problem
    found = find_key(tmp_path / "project", env | VARIABLE, NOW)
    assert found.winner and found.winner.name is Source.VARIABLE and found.problem is None


def test_broken_toml_is_named_by_line_and_column(tmp_path: Path) -> None:
    env = lay_out(tmp_path, {"home/.anaconda/config.toml": "[plugin.auth]\napi_key = k3y-of-config\n"})
    problem = find_key(tmp_path, env, NOW).problem
    assert problem and (problem.line, problem.column) == (2, 11)
    assert "k3y-of-config" not in str(problem)


@pytest.mark.parametrize("file", ["project/.env", "home/.anaconda/config.toml", "home/.anaconda/keyring"])
def test_a_folder_in_a_file_s_place_is_a_finding(file: str, tmp_path: Path) -> None:
    env = lay_out(tmp_path)
    (tmp_path / file).mkdir()
    assert find_key(tmp_path / "project", env, NOW).problem is not None


def test_a_file_without_permission_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(path: Path, *_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    env = lay_out(tmp_path, KEYRING)
    monkeypatch.setattr(os, "open", refused)  # root, as in CI, may read every file
    problem = find_key(tmp_path, env, NOW).problem
    assert problem and "You may not read" in problem.message


@given(st.sampled_from(FILES), st.binary(max_size=80), st.sampled_from(CONTENTS))
def test_no_content_of_a_file_crashes_the_search(file: str, noise: bytes, content: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        env = lay_out(Path(folder))
        cut = len(noise) % (len(content) + 1)
        (Path(folder) / file).write_bytes(content[:cut].encode() + noise + content[cut:].encode())
        search = find_key(Path(folder) / "project", env, NOW)
    assert len(search.rows) >= 5
    assert "k3y-" not in repr(search)


@pytest.mark.parametrize("content", ["[" * 100_000, "a = " + "[" * 100_000, "{" * 100_000])
@pytest.mark.parametrize("file", ["home/.anaconda/keyring", "home/.anaconda/config.toml", "project/.env"])
def test_brackets_without_end_crash_nothing(file: str, content: str, tmp_path: Path) -> None:
    env = lay_out(tmp_path, {file: content})
    assert find_key(tmp_path / "project", env, NOW).problem is not None


def test_a_line_of_env_that_cannot_be_parsed_prints_nothing(tmp_path: Path) -> None:
    env = lay_out(tmp_path, {"project/.env": f"= what\n'\n{NAME}=k3y-of-dotenv\n"})
    code = "import os, pathlib, tui.core.account.find_key as s; s.find_key(pathlib.Path('.'), os.environ)"
    root = ROOT
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env | {"PYTHONPATH": str(root)},
        cwd=tmp_path / "project",
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ("", "")


BACKEND = """
from keyring.backend import KeyringBackend

ENTRY = ("Anaconda Cloud", "anaconda.com")
PASSWORD = "{password}"

class Stand(KeyringBackend):
    priority = 5
    def get_password(self, service, username):
        {body}
    def set_password(self, service, username, password): ...
    def delete_password(self, service, username): ...
"""


@pytest.mark.parametrize(
    ("body", "state", "key"),
    [
        ("return PASSWORD if (service, username) == ENTRY else None", State.WON, "k3y-of-keyring"),
        ("return None", State.ABSENT, None),
        ("raise KeyError('k3y-of-keyring')", State.UNREADABLE, None),
    ],
)
def test_the_system_keyring_is_asked_where_it_is_chosen(
    body: str, state: State, key: str | None, tmp_path: Path
) -> None:
    entry = json.loads(KEYRING["home/.anaconda/keyring"])["Anaconda Cloud"]["anaconda.com"]
    (tmp_path / "stand_in_keyring.py").write_text(BACKEND.format(body=body, password=entry))
    script = """
import os, pathlib
from tui.core.account.find_key import find_key
search = find_key(pathlib.Path("nowhere"), os.environ, 0)
row = search.rows[-1]
assert "k3y-of-keyring" not in repr(search)
print(row.state, row.where, row.key.reveal() if row.key else None, sep="|")
"""
    env = isolated(
        tmp_path,
        PYTHON_KEYRING_BACKEND="stand_in_keyring.Stand",
        PYTHONPATH=os.pathsep.join((str(tmp_path), str(ROOT))),
    )
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{state}|the system keyring|{key}"
    assert not (tmp_path / ".anaconda").exists()
