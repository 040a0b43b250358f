"""Which channels a key opens: asked of a stand-in for Anaconda's services, as a build would ask."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.stages.account_service import AccountService, Answer, Asked, account_service, make_jwt
from tests.stages.account_stage import Stage, free_port, sent
from tui.core.account.waiting import CancelledError
from tui.core.channels import online_check
from tui.core.channels.online_check import check_channels, who_is
from tui.core.channels.report import ChannelReport, ChannelState
from tui.core.secret import Secret
from tui.core.untrusted_text import printable

WRONG = make_jwt(4_102_444_800, sub="somebody else")
INDEX = "/noarch/repodata.json"


@pytest.fixture
def stage(stage: Stage) -> Stage:
    stage.service.channels = {"/private": True, "/public": False}
    return stage


@pytest.fixture
def elsewhere(certificates: Path) -> Iterator[AccountService]:
    """A second host, under the same CA."""
    with account_service(certificates) as service:
        service.channels = {"/private": True, "/public": False}
        yield service


def check(
    stage: Stage, *channels: str, key: Secret | None = None, trusted: tuple[str, ...] = ()
) -> list[ChannelReport]:
    """The reports, none of which may hold the key."""
    found = list(check_channels(channels, key, stage.home, threading.Event(), trusted))
    assert key is None or key.reveal() not in repr(found)
    return found


def check_one(stage: Stage, path: str, key: Secret | None, **more: tuple[str, ...]) -> ChannelReport:
    (report,) = check(stage, f"https://{stage.service.domain}{path}", key=key, **more)
    return report


def test_a_channel_is_opened_public_or_refused(stage: Stage) -> None:
    key, wrong = stage.key, Secret(WRONG)
    states = {
        (path, name): check_one(stage, path, secret).state
        for path in ("/private", "/public", "/nowhere")
        for name, secret in (("key", key), ("wrong", wrong), ("none", None))
    }
    assert states == {
        ("/private", "key"): ChannelState.OPENED,
        ("/private", "wrong"): ChannelState.FORBIDDEN,
        ("/private", "none"): ChannelState.LOCKED,
        ("/public", "key"): ChannelState.PUBLIC,
        ("/public", "wrong"): ChannelState.PUBLIC,
        ("/public", "none"): ChannelState.PUBLIC,
        ("/nowhere", "key"): ChannelState.NOT_FOUND,
        ("/nowhere", "wrong"): ChannelState.NOT_FOUND,
        ("/nowhere", "none"): ChannelState.NOT_FOUND,
    }


STATUSES = {
    401: ChannelState.REFUSED,
    403: ChannelState.FORBIDDEN,
    404: ChannelState.NOT_FOUND,
    418: ChannelState.BROKEN,
    429: ChannelState.BROKEN,
    500: ChannelState.BROKEN,
}


@pytest.mark.parametrize(("status", "state"), STATUSES.items())
def test_each_status_has_a_meaning_and_something_to_do(status: int, state: ChannelState, stage: Stage) -> None:
    stage.service.answers = {f"/x{INDEX}": (status, "<html>"), f"/x{INDEX}.zst": (status, "<html>")}
    report = check_one(stage, "/x", stage.key)
    assert report.state is state and not report.works
    assert report.finding.hint
    assert stage.service.domain in str(report.finding)


def test_a_channel_that_has_only_the_packed_index_is_found(stage: Stage) -> None:
    stage.service.answers = {f"/x{INDEX}.zst": (200, "")}
    assert check_one(stage, "/x", stage.key).works


def test_the_key_is_sent_as_the_build_sends_it_and_nothing_else(stage: Stage, elsewhere: AccountService) -> None:
    others = f"https://{elsewhere.domain}/private"
    (report,) = check(stage, others, key=stage.key)
    assert report.state is ChannelState.LOCKED
    assert "does not belong to" in report.finding.hint
    assert sent(elsewhere) == [(f"/private{INDEX}", "")]
    elsewhere.asked.clear()
    elsewhere.api_key = stage.service.api_key
    (report,) = check(stage, others, key=stage.key, trusted=(elsewhere.domain,))
    assert report.state is ChannelState.OPENED
    assert sent(elsewhere) == [(f"/private{INDEX}", f"Bearer {stage.service.api_key}"), (f"/private{INDEX}", "")]
    assert not any("x-client-hostname" in asked.headers for asked in elsewhere.asked)


def test_a_netrc_file_of_this_machine_is_no_key_of_the_build(stage: Stage) -> None:
    (stage.home / ".netrc").write_text("machine 127.0.0.1 login ada password netrc-password\n")
    (stage.home / ".netrc").chmod(0o600)
    assert check_one(stage, "/private", None).state is ChannelState.LOCKED
    assert sent(stage.service) == [(f"/private{INDEX}", "")]


def test_a_cookie_of_one_answer_does_not_open_the_next(stage: Stage) -> None:
    check(stage, *[f"https://{stage.service.domain}/{name}" for name in ("public", "private")], key=stage.key)
    assert len(stage.service.asked) == 4
    assert not any("cookie" in asked.headers for asked in stage.service.asked)


@pytest.mark.parametrize(
    ("path", "state"),
    [("/private", ChannelState.MOVED), ("/public", ChannelState.PUBLIC), ("/nowhere", ChannelState.NOT_FOUND)],
)
def test_the_key_stays_behind_where_a_channel_is_sent_on(
    path: str, state: ChannelState, stage: Stage, elsewhere: AccountService
) -> None:
    target = f"https://{elsewhere.domain}{path}{INDEX}"
    stage.service.answers = {f"/moved{INDEX}": (302, target), f"/moved{INDEX}.zst": (302, target)}
    report = check_one(stage, "/moved", stage.key)
    assert report.state is state
    assert (elsewhere.domain in report.finding.message) == (state is ChannelState.MOVED)
    assert not any(asked.authorization for asked in elsewhere.asked)
    assert stage.service.asked[0].authorization


def test_what_is_sent_on_only_with_the_key_is_opened_by_it(
    stage: Stage, elsewhere: AccountService, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere.channels = {"/store": False}
    opened = f"https://{elsewhere.domain}/store{INDEX}"
    usual = stage.service.answer

    def answer(asked: Asked) -> Answer:
        status, content = usual(asked)
        return (302, opened) if status == 200 else (status, content)

    monkeypatch.setattr(stage.service, "answer", answer)
    assert check_one(stage, "/private", stage.key).state is ChannelState.OPENED


def test_without_a_key_the_way_to_one_is_told(stage: Stage) -> None:
    assert "Sign in" in check_one(stage, "/private", None).finding.hint


@pytest.mark.parametrize(
    ("env", "state"),
    [
        ({"ANACONDA_AUTH_SSL_VERIFY": "1"}, ChannelState.UNTRUSTED),
        ({"HTTPS_PROXY": "http://127.0.0.1:{port}", "NO_PROXY": ""}, ChannelState.UNREACHABLE),
        ({"ANACONDA_AUTH_SSL_VERIFY": "/nowhere/ca.pem"}, ChannelState.BROKEN),
    ],
)
def test_trouble_on_the_way_to_a_channel_is_a_state_of_it(
    env: dict[str, str], state: ChannelState, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value.format(port=free_port()))
    report = check_one(stage, "/private", stage.key)
    assert report.state is state and report.finding.hint
    assert stage.service.asked == []


def test_a_port_that_speaks_no_tls_and_one_that_nobody_listens_at(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:

        def speak() -> None:
            connection, _ = plain.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=speak, daemon=True).start()
        (report,) = check(stage, f"https://127.0.0.1:{plain.getsockname()[1]}/x", key=stage.key)
    assert report.state is ChannelState.UNTRUSTED
    (report,) = check(stage, f"https://127.0.0.1:{free_port()}/x", key=stage.key)
    assert report.state is ChannelState.UNREACHABLE


def test_a_channel_that_hangs_is_given_up_and_the_others_are_told_first(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(online_check, "ANSWER_WITHIN", 1.0)
    stage.service.hold.clear()
    base = f"https://{stage.service.domain}"
    found = check(stage, f"{base}/hanging/x", f"{base}/private", "local", key=stage.key)
    assert [report.state for report in found] == [
        ChannelState.NOT_ASKED,
        ChannelState.OPENED,
        ChannelState.UNREACHABLE,
    ]
    assert "does not answer" in found[-1].finding.message


def test_of_an_index_however_long_nothing_is_read(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(online_check, "ANSWER_WITHIN", 5.0)
    stage.service.channels = {"/endless/x": True}
    stage.service.hold.clear()
    assert check_one(stage, "/endless/x", stage.key).state is ChannelState.OPENED


def test_cancelling_ends_the_check_at_once(stage: Stage) -> None:
    stage.service.hold.clear()
    cancel = threading.Event()
    hanging = [f"https://{stage.service.domain}/hanging/{n}" for n in range(12)]
    outcome: list[BaseException] = []

    def checking() -> None:
        try:
            list(check_channels(hanging, stage.key, stage.home, cancel))
        except CancelledError as error:
            outcome.append(error)

    thread = threading.Thread(target=checking)
    thread.start()
    while not stage.service.asked:
        thread.join(0.01)
    cancel.set()
    thread.join(2)
    assert outcome and not thread.is_alive()
    assert len(stage.service.asked) <= 4


def test_cancelled_before_it_began_nobody_is_asked(stage: Stage) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(CancelledError):
        who_is(stage.key, stage.home, cancel)
    with pytest.raises(CancelledError):
        list(check_channels([f"https://{stage.service.domain}/x"], None, stage.home, cancel))
    assert stage.service.asked == []


def test_a_token_in_an_address_is_neither_sent_nor_shown(stage: Stage) -> None:
    token = "xy-0123456789-t0k3n"
    (report,) = check(stage, f"https://{stage.service.domain}/t/{token}/x", key=stage.key)
    assert report.state is ChannelState.NOT_ASKED
    assert token not in repr(report) and "••••" in report.channel
    assert stage.service.asked == []


def test_nothing_is_printed_or_logged_of_the_key(
    stage: Stage, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    check_one(stage, "/private", stage.key)
    who_is(stage.key, stage.home, threading.Event())
    assert capfd.readouterr() == ("", "")
    assert stage.service.api_key not in caplog.text
    assert "/private" in caplog.text


@pytest.mark.parametrize(
    ("statuses", "state", "asked"),
    [
        ((200, 200), ChannelState.PUBLIC, 2),
        ((200, 403), ChannelState.LOCKED, 2),
        ((403, 200), ChannelState.LOCKED, 1),
    ],
)
def test_a_channel_of_two_addresses_is_told_once_and_works_where_both_do(
    statuses: tuple[int, int], state: ChannelState, asked: int
) -> None:
    answers = [(status, "repo.anaconda.com") for status in statuses]
    with mock.patch.object(online_check, "_status", side_effect=answers) as status:
        (report,) = check_channels(["defaults", "defaults"], None, Path("nowhere"), threading.Event())
    assert (report.channel, report.state, status.call_count) == ("defaults", state, asked)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.one_of(st.text(), st.from_regex(r"(https?://)?[\w.:-]+(/\w+)*"), st.just("defaults")), max_size=4)
)
def test_any_name_of_a_channel_gets_its_report(channels: list[str]) -> None:
    with mock.patch.object(online_check, "_status", return_value=(200, "repo.anaconda.com")):
        reports = list(check_channels(channels, Secret(WRONG), Path("nowhere"), threading.Event()))
    assert len(reports) == len({text for text in channels if text.strip() != "nodefaults"})
    for report in reports:
        assert report.finding.hint and printable(report.channel) == report.channel
        assert report.works == bool(report.address)
