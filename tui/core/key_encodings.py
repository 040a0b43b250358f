"""The forms in which a key can stand in a text: one list, for masking and for the audit of an image."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

ENCODINGS = (
    "plain",
    "URL-encoded, or all of it by its codes",
    "escaped as in JSON or a shell, or all of it by its codes",
    "UTF-16",
    "with soft hyphens or zero-width characters between",
    "base64 at each of its three alignments, wrapped or not",
    "hex",
)
"""All of them, in words."""

HIDDEN = ("\u00ad", *map(chr, range(0x200B, 0x2010)), "\u2060", "\ufeff")
"""The soft hyphen, and characters without any width: they may stand between any two of a key and are not seen."""

_LINE_ENDS = ("\n", "\r\n", "\\n", "\\r\\n")
_SHORTEST_PART = 16
_UNRESERVED = "-._~"  # in addresses (RFC 3986, 2.3), and no need to escape them elsewhere
_QUOTE = ("'\"'\"'", "'\\''")  # how a shell has a quote within quotes
_CODES = tuple(
    f"{mark}{{:{digits}{case}}}"
    for mark, digits in (("%", "02"), (r"\u", "04"), (r"\\u", "04"), (r"\x", "02"))
    for case in "xX"
)
_CODE = len("%65")
# Each begins with a character of its own, by which a pattern is found several times faster.
_UNDONE = (
    r"%(?P<percent>[0-9A-Fa-f]{2}(?:%[0-9A-Fa-f]{2})*)",
    r"\\u(?P<unit>[0-9A-Fa-f]{4})|\\x(?P<byte>[0-9A-Fa-f]{2})|\\",
    *map(re.escape, (*_QUOTE, *HIDDEN)),
    r"\0+",
)
_LINE_END = r"(?:\\{1,3}[rn])+"  # as JSON writes it, also within a text that is in JSON itself
_DISGUISE = "|".join(_UNDONE)
_DISGUISE_OR_SPACE = "|".join((_LINE_END, *_UNDONE, *(f"{space}+" for space in " \t\n\r")))
_PERCENT = _UNDONE[0]
_WITHOUT_HIDDEN = dict.fromkeys(map(ord, HIDDEN))


def key_parts(key: str) -> tuple[str, ...]:
    """The parts of a key that give it away: of a JWT the payload and the signature, of others all of it.

    A JWT's header is the same in many keys (RFC 7515, 3). Parts of less than 16 characters do not count. A secret
    of several lines has several ends for them, also as JSON writes those.
    """
    lines = key.splitlines()
    if len(lines) > 1:
        return (key, *(end.join(lines) for end in _LINE_ENDS if end.join(lines) != key))
    sections = key.split(".")
    long = tuple(section for section in sections[1:] if len(section) >= _SHORTEST_PART)
    return long if key.startswith("eyJ") and len(sections) == 3 and long else (key,)


def encoded_forms(part: str) -> Iterator[tuple[str, str]]:
    """Its forms in base64 and hex, each with the encoding's name: as they stand within anything."""
    data = part.encode("utf-8", "surrogateescape")
    for at in range(3):
        # The first and the last characters are made of the neighbours' bits, too.
        within = slice((8 * at + 5) // 6, 8 * (at + len(data)) // 6)
        for other in (None, b"-_"):  # RFC 4648, 4 and 5
            yield "base64", b64encode(bytes(at) + data, other)[within].decode()
    yield "hex", data.hex()
    yield "hex", data.hex().upper()


def in_codes(text: str) -> Iterator[list[tuple[str, ...]]]:
    """In each way to write characters by their codes: how each is written, letters and digits in no other way."""
    for code in _CODES:
        yield [
            (written,) if one.isalnum() else (one, written)
            for one, written in ((one, code.format(ord(one))) for one in text)
        ]


def spellings(character: str) -> tuple[str, ...]:
    """How one character of a key is written where it has to be escaped, also more than once; itself the first."""
    if character.isalnum() and character.isascii():
        return (character,)
    slashes = ["\\" * times for times in range(1, 6)]
    escaped = [slash + character for slash in slashes]
    if character in _UNRESERVED:
        return (character, *escaped)
    percent = "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "surrogateescape"))
    unit = f"{ord(character):04x}"
    codes = [f"u{unit}"] * (len(unit) == 4) + [f"x{unit[2:]}"] * unit.startswith("00")
    codes += [code[0] + code[1:].upper() for code in codes]
    escaped += [slash + code for slash in slashes for code in codes]
    quotes = _QUOTE if character == "'" else ()
    return (character, percent, percent.lower(), *escaped, *quotes)


def may_be_disguised(text: str, *, quoted: bool) -> bool:
    """True if `undone` may change it, told quickly; `quoted`, whether quotes within quotes matter."""
    if not text.isascii() or "\\" in text or "\0" in text or (quoted and "'" in text):
        return True
    return "%" in text and re.search(_PERCENT, text) is not None


class Undone:
    """A text without what escapes or hides its characters; UTF-16 has a null beside each."""

    def __init__(self, text: str, *, spaces: bool = False) -> None:
        """With `spaces`, those are taken out as well, line breaks with them, also as JSON writes them."""
        parts: list[str] = []
        self._starts, self._ends, at = list[int](), list[int](), 0
        for found in re.finditer(_DISGUISE_OR_SPACE if spaces else _DISGUISE, text):
            self._keep(at, found.start())
            parts += text[at : found.start()], (meant := _meant(found))
            start, at = found.span()
            # A row of codes can hold more than the key; of those beyond ASCII several are one character.
            by_itself = at - start == _CODE * len(meant)
            self._starts += range(start, at, _CODE) if by_itself else [start] * len(meant)
            self._ends += range(start + _CODE, at + 1, _CODE) if by_itself else [at] * len(meant)
        self._keep(at, len(text))
        self.text = "".join((*parts, text[at:]))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original text that this stretch of `text` comes from; it is not empty."""
        return self._starts[start], self._ends[end - 1]

    def _keep(self, start: int, end: int) -> None:
        self._starts += range(start, end)
        self._ends += range(start + 1, end + 1)


def undone(text: str) -> str:
    """The text of `Undone` alone."""
    return re.sub(_DISGUISE, _meant, text)


def _meant(found: re.Match[str]) -> str:
    if found["percent"]:
        return unquote_to_bytes(found[0]).decode("utf-8", "replace").translate(_WITHOUT_HIDDEN)
    if code := found["unit"] or found["byte"]:
        return chr(int(code, 16)).translate(_WITHOUT_HIDDEN)
    return "'" if found[0] in _QUOTE else ""
