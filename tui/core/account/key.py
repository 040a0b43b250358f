"""Judges an API key by its text alone, at once and offline."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum

from tui.core.account.others_keys import others_key
from tui.core.dataclass import dataclass, replace
from tui.core.errors import ExitCode, Problem
from tui.core.secret import Secret

SOON = 7 * 86_400
"""Seconds before its expiry from which on a key is worth a word of advice."""

RENEWAL = "Sign in again, or make a new key on anaconda.com."
"""The way to another key, where nobody knows the source of this one."""

_HINT = "Sign in, or copy the key alone from your account's page on anaconda.com."
_WHOLE = "Copy all of it again, from your account's page on anaconda.com, or sign in."
# The commands `anaconda` (anaconda-auth 0.15.3, cli.py) and `ana` print their errors where a key was expected.
_COMMAND_OUTPUT = (
    r"(?m)\b\w*(?:Error|Exception)\b|\bTraceback\b|\bana(?:conda)? (?:login|auth|api-key|whoami|--verbose)\b"
    r"|(?i:\bnot (?:currently |yet )?(?:logged|signed) in\b|\blog ?in (?:is )?required\b|^error:)"
    r"|(?:command )?not found$|^Usage:|\bis not recognized as\b"
)
_MADE_UP = (
    r"(?i)[a-z]{1,15}(?:[-_][a-z]{1,15}){1,7}\d{0,4}"
    r"|\W*(?:your|my|the)?[-_ ]?(?:api|anaconda)?[-_ ]?"
    r"(?:key|token|secret|password|change-?me|test|example|placeholder|dummy|none|null|todo|x+)\d{0,4}\W*"
)
_SHORTEST = 12  # characters; real keys have hundreds
_NAME = r"(?i)\s*(?:(?:export|set|setx|env)\s+|\$env:)?(?=\w*(?:key|token|anaconda))\w+\s*=\s*[^=\s]"


_SIGNED = r"(?a)eyJ[\w-]+\.eyJ[\w-]+\.[\w-]{22,}"
"""A JWT. 22 characters of base64 are 128 bits; signatures have twice as many or more (RFC 7518, 3.1)."""
_PART_OF_SIGNED = r"(?a)eyJ[\w-]{8,}(?:\.[\w-]*)?\.?"


class KeyKind(StrEnum):
    """The two kinds of keys, by what they say about themselves."""

    DATED = "token with expiry"
    OPAQUE = "opaque"
    """Not a JWT, or one without a date: when it expires is not to be seen."""


@dataclass(frozen=True)
class KeyReport:
    """The findings on a key's text; never the text itself."""

    problem: Problem | None = None
    """Why this cannot work as a key."""
    advice: Problem | None = None
    """Worth knowing, not in the way."""
    expires: datetime | None = None
    """In UTC; None where the key does not say."""
    words: str = "expiry unknown"
    """The expiry for people, such as `expires in 12 days (2026-12-04)`."""
    guessable: bool = True
    """True if trying texts could find it by a hash of it: not so for a JWT, whose signature is random."""

    @property
    def kind(self) -> KeyKind:
        return KeyKind.DATED if self.expires else KeyKind.OPAQUE


def check_key(key: Secret, now: float, renewal: str = RENEWAL) -> KeyReport:
    """Judge a key by its text: what is wrong with it, and when it expires.

    `now` is in seconds since the epoch, `renewal` says how to have another one. The expiry is worked out here:
    anaconda-auth 0.15.3 is off by the local time's distance from UTC, and raises on a key that is no JWT (its
    token.py).
    """
    text = key.reveal()  # looked at here, and never handed on
    for fails, message, hint in _CHECKS:
        if fails(text):
            return KeyReport(_problem(message, hint), words="not usable")
    if re.fullmatch(_PART_OF_SIGNED, text):
        return KeyReport(advice=_problem("This looks like a part of an API key: its end is missing.", _WHOLE))
    if expires := _expiry(text):
        return replace(
            _dated(expires, expires.timestamp() - now, renewal), guessable=not re.fullmatch(_SIGNED, text)
        )
    if re.fullmatch(_SIGNED, text):
        return KeyReport(guessable=False)
    return KeyReport(advice=_doubt(text))


def _doubt(text: str) -> Problem | None:
    if other := others_key(text):
        return _problem(f"This looks like {other.words}, not like one of Anaconda.", _HINT)
    return _MADE if len(text) < _SHORTEST or re.fullmatch(_MADE_UP, text) else None


def _dated(expires: datetime, left: float, renewal: str) -> KeyReport:
    day = f"{expires:%Y-%m-%d}"
    if left <= 0:
        words = f"expired {_span(-left)} ago ({day})"
        problem = _problem(f"The API key {words}.", renewal)
        return KeyReport(problem, expires=expires, words=words)
    words = f"expires in {_span(left)} ({day})"
    advice = _problem(f"The API key {words}.", "Builds fail after that: sign in again before then.")
    return KeyReport(advice=advice if left < SOON else None, expires=expires, words=words)


def _problem(message: str, hint: str) -> Problem:
    return Problem(message, hint, "key", exit_code=ExitCode.NO_KEY)


_MADE = _problem(
    "This looks like a word that somebody made up, not like an API key.",
    "A key is long and random: sign in, or copy it from your account's page on anaconda.com.",
)


def _span(seconds: float) -> str:
    for unit, length, least in (("year", 31_557_600, 2), ("day", 86_400, 1), ("hour", 3_600, 1)):
        count = int(seconds // length)
        if count >= least:
            return f"{count:,} {unit}{'s' if count > 1 else ''}"
    return "less than an hour"


def _expiry(text: str) -> datetime | None:
    """The `exp` of a JWT's payload; None for whatever else the text may be."""
    parts = text.split(".")
    if len(parts) != 3:
        return None
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        exp = payload["exp"]
        return None if isinstance(exp, bool) else datetime.fromtimestamp(exp, UTC)
    except (ValueError, TypeError, LookupError, OverflowError, OSError, RecursionError):
        return None


def _is_behind(text: str) -> bool:
    """True for a JWT with something before it, which may be another."""
    *before, header, payload, _ = ["", "", *text.split(".")]
    return payload.startswith("eyJ") and "eyJ" in header[1:] and (len(before) > 3 or not header.startswith("eyJ"))


def _carried(text: str) -> bool:
    """True if an HTTP header can carry the text."""
    return text.isascii() and text.isprintable()


# The first that fits is said: from the most telling to the most general.
_CHECKS: tuple[tuple[Callable[[str], bool], str, str], ...] = (
    (lambda text: not text, "The API key is empty.", _HINT),
    (lambda text: not text.strip(), "The API key is blank: spaces or line breaks, nothing else.", _HINT),
    (
        lambda text: bool(re.search(_COMMAND_OUTPUT, text)),
        "This is a message of a command, not an API key.",
        "`anaconda auth api-key` and `ana api-key` print their errors where the key should be: sign in, then try "
        "again.",
    ),
    (
        lambda text: bool(re.match(_NAME, text)),
        "A variable's name was copied along with the API key.",
        "Keep only what stands after the equals sign.",
    ),
    (
        lambda text: text.strip()[0] in "\"'`\u201c\u201d\u2018\u2019",
        "Quotes were copied along with the API key.",
        "Remove the quotes.",
    ),
    (
        lambda text: "\n" in text.strip() or "\r" in text.strip(),
        "The API key has a line break in it.",
        "Copy it again, in one piece and on one line.",
    ),
    (
        lambda text: "\n" in text or "\r" in text,
        "The API key has a line break before or after it.",
        "Remove the line break: conda would stop at it and print the key.",
    ),
    (lambda text: text != text.strip(), "The API key has a space before or after it.", "Remove the space."),
    (
        lambda text: bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://", text)),
        "This is an address, not an API key.",
        _HINT,
    ),
    (
        lambda text: len(text.split()) > 1,
        "This is not an API key: it has spaces in it.",
        _HINT,
    ),
    (
        _is_behind,
        "There is something else before the API key, or there are two of them.",
        "Keep the key alone: clear all of it, then paste it again.",
    ),
    (
        lambda text: not _carried(text),
        "The API key has characters that cannot be sent to a server.",
        "Copy it again: a key is made of plain letters, digits, dots, dashes and underscores.",
    ),
)
