"""Finds keys in a text, in every form and also in pieces of a wrapped one; quick where there are none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property

from tui.core.key_encodings import Undone, encoded_forms, key_parts, may_be_disguised, undone

_SHORTEST = 6  # shorter forms would be found in half of what is shown
_PIECE = 12
"""Characters of base64 or hex that are told by themselves: at most 9 bytes of a key."""
_IN_PIECES = 2 * _PIECE - 1  # of a form that long, a whole piece lies where one is looked for
_ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_MEMBERS = _ALPHANUMERIC + "+/-_"
_RUN = rf"[{re.escape(_MEMBERS)}]{{{_PIECE},}}"


class KeySpans:
    """Finds the places in a text at which any of these keys stands.

    What reads as the key does is found as a whole. base64 and hex are found by any 12 characters of theirs that
    lie at an end of a run of such characters: so a line of a wrapped form is, whatever the lines around it are.
    """

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = frozenset(text for key in keys for text in (key, key.strip()) if len(text) >= _SHORTEST)
        self._quoted = any("'" in key for key in self._keys)
        forms = [form for key in self._keys for _, form in encoded_forms(key)]
        self._long = tuple(form for form in forms if len(form) >= _IN_PIECES)
        texts = {text for key in self._keys for part in (key, *key_parts(key)) for text in (part, undone(part))}
        self._whole = sorted({*texts, *forms} - set(self._long), key=len, reverse=True)
        members = "".join({*"".join(self._long), *_ALPHANUMERIC} & set(_MEMBERS)).encode()
        self._classes = bytes(97 if byte in members else 32 for byte in range(256)) if self._long else b""

    def find(self, text: str) -> list[tuple[int, int]]:
        """Start and end of each, in their order; none lies over another."""
        if not self._keys:
            return []
        # As it stands in any case: after a percent sign the first digits of a key look like an escape's.
        found = [*self._find(text)] if self._may_hold(text) else []
        if may_be_disguised(text, quoted=self._quoted) and self._may_hold(undone(text)):
            was = Undone(text)
            found += [was.span(start, end) for start, end in self._find(was.text)]
        return _merged(found) if found else []

    @cached_property
    def _pieces(self) -> frozenset[str]:
        return frozenset(form[at : at + _PIECE] for form in self._long for at in range(len(form) - _PIECE + 1))

    def _may_hold(self, text: str) -> bool:
        for form in self._whole:
            if form in text:
                return True
        if not self._classes:
            return False
        # Several times faster than a pattern: most texts have no run at all.
        classes = text.encode("latin-1", "replace").translate(self._classes)
        at = classes.find(b"a" * _PIECE)
        while at >= 0:
            end = classes.find(b" ", at)
            if self._has_piece(text[at : end if end >= 0 else None]):
                return True
            at = classes.find(b"a" * _PIECE, end) if end >= 0 else -1
        return False

    def _has_piece(self, run: str) -> bool:
        pieces = self._pieces
        if run[:_PIECE] in pieces or run[-_PIECE:] in pieces:
            return True
        # Not by any(): to begin a generator takes longer than all else here.
        for at in range(_PIECE, len(run) - _PIECE, _PIECE):  # noqa: SIM110
            if run[at : at + _PIECE] in pieces:
                return True
        return False

    def _find(self, text: str) -> Iterator[tuple[int, int]]:
        for form in self._whole:
            at = text.find(form)
            while at >= 0:
                yield at, at + len(form)
                at = text.find(form, at + len(form))
        for run in re.finditer(_RUN, text):
            for at in range(run.start(), run.end() - _PIECE + 1):
                if text[at : at + _PIECE] in self._pieces:
                    yield at, at + _PIECE


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged
