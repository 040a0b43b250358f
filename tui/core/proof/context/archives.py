"""Archives among the files that are sent, looked into as those in the layers of an image are."""

from __future__ import annotations

from collections.abc import Iterable

from tui.core.proof.contents import Contents, Stream
from tui.core.proof.key_search import KeySearch
from tui.core.untrusted_text import shown

_MOST_OF_ALL = 1 << 33  # bytes that all of them are unpacked to at the most: one waits for it
_TOP = "what is sent"  # the first of each place; what is right below it is no layer
_MOST_SHOWN = 120


class Archives:
    """All of one search: a limit holds for them together."""

    def __init__(self, search: KeySearch) -> None:
        self._contents = Contents(search, _MOST_OF_ALL)

    def find(self, path: str, chunks: Iterable[bytes]) -> tuple[str, str] | None:
        """The place within, in words, and the encoding of a key in this file; None where there is none."""
        stream = Stream(self._contents, (_TOP, path))
        for chunk in chunks:
            stream.feed(memoryview(chunk))
            if self._contents.found:
                break
        else:
            stream.close()
        return next(((_words(place), encoding) for place, encoding in self._contents.found), None)

    @property
    def unread(self) -> tuple[str, ...]:
        """The things that could not be looked into, each with the reason."""
        return tuple(f"{_words(place)} {why}" for place, why in self._contents.unread.items())


def _words(place: tuple[str, ...]) -> str:
    return " in ".join(shown(part, _MOST_SHOWN) for part in reversed(place[1:]))
