"""Signing in by the device flow, against a stand-in for Anaconda's services."""

from __future__ import annotations

import base64
import json
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.paths import ROOT
from tests.stages.account_service import (
    USER_CODE,
    account_service,
    isolated,
    keyring_json,
    make_jwt,
    signing_in,
)
from tests.stages.account_stage import NOW, Clock, Stage
from tui.core.account import device
from tui.core.account.device import SignInCancelledError, sign_in_obstacle
from tui.core.account.find_key import find_key

NAME = "ANACONDA_AUTH_API_KEY"


def test_the_code_and_its_addresses_are_shown(stage: Stage) -> None:
    clock = Clock()
    code = device.start(stage.home, clock, clock)
    assert code.user_code == USER_CODE
    assert code.verification_uri == f"https://{stage.service.domain}/activate"
    assert code.verification_uri_complete.endswith(USER_CODE)
    assert code.expires_at == datetime.fromtimestamp(NOW + 60, UTC)
    assert code.interval == 5
    assert "device-code" not in repr(code)


def test_pending_and_slow_down_are_waited_out(stage: Stage) -> None:
    stage.service.tokens = ["authorization_pending", "slow_down", "authorization_pending"]
    clock = Clock()
    assert stage.sign_in(clock) == stage.service.api_key
    assert clock.waits == [5, 5, 10, 10]
    assert stage.service.paths() == [
        "/.well-known/openid-configuration",
        "/device",
        *["/token"] * 4,
        "/api/auth/api-keys",
    ]
    polls = [asked for asked in stage.service.asked if asked.path == "/token"]
    assert {poll.form["device_code"] for poll in polls} == {"device-code-of-the-stand-in"}
    assert not any(poll.authorization for poll in polls)


def test_the_key_is_stored_for_its_owner_alone_and_found_again(stage: Stage) -> None:
    key = stage.sign_in(Clock())
    assert stat.S_IMODE(stage.keyring.stat().st_mode) == 0o600
    winner = find_key(stage.home, stage.env, NOW).winner
    assert winner and winner.key and winner.key.reveal() == key
    assert winner.where == "~/.anaconda/keyring"


def test_repo_tokens_and_other_domains_stay_and_the_file_becomes_private(stage: Stage) -> None:
    domain = stage.service.domain
    tokens = [{"token": "repo-token", "org_name": "org"}]
    stage.keyring.parent.mkdir()
    stage.keyring.write_text(
        keyring_json({domain: {"api_key": "opaque", "repo_tokens": tokens}, "other.example.com": {"api_key": "x"}})
    )
    stage.keyring.chmod(0o644)
    stage.sign_in(Clock())
    entries = json.loads(stage.keyring.read_text())["Anaconda Cloud"]
    stored = json.loads(base64.b64decode(entries[domain]))
    assert (stored["api_key"], stored["repo_tokens"]) == (stage.service.api_key, tokens)
    assert json.loads(base64.b64decode(entries["other.example.com"]))["api_key"] == "x"
    assert stat.S_IMODE(stage.keyring.stat().st_mode) == 0o600


def test_the_older_address_for_keys_is_tried_too(stage: Stage) -> None:
    stage.service.answers = {"/api/auth/api-keys": (404, {}), "/api/iam/api-keys": (201, {"api_key": "older"})}
    assert stage.sign_in(Clock()) == "older"


def test_cancelling_between_two_questions_ends_it(stage: Stage) -> None:
    stage.service.tokens = ["authorization_pending"] * 20
    with pytest.raises(SignInCancelledError):
        stage.sign_in(Clock(cancel_after=12))
    assert stage.service.paths().count("/token") == 2
    assert not stage.keyring.exists()


def test_the_project_s_env_file_holds_settings_too(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANACONDA_AUTH_DOMAIN")
    (stage.home / "project").mkdir()
    setting = f"ANACONDA_AUTH_DOMAIN={stage.service.domain}"
    (stage.home / "project" / ".env").write_text(setting)
    monkeypatch.setenv("CONDOCK_TRUST", f"setting={setting}")
    clock = Clock()
    assert stage.service.domain in device.start(stage.home / "project", clock, clock).verification_uri


@pytest.mark.parametrize(
    ("env", "files", "said"),
    [
        ({}, {}, None),
        ({NAME: make_jwt(1)}, {}, f"{NAME} (environment variable) would win"),
        ({NAME: ""}, {}, None),
        ({}, {".env": f"{NAME}=abc"}, ".env (.env file) would win"),
        ({}, {".anaconda/config.toml": "[plugin.auth]\napi_key = 'abc'"}, "config.toml (configuration) would win"),
        ({}, {".anaconda/keyring": keyring_json({"anaconda.com": {"api_key": "abc"}})}, None),
        ({}, {".anaconda/keyring": "{"}, "damaged"),
        ({}, {".anaconda/config.toml": "["}, "not valid TOML"),
    ],
)
def test_what_would_make_a_sign_in_vain_is_told(
    env: dict[str, str], files: dict[str, str], said: str | None, tmp_path: Path
) -> None:
    (tmp_path / ".anaconda").mkdir()
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    obstacle = sign_in_obstacle(find_key(tmp_path, isolated(tmp_path) | env, NOW))
    assert (obstacle is None) is (said is None)
    assert said is None or (obstacle and said in obstacle.message)


SIGN_IN = """
import pathlib, sys, threading
from tui.core.account import device

class Impatient(threading.Event):
    def wait(self, timeout=None):
        return self.is_set()

cancel = Impatient()
device.wait(device.start(pathlib.Path("."), cancel), cancel)
"""
LOAD = "from anaconda_auth.token import TokenInfo; print(TokenInfo.load().api_key)"
STORE = "from anaconda_auth.token import TokenInfo; TokenInfo(api_key='{key}').save()"


def run(code: str, env: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    env = env | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("loud", [{}, {"LOGLEVEL": "DEBUG"}])
def test_what_condock_stored_anaconda_auth_reads_and_nothing_is_printed(
    loud: dict[str, str], certificates: Path, tmp_path: Path
) -> None:
    with account_service(certificates) as service:
        service.tokens = ["authorization_pending", "slow_down"]
        env = signing_in(service, tmp_path)
        done = run(SIGN_IN, env | loud, tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert run(LOAD, env, tmp_path).stdout.strip() == service.api_key
        command = [sys.executable, "-m", "anaconda_cli_base", "auth", "api-key"]
        shown = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert shown.stdout.strip() == service.api_key
        winner = find_key(tmp_path, env, NOW).winner
        assert winner and winner.key and winner.key.reveal() == service.api_key
        assert (tmp_path / ".anaconda" / "keyring").stat().st_mode & 0o777 == 0o600


def test_what_anaconda_auth_stored_condock_finds(tmp_path: Path) -> None:
    key = make_jwt(int(NOW) + 86_400)
    assert run(STORE.format(key=key), isolated(tmp_path), tmp_path).returncode == 0
    winner = find_key(tmp_path, isolated(tmp_path), NOW).winner
    assert winner and winner.key and winner.key.reveal() == key
