"""Signing out: what is removed, what stays, and when it would change nothing."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stages.account_service import isolated, keyring_json
from tests.stages.account_stage import NOW, Stage
from tui.core.account.find_key import find_key
from tui.core.account.key_lookup import KeyLookup
from tui.core.account.sign_out import sign_out, sign_out_obstacle
from tui.core.errors import CondockError, ExitCode

NAME = "ANACONDA_AUTH_API_KEY"
KEY = "k3y-of-keyring"


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """A user who is signed in at two domains."""
    stage.keyring.parent.mkdir()
    entries: dict[str, dict[str, object]] = {
        stage.service.domain: {"api_key": KEY, "repo_tokens": [{"token": "repo-token", "org_name": "org"}]},
        "other.example.com": {"api_key": "x"},
    }
    stage.keyring.write_text(keyring_json(entries))
    stage.keyring.chmod(0o600)
    return stage


def search_of(stage: Stage) -> KeyLookup:
    return find_key(stage.home, stage.env, NOW)


def domains(keyring: Path) -> set[str]:
    return set(json.loads(keyring.read_text())["Anaconda Cloud"])


def test_the_key_of_the_domain_goes_and_others_stay(stage: Stage, capfd: pytest.CaptureFixture[str]) -> None:
    sign_out(search_of(stage), stage.home)
    assert domains(stage.keyring) == {"other.example.com"}
    assert search_of(stage).winner is None
    assert stage.keyring.stat().st_mode & 0o777 == 0o600
    assert stage.service.asked == []
    assert capfd.readouterr() == ("", "")


def test_what_stays_is_what_stays_after_anaconda_logout(stage: Stage) -> None:
    before = stage.keyring.read_text()
    command = [sys.executable, "-m", "anaconda_cli_base", "logout"]
    subprocess.run(command, env=stage.env, cwd=stage.home, capture_output=True, check=True)
    theirs = json.loads(stage.keyring.read_text())
    stage.keyring.write_text(before)
    sign_out(search_of(stage), stage.home)
    assert json.loads(stage.keyring.read_text()) == theirs


def test_a_key_stored_under_the_old_domain_goes_too(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANACONDA_AUTH_DOMAIN")
    del stage.env["ANACONDA_AUTH_DOMAIN"]
    stage.keyring.write_text(
        keyring_json({"anaconda.cloud": {"api_key": KEY}, "anaconda.com": {"api_key": "new"}})
    )
    sign_out(search_of(stage), stage.home)
    assert domains(stage.keyring) == set()
    assert search_of(stage).winner is None


@pytest.mark.parametrize(
    ("env", "files", "said"),
    [
        ({}, {".anaconda/keyring": keyring_json({"anaconda.com": {"api_key": KEY}})}, None),
        ({NAME: ""}, {".anaconda/keyring": keyring_json({"anaconda.com": {"api_key": KEY}})}, None),
        ({}, {}, "No API key is stored for anaconda.com"),
        ({NAME: ""}, {}, "No API key is stored for anaconda.com"),
        ({NAME: "k3y"}, {}, f"{NAME} (environment variable) is used"),
        ({}, {".env": f"{NAME}=k3y"}, ".env (.env file) is used"),
        ({}, {".anaconda/config.toml": "[plugin.auth]\napi_key = 'k3y'"}, "config.toml (configuration) is used"),
        ({}, {".anaconda/keyring": "{"}, "damaged"),
    ],
)
def test_what_makes_signing_out_vain_is_told(
    env: dict[str, str], files: dict[str, str], said: str | None, tmp_path: Path
) -> None:
    (tmp_path / ".anaconda").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    search = find_key(tmp_path, isolated(tmp_path) | env, NOW)
    obstacle = sign_out_obstacle(search)
    assert (obstacle is None) is (said is None)
    assert said is None or (obstacle and said in obstacle.message and "k3y" not in str(obstacle))
    if said:
        with pytest.raises(CondockError):
            sign_out(search, tmp_path)


def fail(stage: Stage) -> str:
    search, before = search_of(stage), stage.keyring.read_text()
    with pytest.raises(CondockError) as caught:
        sign_out(search, stage.home)
    assert caught.value.exit_code is ExitCode.NO_KEY and caught.value.hint
    assert KEY not in str(caught.value)
    assert stage.keyring.read_text() == before
    return caught.value.message


def test_the_env_file_of_the_current_folder_decides_on_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stage.home / "here").mkdir()
    (stage.home / "here" / ".env").write_text(f"{NAME}=k3y-of-here\nANACONDA_AUTH_DOMAIN=other.example\n")
    monkeypatch.chdir(stage.home / "here")
    sign_out(search_of(stage), stage.home)
    assert stage.service.domain not in domains(stage.keyring)


def test_a_keyring_that_lets_go_of_nothing_is_said_plainly(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    import keyring
    from keyring.backend import KeyringBackend

    entry = base64.b64encode(json.dumps({"domain": stage.service.domain, "api_key": KEY}).encode()).decode()

    class Stubborn(KeyringBackend):
        priority = 5

        def get_password(self, service: str, username: str) -> str | None:
            return entry

        def set_password(self, service: str, username: str, password: str) -> None:
            """Takes everything and keeps nothing."""

    monkeypatch.setattr(keyring.core, "_keyring_backend", object.__new__(Stubborn))
    assert "could not be removed" in fail(stage)


def test_settings_that_stand_in_the_way_are_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANACONDA_AUTH_SITE", "k3y-nowhere")
    assert "settings cannot be used" in fail(stage)
