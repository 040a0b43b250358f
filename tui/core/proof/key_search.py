"""Searches a stream of bytes for a key, in every form of `key_encodings`; memory stays flat."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from tui.core.dataclass import dataclass
from tui.core.errors import CondockError
from tui.core.key_encodings import HIDDEN, Undone, encoded_forms, in_codes, key_parts
from tui.core.proof.sieve import SHORTEST, Sieve
from tui.core.secret import Secret

_AT_ONCE = 1 << 16  # bytes
_LONGEST_SPELLING = 7  # bytes of one character, as `\\u002b` has


@dataclass(frozen=True)
class Match:
    """One place where the key is."""

    start: int
    """Bytes from where the search began, as is `end`."""
    end: int
    encoding: str


class TooShortError(CondockError):
    """The secret is too short to be told from other data."""

    def __init__(self) -> None:
        message = f"A secret of less than {SHORTEST} characters cannot be told from other data."
        super().__init__(message, "Nothing was searched; use a longer secret.")


class KeySearch:
    """The forms of a key that are looked for; one does for any number of streams. TooShortError if short."""

    def __init__(self, secret: Secret) -> None:
        key = secret.reveal().strip()
        parts = key_parts(key)
        if min(map(len, parts)) < SHORTEST:
            raise TooShortError
        self.sieve = Sieve(key)
        self.reach = _LONGEST_SPELLING * max(len(part.encode("utf-8", "surrogateescape")) for part in parts) + 64
        """Bytes that no form of the key is longer than."""
        forms = {text: "plain" for part in parts for text in (part, _bare(part))}
        for part in parts:
            forms |= {form: encoding for encoding, form in encoded_forms(part)}
        self.__forms = forms
        self.__hints = {hint.encode() for form, encoding in forms.items() for hint in _hints(form, encoding)}

    def __repr__(self) -> str:
        return "KeySearch()"

    def find(self, data: bytes) -> list[Match]:
        """All places of a part of the key in these bytes, in their order: an exact look, which takes its time."""
        if not self._may_hold(data):
            return []
        text = data.decode("utf-8", "surrogateescape")
        bare = Undone(text, spaces=True)
        found = set[Match]()
        for form, encoding in self.__forms.items():
            spans = [bare.span(at, at + len(form)) for at in _places(form, bare.text)]
            # As it stands, too: after a percent sign its first digits look like an escape's.
            spans += [(at, at + len(form)) for at in _places(form, text)]
            for start, end in spans:
                named = _named(encoding, text[start:end])
                found.add(Match(_length(text[:start]), _length(text[:end]), named))
        return sorted(found, key=lambda match: match.start)

    def _may_hold(self, data: bytes) -> bool:
        """Quick, and right where it says no: letters and digits are escaped by their codes alone, or not."""
        thin = data.replace(rb"\r", b"").replace(rb"\n", b"").translate(None, b"\0\\ \t\r\n")
        if not thin.isascii():
            for mark in HIDDEN:
                thin = thin.replace(mark.encode(), b"")
        return any(hint in thin for hint in self.__hints)


@lru_cache(maxsize=2)
def search_for(secret: Secret) -> KeySearch:
    """The search for a key, made once: a build looks for it before, in the image, and in what lies beside."""
    return KeySearch(secret)


class StreamSearch:
    """Looks through one stream as it comes, in pieces of any size."""

    def __init__(self, search: KeySearch) -> None:
        self._search, self._reach = search, search.reach
        self._tail = b""  # of what has come, as much as a key that begins in it may go on from or lie in
        self._next = 0  # what is before it was looked at
        self._after = 0  # what is before it was reported
        self._looked = 0  # no match begins before it that was not reported
        self.position = 0
        """How many bytes have come."""

    @property
    def settled(self) -> int:
        """No match that is still to come begins before it."""
        return self._next - self._reach

    def feed(self, data: memoryview, *, is_known: bool = False) -> Iterator[Match]:
        """The matches that can be told by now; within what `is_known` to hold none, only those near its ends."""
        buffer: bytes | memoryview = data
        base, reach = self.position, self._reach
        if len(data) > 4 * reach:  # most of it is not copied
            joint = self._tail + data[: 2 * reach]
            yield from self._look(joint, base - len(self._tail), base + reach)
            if is_known:
                self._next = base + len(data) - reach
        else:
            buffer, base = self._tail + data, base - len(self._tail)
        self.position += len(data)
        yield from self._look(buffer, base, self.position - reach)
        self._tail = bytes(buffer[-3 * reach :])

    def close(self) -> Iterator[Match]:
        """The matches that are left, at the end of the stream."""
        yield from self._look(
            self._tail, self.position - len(self._tail), self.position + self._search.sieve.stride
        )

    def _look(self, buffer: bytes | memoryview, base: int, until: int) -> Iterator[Match]:
        """Look at what begins before `until`, in a part of the stream that begins at `base`."""
        sieve = self._search.sieve
        strides = (until - self._next) // sieve.stride
        if strides <= 0:
            return
        start = self._next - base
        self._next += strides * sieve.stride
        with memoryview(buffer) as view:
            for suspect in sieve.suspects(view, start, self._next - base):
                yield from self._around(view, base, suspect)

    def _around(self, view: memoryview, base: int, at: int) -> Iterator[Match]:
        if base + at < max(self._after, self._looked):
            return
        # Where one is close behind the other, many are looked at together: what is around each is the same.
        is_close = base + at < self._looked + self._reach
        begin, end = max(0, at - self._reach), min(at + (_AT_ONCE if is_close else 0), len(view) - self._reach)
        self._looked = base + max(at, end) + 1
        for match in self._search.find(bytes(view[begin : max(at, end) + self._reach])):
            start, end = base + begin + match.start, base + begin + match.end
            if start >= self._after:
                self._after = end
                yield Match(start, end, match.encoding)


def first_match(search: KeySearch, chunks: Iterable[bytes]) -> Match | None:
    """The first place of the key in these, one behind the other; None where it is in none."""
    stream = StreamSearch(search)
    for chunk in chunks:
        for match in stream.feed(memoryview(chunk)):
            return match
    return next(stream.close(), None)


def _hints(form: str, encoding: str) -> Iterator[str]:
    """The letters of a form in any spelling, without backslashes; a key itself may be written in codes alone."""
    longest = max(re.findall("[A-Za-z0-9]*", form), key=len)
    yield longest
    if encoding == "plain":
        for written in in_codes(longest):
            yield "".join(code for (code,) in written).replace("\\", "")


def _places(form: str, text: str) -> Iterator[int]:
    at = text.find(form)
    while at >= 0:
        yield at
        at = text.find(form, at + len(form))


def _bare(text: str) -> str:
    return Undone(text, spaces=True).text


def _length(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape"))


def _named(encoding: str, raw: str) -> str:
    """The encoding in words, with what was between the key's characters."""
    if "\0" in raw:
        return "UTF-16"
    if any(mark in raw for mark in HIDDEN):
        return f"{encoding}, with hidden characters between"
    if encoding != "plain":
        return f"{encoding}, wrapped" if "\n" in raw or r"\n" in raw else encoding
    return "URL-encoded" if "%" in raw else "escaped" if "\\" in raw or "'\"'" in raw else encoding
