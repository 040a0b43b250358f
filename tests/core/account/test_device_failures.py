"""What goes wrong while signing in: always said in plain words, with nothing stored, printed or repeated."""

from __future__ import annotations

import threading

import pytest

from tests.stages.account_stage import Clock, Stage, free_port
from tui.core.account import device
from tui.core.account.device import SignInCancelledError
from tui.core.errors import CondockError

NAME = "ANACONDA_AUTH_API_KEY"


ANSWERS = {
    "no such service": ("/.well-known/openid-configuration", (404, {}), "refused the request"),
    "no device flow": (
        "/.well-known/openid-configuration",
        (200, {"authorization_endpoint": "x", "token_endpoint": "y"}),
        "does not go on",
    ),
    "a web page": ("/.well-known/openid-configuration", (200, "<html>Hotel</html>"), "makes no sense"),
    "not the fields": ("/.well-known/openid-configuration", (200, {}), "makes no sense"),
    "no code": ("/device", (200, {"user_code": "x"}), "makes no sense"),
    "code is a list": ("/device", (200, []), "makes no sense"),
    "code refused": ("/device", (500, {}), "refused the request"),
    "token is a page": ("/token", (200, "<html>"), "makes no sense"),
    "token missing": ("/token", (200, {}), "makes no sense"),
    "token is a list": ("/token", (400, []), "makes no sense"),
    "server broken": ("/token", (502, "<html>"), "refused the request"),
    "unknown refusal": ("/token", (400, {"error": "invalid_client of the stand-in"}), "does not go on"),
    "no key": ("/api/auth/api-keys", (403, {}), "gave no API key"),
    "key is a page": ("/api/auth/api-keys", (201, "<html>"), "makes no sense"),
    "key missing": ("/api/auth/api-keys", (201, {}), "makes no sense"),
    "key empty": ("/api/auth/api-keys", (201, {"api_key": ""}), "makes no sense"),
    "key a number": ("/api/auth/api-keys", (201, {"api_key": 5}), "makes no sense"),
}


@pytest.mark.parametrize(("path", "answer", "said"), ANSWERS.values(), ids=ANSWERS)
def test_each_wrong_answer_is_said_in_plain_words(
    path: str, answer: tuple[int, object], said: str, stage: Stage, capfd: pytest.CaptureFixture[str]
) -> None:
    stage.service.answers = {path: answer}
    assert said in stage.fail()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("tokens", "said"),
    [
        (["authorization_pending", "access_denied"], "declined"),
        (["expired_token"], "not used in time"),
        (["authorization_pending"] * 20, "not used in time"),
    ],
)
def test_a_sign_in_that_nobody_confirms(tokens: list[str], said: str, stage: Stage) -> None:
    stage.service.tokens = tokens
    assert said in stage.fail()


@pytest.mark.parametrize(
    "fields",
    [
        {"verification_uri": "file:///etc/passwd"},
        {"verification_uri_complete": "javascript:alert(1)"},
        {"verification_uri_complete": "https://x/\x1b[2J"},
    ],
)
def test_an_address_no_browser_should_open_is_refused(fields: dict[str, object], stage: Stage) -> None:
    stage.service.device = fields
    assert "not a web page's" in stage.fail()


@pytest.mark.parametrize("interval", [0, -3])
def test_no_interval_makes_it_ask_without_pause(interval: int, stage: Stage) -> None:
    stage.service.interval = interval
    clock = Clock()
    stage.sign_in(clock)
    assert clock.waits == [1]


def test_an_expiry_beyond_all_calendars_is_no_crash(stage: Stage) -> None:
    stage.service.expires_in = 10**18
    assert "makes no sense" in stage.fail()


def test_cancelling_does_not_wait_for_a_server_that_hangs(stage: Stage) -> None:
    clock = Clock()
    code = device.start(stage.home, clock, clock)
    stage.service.hold.clear()
    outcome: list[BaseException] = []

    def waiting() -> None:
        try:
            device.wait(code, clock, clock)
        except SignInCancelledError as error:
            outcome.append(error)

    thread = threading.Thread(target=waiting)
    thread.start()
    clock.set()
    thread.join(5)
    assert outcome and not thread.is_alive()
    assert not stage.keyring.exists()


def test_a_server_that_never_answers_is_given_up(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    code = device.start(stage.home, clock, clock)
    stage.service.hold.clear()
    monkeypatch.setattr(device, "ANSWER_WITHIN", 0.01)
    with pytest.raises(CondockError, match="does not answer"):
        device.wait(code, clock, clock)
    assert clock.waits == [5, 10, 15, 20, 25]


def test_no_network_is_said_in_plain_words(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANACONDA_AUTH_DOMAIN", f"127.0.0.1:{free_port()}")
    assert "cannot be reached" in stage.fail()


def test_a_network_that_comes_back_is_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from requests.exceptions import ConnectionError

    clock = Clock()
    code = device.start(stage.home, clock, clock)
    ask = code.flow._request_token
    lost = [ConnectionError("token-of-the-stand-in"), ConnectionError()]

    def request_token() -> dict[str, str]:
        if lost:
            raise lost.pop()
        return ask()

    monkeypatch.setattr(code.flow, "_request_token", request_token)
    assert device.wait(code, clock, clock).reveal() == stage.service.api_key
    assert clock.waits == [5, 10, 15]


def test_a_network_that_stays_away_is_said_when_the_code_expires(stage: Stage) -> None:
    clock = Clock()
    code = device.start(stage.home, clock, clock)
    code.flow.config.oidc.token_endpoint = f"https://127.0.0.1:{free_port()}/token"
    with pytest.raises(CondockError, match="cannot be reached"):
        device.wait(code, clock, clock)


def test_an_unknown_certificate_is_said_in_plain_words(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANACONDA_AUTH_SSL_VERIFY")
    assert "certificate is not trusted" in stage.fail()


def test_a_certificate_that_stops_being_trusted_ends_the_waiting(stage: Stage) -> None:
    clock = Clock()
    code = device.start(stage.home, clock, clock)
    code.flow.client.close()  # the connection it has was checked before
    code.flow.client.verify = True
    with pytest.raises(CondockError, match="certificate is not trusted"):
        device.wait(code, clock, clock)
    assert clock.waits == [5]


def test_a_missing_ca_file_is_said_in_plain_words(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANACONDA_AUTH_SSL_VERIFY", "/nowhere/ca.pem")
    assert "file that the settings name" in stage.fail()


def test_a_proxy_that_is_not_there_is_said_in_plain_words(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("NO_PROXY")
    assert "proxy cannot be reached" in stage.fail()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ANACONDA_AUTH_SITE", "k3y-nowhere", "settings cannot be used"),
        ("ANACONDA_AUTH_HASH_HOSTNAME", "k3y-perhaps", "settings cannot be used"),
        (NAME, "k3y-of-variable", "would win"),
    ],
)
def test_settings_that_stand_in_the_way_are_told_before(
    name: str, value: str, said: str, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert said in stage.fail()
    assert stage.service.asked == []


def test_the_env_file_of_the_current_folder_decides_on_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """anaconda-auth would take the key from there, and keep the new one where that file says."""
    here = stage.home / "here"
    here.mkdir()
    (here / ".env").write_text(f"{NAME}=k3y-of-dotenv\nANACONDA_AUTH_KEYRING_PATH={here}/stolen\n")
    monkeypatch.delenv("ANACONDA_AUTH_KEYRING_PATH")
    monkeypatch.chdir(here)
    assert stage.sign_in(Clock()) == stage.service.api_key
    assert not (here / "stolen").exists()


@pytest.mark.parametrize("content", ["[]", '{"Anaconda Cloud": 5}'])
def test_a_damaged_keyring_is_said_in_plain_words(content: str, stage: Stage) -> None:
    stage.keyring.parent.mkdir()
    stage.keyring.write_text(content)
    assert "could not be stored" in stage.fail()


def test_a_keyring_that_keeps_nothing_is_said_in_plain_words(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    assert "could not be stored" in stage.fail()
