"""Text from outside: made safe to show, cut into lines, with secrets taken out."""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Iterable
from urllib.parse import quote

from tui.core.secret import Secret

MAX_LINE = 16_384
"""Characters kept of one line of output; the rest is counted, not kept."""

_MASK = "••••"
_LOOK_AHEAD = 8_192
"""A line is cut only this far behind its limit, so that a key lying across the cut is seen whole."""

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\|\x9c|$)"  # OSC, DCS, SOS, PM, APC: with their payload
    r"|\x1b[ -/]*[0-~]?"
    r"|\x9b[0-?]*[ -/]*[@-~]",
    re.DOTALL,
)
# Control characters, and those that turn the direction of text: one line could read as another.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Keys and tokens by their form alone: a JWT, and the token in a channel's address.
_KEY_FORMS = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}|(?<=/t/)[^/\s]{8,}(?=/)")


def printable(text: str) -> str:
    """The text with terminal escapes, control characters and direction marks taken out; tabs become spaces.

    Line breaks stay. What remains is still not markup: show it with `markup=False`.
    """
    if text.isprintable() and text.isascii():
        return text
    text = _UNSEEN.sub("", _ESCAPES.sub("", text).replace("\r\n", "\n"))
    return _SURROGATES.sub("\ufffd", text).expandtabs(8)


class Redactor:
    """Replaces secrets, plain or encoded, and whatever has the form of a key."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        forms: set[str] = set()
        for value in (secret.reveal() for secret in secrets):
            encoded = base64.b64encode(value.encode("utf-8", "replace")).decode()
            forms |= {value, value.strip(), quote(value, safe="", errors="replace"), encoded.rstrip("=")}
        # The longest first: an encoded form may hold the plain one. Very short ones would mask half the log.
        self.__forms = sorted((form for form in forms if len(form) >= 6), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for form in self.__forms:
            text = text.replace(form, _MASK)
        if "eyJ" in text or "/t/" in text:
            text = _KEY_FORMS.sub(_MASK, text)
        return text

    def __repr__(self) -> str:
        return "Redactor()"


class LineReader:
    """Turns chunks of raw output into finished, printable, redacted lines.

    Chunks may end anywhere, within a character or a line. A lone carriage return starts its line anew, as
    progress bars mean it. A line longer than `MAX_LINE` ends in a note of how much was left out.
    """

    def __init__(self, redact: Redactor | None = None) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._redact = redact or Redactor()
        self._line = ""
        self._dropped = 0

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that this chunk finishes."""
        *finished, rest = (self._line + self._decoder.decode(chunk)).split("\n")
        lines = [self._finish(line) for line in finished]
        self._line = self._shortened(rest)
        return lines

    def close(self) -> list[str]:
        """What is left when the output ends, if anything."""
        rest = self._line + self._decoder.decode(b"", final=True)
        self._line = ""
        return [self._finish(rest)] if rest else []

    def _shortened(self, line: str) -> str:
        """An unfinished line without what a carriage return or the limit has already made void."""
        if "\r" in line:
            line = _after_returns(line)
        surplus = len(line) - MAX_LINE - _LOOK_AHEAD
        if surplus > 0:
            self._dropped += surplus
            line = line[:-surplus]
        return line

    def _finish(self, line: str) -> str:
        if "\r" in line or "\b" in line:
            line = _overwritten(_after_returns(line))
        text = self._redact(printable(line))
        if len(text) <= MAX_LINE and not self._dropped:
            return text
        left_out = max(0, len(text) - MAX_LINE) + self._dropped
        self._dropped = 0
        return f"{text[:MAX_LINE]} … ({left_out:,} more characters)"


def _overwritten(line: str) -> str:
    """What a terminal shows of a line whose backspaces go back over what was written, as conda's spinner does."""
    if "\b" not in line:
        return line
    shown: list[str] = []
    at = 0
    for character in line:
        if character == "\b":
            at = max(0, at - 1)
        else:
            shown[at : at + 1] = character
            at += 1
    return "".join(shown)


def _after_returns(line: str) -> str:
    """What a terminal would show last of a line that carriage returns have overwritten."""
    bare = line.rstrip("\r")
    return bare[bare.rfind("\r") + 1 :] + line[len(bare) :]
