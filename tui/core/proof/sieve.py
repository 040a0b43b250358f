"""Rules out at a glance that a block of bytes holds a key, in any form.

Wherever the key stands, in whichever form, it covers four bytes that begin at some multiple of a stride. So it is
enough to look there, and to know all the fours that its forms consist of. Their first two bytes are looked at
beforehand, those of all places together, by a pattern of characters of two bytes: that is several times faster
than to make a number of each place, and rules out most. Forms twice as long as the key cover two places one behind
the other: what only those begin with has to be followed by another, or by the end of the block.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence

from tui.core.key_encodings import HIDDEN, encoded_forms, in_codes, key_parts, spellings

SHORTEST = 8
"""Bytes of a key at the least: of shorter ones too much would seem to be one."""

_FOUR = 4
_LONGEST_STRIDE = 256
_UTF_16 = {"little": "utf-16-le", "big": "utf-16-be"}[sys.byteorder]
# No byte that is one half of a surrogate pair in UTF-16: what was two places would become one character.
_FOLDED = bytes(byte & ~8 if 0xD8 <= byte <= 0xDF else byte for byte in range(256))
_LONG_FORMS = ("hex",)  # and UTF-16
_LONG = 32  # fours one behind the other, which nothing else has
_MARKS = tuple(mark.encode() for mark in HIDDEN)
_BREAKS = (b"\n", b"\r\n", rb"\n", rb"\r\n", rb"\\n")  # as JSON writes them, too


class Sieve:
    """The traces that a key of at least `SHORTEST` bytes leaves in a block."""

    def __init__(self, key: str) -> None:
        parts = key_parts(key)
        shortest = min(len(_bytes(part)) for part in parts)
        self.stride = min(_LONGEST_STRIDE, (shortest - 3) // _FOUR * _FOUR)
        self._long = min(_LONG, shortest - _FOUR)
        # Wherever a whole form stands, one of the places looked at is in its first stride, in a long row of fours.
        length = max(self.stride, self._long) + 2 * _FOUR
        once = set[bytes]().union(*(_fours(part, length) for part in parts))
        twice = set[bytes]().union(*(_fours_of_long_forms(part, length) for part in parts))
        self._fours = frozenset(memoryview(b"".join(once | twice)).cast("I"))
        first, any_first = _characters(once), _characters(once | twice)
        self._first = re.compile(f"{any_first}(?:(?<={first})|(?={any_first}|\\Z))")

    def suspects(self, block: memoryview, start: int = 0, stop: int | None = None) -> Iterator[int]:
        """The multiples of the stride between start and stop at which there may be something of the key."""
        part = block[start:stop]
        part = part[: len(part) // _FOUR * _FOUR]
        samples = part.cast("I")[:: self.stride // _FOUR]
        firsts = part.cast("H")[:: self.stride // 2].tobytes().translate(_FOLDED).decode(_UTF_16)
        for found in self._first.finditer(firsts):
            number = found.start()
            if samples[number] in self._fours and self._is_long(block, at := start + number * self.stride):
                yield at

    def _is_long(self, block: memoryview, at: int) -> bool:
        """True if all is the key's for a while, byte by byte; what the block's ends cut off may be."""
        first = last = at
        while last - first < self._long:
            if first == 0 or last + _FOUR == len(block):
                return True
            if self._is_known(block, first - 1):
                first -= 1
            elif self._is_known(block, last + 1):
                last += 1
            else:
                return False
        return True

    def _is_known(self, block: memoryview, at: int) -> bool:
        return int.from_bytes(block[at : at + _FOUR], sys.byteorder) in self._fours


def _characters(fours: Iterable[bytes]) -> str:
    """A pattern of the characters that the first two bytes of these make."""
    firsts = b"".join(sorted({four[:2] for four in fours})).translate(_FOLDED).decode(_UTF_16)
    return f"[{re.escape(firsts)}]"


def _fours(part: str, length: int) -> set[bytes]:
    """Every four bytes in a row in the first characters, so many, of forms of this part of the key."""
    begun = part[:length]
    found = set(_spelled(map(spellings, begun)))
    found |= _interrupted(_bytes(begun), _MARKS)
    for name, form in encoded_forms(part):
        if name not in _LONG_FORMS:
            found |= _whole_or_wrapped(form[:length])
    return found


def _fours_of_long_forms(part: str, length: int) -> set[bytes]:
    """The same of forms that have two bytes for each of the key's, or more."""
    found = set[bytes]()
    for order in ("utf-16-le", "utf-16-be"):
        found |= _runs(part[:length].encode(order, "replace"), _FOUR)
    for written in in_codes(part[:length]):
        found.update(_spelled(written))
    for name, form in encoded_forms(part):
        if name in _LONG_FORMS:
            found |= _whole_or_wrapped(form[: 2 * length])
    return found


def _whole_or_wrapped(form: str) -> set[bytes]:
    return _runs(form.encode(), _FOUR) | _interrupted(form.encode(), _BREAKS)


def _spelled(ways: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """Of a text each of whose characters is written in one of several ways."""
    units = [[_bytes(spelling) for spelling in spellings] for spellings in ways]
    for at, unit in enumerate(units):
        heads = {spelling[skipped:] for spelling in unit for skipped in range(len(spelling))}
        for following in units[at + 1 : at + _FOUR]:
            yield from (head[:_FOUR] for head in heads if len(head) >= _FOUR)
            heads = {head + spelling for head in heads if len(head) < _FOUR for spelling in following}
        yield from (head[:_FOUR] for head in heads if len(head) >= _FOUR)


def _interrupted(form: bytes, marks: Sequence[bytes]) -> set[bytes]:
    """Of a form with any of these marks between any two of its characters."""
    found = set[bytes]()
    runs = {length: _runs(form, length) for length in range(1, _FOUR)}
    for length, whole in runs.items():
        for ahead in range(_FOUR - length + 1):
            befores = {mark[len(mark) - ahead :] for mark in marks if len(mark) >= ahead}
            behinds = {mark[: _FOUR - length - ahead] for mark in marks if len(mark) >= _FOUR - length - ahead}
            found |= {before + run + behind for before in befores for run in whole for behind in behinds}
    for mark in marks:
        found |= _runs(mark, _FOUR)
        for run in runs.get(_FOUR - len(mark), ()):
            found |= {run[:at] + mark + run[at:] for at in range(1, len(run))}
    return found


def _runs(form: bytes, length: int) -> set[bytes]:
    return {form[at : at + length] for at in range(len(form) - length + 1)}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
