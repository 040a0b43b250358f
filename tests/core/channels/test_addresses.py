"""The addresses of channels, and what a server's status means for them."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.channels.addresses import addresses, channel_problem
from tui.core.channels.report import ChannelState, report, state_of, unanswered
from tui.core.untrusted_text import printable

REPO = "https://repo.anaconda.com/pkgs"
ALIAS = "https://conda.anaconda.org"
TOKEN = "xy-0123456789-t0k3n"

RESOLVED = {
    "defaults": (f"{REPO}/main", f"{REPO}/r"),
    "nodefaults": (),
    "pkgs/main": (f"{REPO}/main",),
    "pkgs/msys2": (f"{ALIAS}/pkgs/msys2",),
    "main": (f"{ALIAS}/main",),
    "conda-forge": (f"{ALIAS}/conda-forge",),
    " conda-forge ": (f"{ALIAS}/conda-forge",),
    "conda-forge/label/dev": (f"{ALIAS}/conda-forge/label/dev",),
    "conda-forge/linux-64": (f"{ALIAS}/conda-forge",),
    "https://repo.anaconda.cloud/repo/org/channel": ("https://repo.anaconda.cloud/repo/org/channel",),
    "https://conda.example.com:8443/a%20b": ("https://conda.example.com:8443/a%20b",),
    "https://conda.example.com/x/noarch/": ("https://conda.example.com/x",),
    "http://127.0.0.1:8000": ("http://127.0.0.1:8000",),
}


@pytest.mark.parametrize(("channel", "asked"), RESOLVED.items(), ids=RESOLVED)
def test_a_channel_is_resolved_as_conda_does(channel: str, asked: tuple[str, ...]) -> None:
    assert channel_problem(channel) is None
    assert addresses(channel) == asked


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("", "empty"),
        ("local", "folder of this machine"),
        ("./mine", "folder of this machine"),
        ("file:///srv/conda", "folder of this machine"),
        ("s3://bucket/x", "neither the name nor the address"),
        ("https://", "neither the name nor the address"),
        ("https://host:99999/x", "neither the name nor the address"),
        ("https://[::1/x", "neither the name nor the address"),
        ("https://host/x?y", "neither the name nor the address"),
        ("https://ho st/x", "neither the name nor the address"),
        ("conda forge", "neither the name nor the address"),
        ("conda-forge::numpy", "neither the name nor the address"),
        ("$CHANNEL", "no such variable"),
        (f"https://conda.anaconda.org/t/{TOKEN}/org", "token or password"),
        (f"https://ada:{TOKEN}@conda.example.com/org", "token or password"),
    ],
)
def test_what_no_build_should_ask_is_told_and_not_asked(channel: str, said: str) -> None:
    problem = channel_problem(channel)
    assert problem and said in problem.message and problem.hint
    assert TOKEN not in str(problem)
    assert addresses(channel) == ()


@given(
    st.one_of(
        st.text(), st.builds("https://{}".format, st.text()), st.builds("{}/t/{}/x".format, st.text(), st.text())
    )
)
def test_any_text_is_an_address_or_a_problem(channel: str) -> None:
    found = addresses(channel)
    problem = channel_problem(channel)
    assert (problem is None) == (bool(found) or channel.strip() == "nodefaults")
    for address in found:
        parts = urlsplit(address)
        assert parts.scheme in ("http", "https") and parts.hostname and not parts.username
        assert address.isprintable() and " " not in address
    assert str(problem) == printable(str(problem))


@pytest.mark.parametrize("state", [state for state in ChannelState if state is not ChannelState.NOT_ASKED])
def test_every_state_says_what_it_means_and_what_to_do(state: ChannelState) -> None:
    if state in (ChannelState.UNTRUSTED, ChannelState.UNREACHABLE):
        kind = "SSLError" if state is ChannelState.UNTRUSTED else "Timeout"
        told = unanswered("conda-forge", f"{ALIAS}/conda-forge", kind, "It is so.", "Do this.")
    else:
        told = report(state, "conda-forge", f"{ALIAS}/conda-forge", other="x.org", status=500, reason="Because.")
    assert told.state is state
    assert "conda-forge" in told.finding.message and told.finding.message.endswith(".")
    assert told.finding.hint.endswith(".") and "{" not in str(told.finding)
    assert told.works == (state in (ChannelState.OPENED, ChannelState.PUBLIC))


@given(st.integers(100, 599), st.booleans(), st.booleans())
def test_a_channel_works_exactly_where_it_answers(status: int, moved: bool, sent: bool) -> None:
    told = report(state_of(status, moved=moved, sent=sent), "x", f"{ALIAS}/x")
    assert told.works == (status == 200)
