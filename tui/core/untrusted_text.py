"""Text from outside: made safe to show, with secrets taken out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from tui.core.key_spans import KeySpans
from tui.core.secret import Secret

SGR = r"\x1b\[[0-9;:]*m"
"""The one kind of escape that `safe_line` leaves in a line: colours, bold, underlined (ECMA-48, 8.3.117)."""

_MASK = "••••"
_ESCAPE = (
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|\x9c|$)"  # OSC, DCS, SOS, PM, APC: with their payload
    r"|\x1b[ -/]*[0-~]?"
    r"|\x9b[0-?]*[ -/]*[@-~]"
)
ESCAPES = f"(?s){_ESCAPE}"
"""Sequences that steer a terminal, colours included; each with its payload."""
_OTHER_ESCAPES = rf"(?s)(?!{SGR})(?:{_ESCAPE})"
# Control characters, and those that turn the direction of text: one line could read as another.
_UNSEEN = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]"
_UNSEEN_BUT_ESCAPE = _UNSEEN.replace("\x1f", "\x1a\x1c-\x1f")
_SURROGATES = "[\ud800-\udfff]"
# Keys and tokens by their form alone: a JWT, and the token in a channel's address. A JWT's header is short, and a
# text of a million `eyJ` would be looked through to its end from each of them.
_KEY_FORMS = r"eyJ[\w-]{8,500}\.eyJ[\w-]{8,8000}\.[\w-]{16,}|(?<=/t/)[^/\s]{8,}(?=/)"
_CREDENTIALS = r"(?<=/t/)[^/\s]+|(?<=://)(?!git@)[^/\s]+(?=@)"


def printable(text: str) -> str:
    """The text with terminal escapes, control characters and direction marks taken out; tabs become spaces.

    Line breaks stay. What remains is still not markup: show it with `markup=False`.
    """
    if text.isprintable():
        return text
    text = re.sub(_UNSEEN, "", re.sub(ESCAPES, "", text).replace("\r\n", "\n"))
    return re.sub(_SURROGATES, "\ufffd", text).expandtabs(8)


def spelled(text: str) -> str:
    """The text with nothing taken out: what cannot be seen is written as its escape, such as `\\x1b`.

    For what is agreed to: the payload of a terminal's escape can be a command to whoever runs the text.
    """
    return "".join(one if one.isprintable() or one == "\t" else ascii(one)[1:-1] for one in text)


def safe_line(line: str) -> str:
    """One line as `printable` gives it, but with the codes for colours left where they stand.

    `unstyled` takes them out; what then remains is what `printable` gives.
    """
    if "\x1b" not in line:
        return printable(line)
    line = re.sub(_UNSEEN_BUT_ESCAPE, "", re.sub(_OTHER_ESCAPES, "", line))
    line = re.sub(_SURROGATES, "\ufffd", line)
    return _with_tabs_expanded(line) if "\t" in line else line


def unstyled(text: str) -> str:
    """Safe text without its codes for colours."""
    return re.sub(SGR, "", text) if "\x1b" in text else text


class Redactor:
    """Replaces secrets, in every form of `key_encodings`, and whatever has the form of a key."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self.__keys = KeySpans(secret.reveal() for secret in secrets)

    def __call__(self, text: str) -> str:
        for start, end in reversed(self.__keys.find(text)):
            text = f"{text[:start]}{_MASK}{text[end:]}"
        if "eyJ" in text or "/t/" in text:
            text = re.sub(_KEY_FORMS, _MASK, text)
        return text

    def __repr__(self) -> str:
        return "Redactor()"


def _with_tabs_expanded(styled: str) -> str:
    """Tabs as spaces to the next eighth column; codes take up no columns."""
    shown: list[str] = []
    column = 0
    for part in re.split(f"({SGR})", styled):
        text = part if part.startswith("\x1b") else (" " * (column % 8) + part).expandtabs(8)[column % 8 :]
        column += 0 if part.startswith("\x1b") else len(text)
        shown.append(text)
    return "".join(shown)


_FORMS = Redactor()


def masked(text: str) -> str:
    """The text without the tokens and passwords of addresses, and printable."""
    if "/" not in text and "eyJ" not in text:
        return printable(text)
    return _FORMS(re.sub(_CREDENTIALS, "••••", printable(text)))


def holds_token(text: str) -> bool:
    """True if an address in the text has a token or password in it."""
    return masked(text) != printable(text)


@lru_cache(maxsize=4096)
def shown(text: str, limit: int = 60) -> str:
    """The text as it may stand in a sentence: masked, on one line, at most `limit` characters."""
    line = " ".join(masked(text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def as_pattern(path: str) -> str:
    """The path as a pattern for itself, in the ignore files of Docker and of git alike.

    By backslashes: for BuildKit a star within brackets is still one (moby/patternmatcher, seen with buildx 0.13).
    """
    return path.translate({ord(character): f"\\{character}" for character in "*?[\\"})


def taken_for_pattern(path: str) -> bool:
    """True if BuildKit, asked for this path alone, takes it for a pattern and does not find it (Docker 26.1.5)."""
    return path.removeprefix("./").startswith("!") or "*" in path or "?" in path
