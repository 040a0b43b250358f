"""Whose key it is: asked of a stand-in for Anaconda's services, and beside `anaconda auth whoami`."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stages.account_service import AccountService, account_service, make_jwt
from tests.stages.account_stage import Stage, free_port, sent
from tui.core.channels.online_check import check_channels, who_is
from tui.core.errors import CondockError, ExitCode
from tui.core.secret import Secret


@pytest.fixture
def elsewhere(certificates: Path) -> Iterator[AccountService]:
    """A second host, under the same CA."""
    with account_service(certificates) as service:
        yield service


def test_the_owner_of_the_key_is_told_as_anaconda_itself_tells_it(stage: Stage) -> None:
    identity = who_is(stage.key, stage.home, threading.Event())
    env = stage.env | {"ANACONDA_AUTH_API_KEY": stage.service.api_key, "NO_COLOR": "1"}
    command = [sys.executable, "-m", "anaconda_cli_base", "auth", "whoami"]
    shown = subprocess.run(command, env=env, cwd=stage.home, capture_output=True, text=True, check=True)
    told = json.loads(shown.stdout)
    assert told["user"] == stage.service.user
    assert (identity.email, identity.username) == (told["user"]["email"], told["user"]["username"])
    assert identity.name == f"{told['user']['first_name']} {told['user']['last_name']}"
    assert identity.domain == told["domain"] == stage.service.domain
    assert identity.words == "Ada Lovelace (ada@example.com)"
    assert sent(stage.service) == [("/api/account", f"Bearer {stage.service.api_key}")] * 2


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ({"username": "ada"}, "ada"),
        ({"email": "ada@example.com", "first_name": None, "last_name": 5}, "ada@example.com"),
        ({"first_name": "A\x1b[2Jda"}, "Ada"),
        ({}, "someone unnamed"),
    ],
)
def test_an_account_that_tells_little_is_named_as_far_as_it_goes(
    user: dict[str, object], words: str, stage: Stage
) -> None:
    stage.service.user = user
    assert who_is(stage.key, stage.home, threading.Event()).words == words


REFUSALS: dict[str, tuple[tuple[int, object], str]] = {
    "refused": ((401, {}), "does not accept this key"),
    "a list instead of an error": ((401, []), "does not accept this key"),
    "not for the account": ((403, {}), "does not let this key see whose it is"),
    "no such service": ((404, {}), "has no account service"),
    "broken": ((502, "<html>"), "answers with an error (502)"),
    "a web page": ((200, "<html>Hotel</html>"), "makes no sense"),
    "a list": ((200, []), "makes no sense"),
    "no user": ((200, {"user": None}), "makes no sense"),
    "round in circles": ((302, "/api/account"), "makes no sense"),
}


@pytest.mark.parametrize(("answer", "said"), REFUSALS.values(), ids=REFUSALS)
def test_each_refusal_is_said_in_plain_words(
    answer: tuple[int, object], said: str, stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    stage.service.answers = {"/api/account": answer}
    assert said in fail(stage)
    assert capfd.readouterr() == ("", "")


def fail(stage: Stage, key: Secret | None = None) -> str:
    """The message of asking for the owner, which fails as it should, with the key nowhere in it."""
    key = stage.key if key is None else key
    with pytest.raises(CondockError) as caught:
        who_is(key, stage.home, threading.Event())
    error = caught.value
    assert error.exit_code is ExitCode.NO_KEY and error.hint
    told = "".join(traceback.format_exception(error)) + repr(error)
    assert "k3y" not in told and stage.service.api_key not in told
    return error.message


def test_a_key_does_not_follow_to_another_host(stage: Stage, elsewhere: AccountService) -> None:
    stage.service.answers = {"/api/account": (302, f"https://{elsewhere.domain}/api/account")}
    assert "makes no sense" in fail(stage)
    assert sent(elsewhere) == [("/api/account", "")]


@pytest.mark.parametrize("text", ["", " ", "k3y\n", "k3y\r\nX-Injected: 1", '"k3y"', "k3y of mine", "k3y-ü"])
def test_what_cannot_be_a_key_is_never_sent(text: str, stage: Stage) -> None:
    assert fail(stage, Secret(text))
    with pytest.raises(CondockError):
        next(check_channels(["conda-forge"], Secret(text or " "), stage.home, threading.Event()))
    assert stage.service.asked == []


def test_an_expired_key_is_left_to_the_server_to_judge(stage: Stage) -> None:
    assert "does not accept this key" in fail(stage, Secret(make_jwt(1)))
    assert len(stage.service.asked) == 1


NETWORK = {
    "nobody there": ({"ANACONDA_AUTH_DOMAIN": "127.0.0.1:{port}"}, "cannot be reached"),
    "no such name": ({"ANACONDA_AUTH_DOMAIN": "nowhere.invalid"}, "cannot be reached"),
    "a proxy that is not there": ({"HTTPS_PROXY": "http://127.0.0.1:{port}", "NO_PROXY": ""}, "proxy"),
    "a proxy of anaconda-auth's": (
        {"ANACONDA_AUTH_PROXY_SERVERS": '{{"https": "http://127.0.0.1:{port}"}}', "NO_PROXY": ""},
        "proxy",
    ),
    "an unknown certificate": ({"ANACONDA_AUTH_SSL_VERIFY": "1"}, "certificate is not trusted"),
    "a CA that is not there": ({"ANACONDA_AUTH_SSL_VERIFY": "/nowhere/ca.pem"}, "file that the settings name"),
    "a client certificate that is not there": (
        {"ANACONDA_AUTH_CLIENT_CERT": "/nowhere"},
        "file that the settings",
    ),
    "settings that are wrong": ({"ANACONDA_AUTH_SITE": "k3y-nowhere"}, "settings cannot be used"),
}


@pytest.mark.parametrize(("env", "said"), NETWORK.values(), ids=NETWORK)
def test_trouble_on_the_way_is_said_in_plain_words(
    env: dict[str, str], said: str, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value.format(port=free_port()))
    assert said in fail(stage)
    assert stage.service.asked == []


def test_certificates_need_no_trust_where_the_user_said_so(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANACONDA_AUTH_SSL_VERIFY", "0")
    assert who_is(stage.key, stage.home, threading.Event()).username == "ada"


def test_the_proxy_is_asked_for_the_way(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        heard: list[bytes] = []

        def refuse() -> None:
            connection, _ = proxy.accept()
            with connection:
                heard.append(connection.recv(4096))
                connection.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")

        thread = threading.Thread(target=refuse)
        thread.start()
        servers = {"https": f"http://127.0.0.1:{proxy.getsockname()[1]}"}
        monkeypatch.setenv("ANACONDA_AUTH_PROXY_SERVERS", json.dumps(servers))
        monkeypatch.delenv("NO_PROXY")
        assert "proxy" in fail(stage)
        thread.join(5)
    assert heard[0].startswith(f"CONNECT {stage.service.domain} ".encode())
    assert stage.service.api_key.encode() not in heard[0]
