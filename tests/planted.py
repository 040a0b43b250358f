"""A key as a program may write it, by the standard library alone: each way has a name."""

from __future__ import annotations

import json
import re
import shlex
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from textwrap import wrap
from urllib.parse import quote

JWT = (
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9."
    "eyJzdWIiOiI1ZjBjN2EzZSIsImV4cCI6NDEwMjQ0NDgwMCwidmVyIjoiYXBpOjEiLCJzY29wZXMiOlsiY2xvdWQ6cmVhZCJdfQ."
    "qRk3zL0vYx-8pWm_2sTnB4cHdJf6gKe9uAoXiZy1EwVtNlQbS7rMhUjPaCxGFDOI5kzT-wHq3vLmYd8nRs2pBc6fJgKe0uXoAiZ9yE1wVt"
)
"""Shaped like a real one, and not a real one."""
OTHER_JWT = JWT[:40] + JWT[40:].swapcase()
"""Another account's: its header is the same."""
OPAQUE = "opaque+test/key=0f9e'8d\"7c$6b 5a4938"
"""With all that some program escapes."""

Encoder = Callable[[str], str]


def _base64(before: str, width: int = 0, end: str = "\n", encode: Callable[[bytes], bytes] = b64encode) -> Encoder:
    """base64 of the key within something; a width wraps it, as `base64` (76) and PEM (64) do."""

    def encoder(key: str) -> str:
        text = encode(f"{before}{key}:after".encode()).decode()
        return end.join(wrap(text, width)) if width else text

    return encoder


def _between(mark: str, every: int = 1) -> Encoder:
    return lambda key: mark.join(wrap(key, every, drop_whitespace=False, break_on_hyphens=False))


def _lower_quoted(key: str) -> str:
    return re.sub("%..", lambda found: found[0].lower(), quote(key, safe=""))


TEXTS: dict[str, Encoder] = {
    "plain": str,
    "URL-encoded": lambda key: quote(key, safe=""),
    "URL-encoded in small letters": _lower_quoted,
    "URL-encoded but for slashes": quote,
    "JSON": lambda key: json.dumps(key)[1:-1],
    "JSON with slashes escaped": lambda key: json.dumps(key)[1:-1].replace("/", r"\/"),
    "JSON as HTML bears it": lambda key: json.dumps(key)[1:-1].replace("+", "\\u002B").replace("'", "\\u0027"),
    "shell": lambda key: shlex.quote(key).strip("'"),
    "shell with backslashes": lambda key: re.sub(r"[^\w@%:,./-]", r"\\\g<0>", key),
    "hex": lambda key: key.encode().hex(),
    "HEX": lambda key: key.encode().hex().upper(),
    "UTF-16": lambda key: key.encode("utf-16-le").decode("latin-1"),
    "UTF-16 of the other order": lambda key: key.encode("utf-16-be").decode("latin-1"),
    "soft hyphens": _between("\u00ad"),
    "zero-width spaces": _between("\u200b"),
    "zero-width joiners": _between("\u200d", 5),
    "word joiners": _between("\u2060", 3),
    "byte order marks": _between("\ufeff", 2),
    **{f"base64 after {len(before)}": _base64(before) for before in ("", "u", "us")},
    "base64 for URLs": _base64("user:", encode=urlsafe_b64encode),
    "Basic": _base64("user:"),
    "URL-encoded to the last letter": lambda key: "".join(f"%{byte:02X}" for byte in key.encode()),
    "URL-encoded but for - _ .": lambda key: re.sub(r"[^-_.]", lambda found: f"%{ord(found[0]):02x}", key),
    "JSON to the last letter": lambda key: "".join(f"\\u{ord(one):04x}" for one in key),
    "JSON to the last LETTER": lambda key: "".join(f"\\u{ord(one):04X}" for one in key),
    "JSON in JSON to the last letter": lambda key: "".join(f"\\\\u{ord(one):04x}" for one in key),
    "shell to the last letter": lambda key: "".join(f"\\x{ord(one):02x}" for one in key),
}
_IN_JSON = ("LF", "CRLF", "LF in JSON")
_ENDS = {"LF": "\n", "CRLF": "\r\n", "LF in JSON": r"\n", "CRLF in JSON": r"\r\n", "LF in JSON in JSON": r"\\n"}
BEFORE = {
    **{f"base64 after {len(before)}": before for before in ("", "u", "us")},
    "base64 for URLs": "user:",
    "Basic": "user:",
    **{
        f"base64 after {len(before)}, {width} wide, {end}": before
        for before in ("", "u", "us", "a longer text before it: ")
        for width in (64, 76)
        for end in ("LF", "CRLF")
    },
    **{f"base64 after {len(before)}, 76 wide, {end} in JSON": before for before in ("", "us") for end in _IN_JSON},
}
"""What stands before the key within its base64."""
WRAPPED: dict[str, Encoder] = {
    form: _base64(before, int(form.split()[3]), _ENDS[form.rpartition(", ")[2]])
    for form, before in BEFORE.items()
    if "wide" in form
}


def of_the_key(form: str, key: str) -> str:
    """Of its base64, unwrapped, the characters that are made of nothing but the key."""
    before = BEFORE[form]
    text = b64encode(f"{before}{key}:after".encode()).decode()
    return text[-(-8 * len(before) // 6) : 8 * (len(before) + len(key)) // 6]


def planted(form: str, key: str) -> bytes:
    """The bytes of a file that holds the key in this form."""
    text = {**TEXTS, **WRAPPED}[form](key)
    return text.encode("latin-1" if form.startswith("UTF-16") else "utf-8")
