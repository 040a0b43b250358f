"""Words for the answer of a channel: its meaning, and what to do."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlsplit

from tui.core.dataclass import dataclass
from tui.core.errors import Problem
from tui.core.untrusted_text import printable, shown

NO_KEY_HINT = "Sign in with `anaconda login` or in the wizard, or set ANACONDA_AUTH_API_KEY."


class ChannelState(StrEnum):
    """The answer of a channel, by kind."""

    OPENED = "opened by the key"
    PUBLIC = "public"
    REFUSED = "key refused"
    FORBIDDEN = "not allowed"
    LOCKED = "no key sent"
    NOT_FOUND = "not found"
    MOVED = "sent elsewhere"
    UNREACHABLE = "not reachable"
    UNTRUSTED = "certificate not trusted"
    BROKEN = "no sensible answer"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class ChannelReport:
    """The answer of one address of a channel."""

    channel: str
    """As it was written, without the token it may hold."""
    address: str
    """Empty where it was not asked."""
    state: ChannelState
    finding: Problem
    """The meaning of it, and what to do."""

    @property
    def works(self) -> bool:
        return self.state in (ChannelState.OPENED, ChannelState.PUBLIC)


_FINDINGS = {
    ChannelState.OPENED: ("The key opens {channel}.", "There is nothing to do: the build will get in."),
    ChannelState.PUBLIC: ("{channel} is public.", "There is nothing to do: it needs no key."),
    ChannelState.REFUSED: (
        "{host} does not accept this key for {channel}.",
        "It may have expired, been revoked, or be one of another site: sign in again, or choose another key.",
    ),
    ChannelState.FORBIDDEN: (
        "{host} accepts this key, but it may not read {channel}.",
        "Make a key with the scope of the channels (`Platform channels`), or ask whoever runs the channel to let "
        "you in.",
    ),
    ChannelState.LOCKED: ("{channel} wants a key, and the build sends {host} none.", "{reason}"),
    ChannelState.NOT_FOUND: (
        "There is no channel {channel} at {host}.",
        "Look at its spelling; one that this key may not see can answer the same.",
    ),
    ChannelState.MOVED: (
        "{host} sends {channel} on to {other}, where the key does not follow, and which lets nobody in without.",
        "Put the address there into environment.yml, or ask whoever runs {host}.",
    ),
    ChannelState.BROKEN: (
        "{host} answers for {channel} with an error ({status}).",
        "Try again later; if it stays, ask whoever runs it.",
    ),
}
_STATES = {"SSLError": ChannelState.UNTRUSTED} | dict.fromkeys(
    ("ProxyError", "Timeout", "TimeoutError", "ConnectionError"), ChannelState.UNREACHABLE
)


def state_of(status: int, *, moved: bool, sent: bool) -> ChannelState:
    """The state by the status of HTTP, by whether another host gave it, and by whether the key was sent."""
    if status == 200:
        return ChannelState.OPENED if sent else ChannelState.PUBLIC
    if status in (401, 403) and moved:
        return ChannelState.MOVED
    if status in (401, 403) and not sent:
        return ChannelState.LOCKED
    known = {401: ChannelState.REFUSED, 403: ChannelState.FORBIDDEN, 404: ChannelState.NOT_FOUND}
    return known.get(status, ChannelState.BROKEN)


def report(
    state: ChannelState, channel: str, address: str, *, other: str = "", status: int = 0, reason: str = ""
) -> ChannelReport:
    """The report of a channel that was answered for: by `other` in the end, with `status`.

    `reason` is why no key was sent, where none was.
    """
    name, host = shown(channel), urlsplit(address).netloc
    message, hint = (
        text.format(channel=name, host=host, other=printable(other), status=status, reason=reason)
        for text in _FINDINGS[state]
    )
    return ChannelReport(name, address, state, Problem(message, hint))


def unanswered(channel: str, address: str, kind: str, message: str, hint: str) -> ChannelReport:
    """The report of a channel that was not answered for, by the words of library.words_of."""
    state = _STATES.get(kind, ChannelState.BROKEN)
    return ChannelReport(shown(channel), address, state, Problem(f"{shown(channel)}: {message}", hint))
