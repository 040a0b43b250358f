"""Explains why a channel cannot be read, from the words of py-rattler (0.28.0)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from tui.core.account.anaconda_auth import words_for
from tui.core.channels.report import NO_KEY_HINT, ChannelState, report, state_of
from tui.core.solving.channel_access import ChannelAccess, all_addresses
from tui.core.solving.solution import FailureKind, SolveFailure
from tui.core.untrusted_text import printable

_STATUS = r"HTTP status \w+ error \((\d{3})"
_URL = r"https?://[^\s'()]+"
_KINDS = {
    ChannelState.REFUSED: FailureKind.UNAUTHORIZED,
    ChannelState.LOCKED: FailureKind.UNAUTHORIZED,
    ChannelState.MOVED: FailureKind.UNAUTHORIZED,
    ChannelState.FORBIDDEN: FailureKind.FORBIDDEN,
    ChannelState.NOT_FOUND: FailureKind.NO_CHANNEL,
}
# What py-rattler's text has in it, the kind, and the name under which the words for it are kept; the first fits.
_NETWORK = (
    (re.compile("certificate|CertNot|UnknownIssuer"), FailureKind.TLS, "SSLError"),
    (re.compile("tunnel error|proxy", re.IGNORECASE), FailureKind.PROXY, "ProxyError"),
    # The last is said where only what was fetched earlier may be used, which is tried when the network is away.
    (re.compile("error sending request|not in the cache"), FailureKind.UNREACHABLE, "ConnectionError"),
)


_OF_NAMES = {urlsplit(address).hostname for address in all_addresses(("defaults", "conda-forge"))}
_OTHER_ADDRESSES = (
    "The builder image may mean another address by `defaults` and the like, and build all the same. To have that "
    "one asked, write it as the channel in environment.yml, and add its host at Account."
)


def channel_failure(text: str, channel: str, channels: Sequence[str], access: ChannelAccess) -> SolveFailure:
    """The failure that this text of py-rattler's tells of, about `channel` where that is known.

    `channels` are the addresses that were asked, `access` says which of them were shown the key.
    """
    channel = channel or _channel_of(text, channels)
    lines = tuple(printable(line) for line in text.splitlines())
    if "could not find subdir" in text:
        return _by_status(404, channel, access, lines)
    if status := re.search(_STATUS, text):
        url = re.search(_URL, text)
        answered_by = urlsplit(url[0]).netloc.lower() if url else ""
        return _by_status(int(status[1]), channel, access, lines, answered_by)
    for pattern, kind, name in _NETWORK:
        if pattern.search(text):
            _, message, hint = words_for((name,))
            hint = _OTHER_ADDRESSES if _may_be_another(channel, access) else hint
            return SolveFailure(kind, f"{channel}: {message}", hint, lines)
    return SolveFailure(
        FailureKind.BROKEN,
        f"{channel} sends an index that cannot be read.",
        "Try again: the connection may have broken off. If it stays, something between may have answered in the "
        "channel's place, such as the sign-in page of a network.",
        lines,
    )


def no_answer(channels: Sequence[str], access: ChannelAccess) -> SolveFailure:
    """The failure of channels that say nothing for too long."""
    _, message, hint = words_for(("TimeoutError",))
    if any(_may_be_another(channel, access) for channel in channels):
        hint = _OTHER_ADDRESSES
    hosts = ", ".join(dict.fromkeys(urlsplit(channel).netloc for channel in channels))
    return SolveFailure(FailureKind.UNREACHABLE, f"{hosts}: {message}", hint)


def _may_be_another(channel: str, access: ChannelAccess) -> bool:
    return not access.names_are_ours and urlsplit(channel).hostname in _OF_NAMES


def _by_status(
    status: int, channel: str, access: ChannelAccess, lines: tuple[str, ...], answered_by: str = ""
) -> SolveFailure:
    host = access.settings([channel]).host_of(channel)
    moved = answered_by not in ("", urlsplit(channel).netloc.lower())
    state = state_of(status, moved=moved, sent=host.gets_key)
    reason = host.reason if access.key else NO_KEY_HINT
    finding = report(state, channel, channel, other=answered_by, status=status, reason=reason).finding
    kind = (
        FailureKind.NOT_SHOWN
        if state is ChannelState.LOCKED and host.may_be_named
        else _KINDS.get(state, FailureKind.BROKEN)
    )
    return SolveFailure(kind, finding.message, finding.hint, lines)


def _channel_of(text: str, channels: Sequence[str]) -> str:
    """The channel that the text names by one of its addresses; the first where it names none."""
    urls = re.findall(_URL, text)
    named = (channel for channel in channels for url in urls if f"{url}/".startswith(f"{channel}/"))
    return max(named, key=len, default=channels[0])
