"""Searches all that a saved image holds: each stream of bytes, and what is packed in it, and in that."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeAlias

from tui.core.proof.key_search import KeySearch, Match, StreamSearch
from tui.core.proof.magic_bytes import is_packed_otherwise, is_plain, is_program, is_tar, is_zip, packing
from tui.core.proof.packed import COST, DECODERS, Decoder, Unpacking
from tui.core.proof.sinks import Behind, Document, Sniffing
from tui.core.proof.tar_walk import Sink, TarWalk
from tui.core.proof.zip_walk import ZipWalk

DEPTH = 3
"""How many packings within one another are looked into, those of layers not counted: a conda package has two."""

MOST_OF_A_MEMBER = 1 << 30
"""Bytes that one packed member of a layer is unpacked to at the most."""

MOST_OF_ALL = 1 << 36
"""Bytes that all packed members are unpacked to at the most."""

_MOST_OF_DOCUMENTS = 1 << 27  # bytes
_MOST_DOCUMENTS = 4_000
_MOST_NAMES = 10_000  # of what is told of one by one
_DEEPEST = 12  # archives within one another, packed or not
_WHITEOUT = ".wh."

Place: TypeAlias = tuple[str, ...]
"""The place of something: the file in the saved image, the path in that, and so on inwards."""


class Contents:
    """The findings, and the parts that could not be looked at."""

    def __init__(self, search: KeySearch, room: int | None = None) -> None:
        """`room` is how many bytes all packed members are unpacked to at the most."""
        self.search = search
        self._found: dict[tuple[Place, str], bool] = {}  # whether in bytes that are packed
        self.unread: dict[Place, str] = {}
        """Why not, in words that follow the place."""
        self.sizes: dict[str, int] = {}
        """Bytes of each file in the saved image, unpacked."""
        self.documents: dict[str, bytes] = {}
        """The JSON files of the saved image, but for very long ones, and very many."""
        self.whiteouts: set[Place] = set()
        """The whiteouts: what layers delete of those below."""
        self.archives: set[str] = set()
        """The files of the saved image that are tars, packed or not, as layers are."""
        self.links: dict[str, str] = {}
        """Links in the saved image, which older engines have for a layer that is in it twice."""
        self._room = MOST_OF_ALL if room is None else room
        self._document_room = _MOST_OF_DOCUMENTS

    def room(self) -> Callable[[int], bool]:
        """Says for one packed member whether so many bytes more may be unpacked."""
        left = MOST_OF_A_MEMBER

        def take(size: int) -> bool:
            nonlocal left
            left -= size
            self.spend(size)
            return left >= 0 and self._room >= 0

        return take

    def spend(self, size: int) -> None:
        """Count bytes that were unpacked, or what takes as long."""
        self._room -= size

    @property
    def found(self) -> list[tuple[Place, str]]:
        """The places of the key, each with its encoding; not once more in packed bytes of what has it unpacked."""
        plain = [place for (place, _), packed in self._found.items() if not packed]
        unpacked = {place[: length + 1] for place in plain for length in range(len(place))}
        return [found for found, packed in self._found.items() if not (packed and found[0] in unpacked)]

    def report(self, place: Place, encoding: str, *, packed: bool) -> None:
        """Keep that the key is there; `packed` says that these bytes are searched unpacked as well."""
        if (place, encoding) in self._found or len(self._found) < _MOST_NAMES:
            self._found[place, encoding] = packed and self._found.get((place, encoding), True)

    def keep_file(self, name: str, size: int) -> None:
        """Keep that the saved image has this file."""
        if len(self.sizes) < _MOST_NAMES:
            self.sizes[name] = size
        else:
            self.leave_out((), f"has more than {_MOST_NAMES:,} files")

    def keep_document(self, name: str, content: bytes) -> None:
        """Keep what a JSON file of the saved image says, while there is room; it is searched all the same."""
        self._document_room -= len(content)
        if self._document_room >= 0 and len(self.documents) < _MOST_DOCUMENTS:
            self.documents[name] = content

    def leave_out(self, place: Place, why: str) -> None:
        """Keep that not all of this could be looked at."""
        if len(place) < 2 or len(self.unread) < _MOST_NAMES:  # of the image's own parts there are not that many
            self.unread.setdefault(place, why)

    def leave_out_of(self, archive: Place, name: str, why: str) -> None:
        """The same of a member, or of the archive itself where there is no name."""
        self.leave_out((*archive, name) if name else archive, why)

    def link(self, within: Place, name: str, target: str) -> None:
        """Keep where a link of the saved image goes."""
        if not within and len(self.links) < _MOST_NAMES:
            self.links[name] = target

    def delete(self, place: Place) -> None:
        """Keep what a layer deletes."""
        if len(self.whiteouts) < _MOST_NAMES:
            self.whiteouts.add(place)


class Stream:
    """One stream of bytes: a saved image, or what something in it unpacks to."""

    def __init__(self, contents: Contents, place: Place = (), depth: int = 0) -> None:
        """`depth` is how many packings it was in."""
        self._contents, self._place, self._depth = contents, place, depth
        self._search = StreamSearch(contents.search)
        self._inner = Sniffing(partial(self._open, place, 0))
        self._starts, self._places = [0], [place]  # what begins where in the stream
        self._packed = dict[Place, Unpacking]()  # those of them that are unpacked into a stream of their own

    def feed(self, data: memoryview) -> None:
        """The next bytes."""
        packed = self._packed.get(self._places[-1])
        behind = packed.size + len(data) if packed else 0
        self._inner.feed(data)
        is_known = packed is not None and packed.says_all and packed.size == behind
        self._report(self._search.feed(data, is_known=is_known))
        begun = bisect_right(self._starts, self._search.settled) - 1
        del self._starts[:begun], self._places[:begun]
        self._packed = {place: self._packed[place] for place in self._places if place in self._packed}
        if len(self._place) == 1 and self._place[0] in self._contents.sizes:
            self._contents.sizes[self._place[0]] = self._search.position

    def close(self) -> None:
        """There are no more."""
        self._inner.close()
        self._report(self._search.close())

    def _report(self, matches: Iterable[Match]) -> None:
        for match in matches:
            place = self._places[bisect_right(self._starts, match.start) - 1]
            self._contents.report(place, match.encoding, packed=place in self._packed)

    def _begins(self, place: Place, start: int) -> Place:
        if self._depth:
            self._contents.spend(COST)
        self._starts.append(start)
        self._places.append(place)
        return place

    def _open(self, place: Place, start: int, head: bytes) -> Sink | None:
        """The sink that looks into the thing whose content begins at `start`; None where it has no inside."""
        if len(place) > 1 and is_plain(head):
            return None
        kind, tar, zipped = packing(head), is_tar(head), is_zip(head)
        program, otherwise = is_program(head), is_packed_otherwise(head)
        if len(place) == 1 and (tar or not any(head)):  # a layer, and one may be empty
            tar = True
            self._contents.archives.add(place[0])
        elif sum(map(bool, (kind, tar, zipped, program, otherwise))) > 1:
            self._contents.leave_out(place, "can be read in more than one way")
        unread_member = partial(self._contents.leave_out_of, place)
        if len(place) > _DEEPEST and (kind or tar or zipped):
            unread_member("", f"is in more than {_DEEPEST} archives within one another")
        elif kind:
            return self._unpacking(place, DECODERS[kind])
        elif tar:
            links = partial(self._contents.link, place)
            return TarWalk(partial(self._tar_member, place), unread_member, links, start)
        elif zipped:
            return ZipWalk(partial(self._zip_member, place), unread_member, self._contents.room, start)
        elif program:
            return Behind(lambda at: partial(self._open, place, start + at))
        elif otherwise:
            unread_member("", "is packed in a way that is not known here")
        return None

    def _unpacking(self, place: Place, decoder: Callable[[], Decoder]) -> Sink | None:
        unread = partial(self._contents.leave_out, place)
        if not self._place and len(place) == 1:  # a layer: as large as it is, and its engine unpacks it, too
            unpacking = Unpacking(decoder, Stream(self._contents, place), unread)
        elif stream := self._within(place):
            unpacking = Unpacking(decoder, stream, unread, self._contents.room())
        else:
            return None
        self._packed[place] = unpacking
        return unpacking

    def _within(self, place: Place) -> Stream | None:
        """The stream of what is packed once more; None where that is too deep."""
        if self._depth < DEPTH:
            return Stream(self._contents, place, self._depth + 1)
        self._contents.leave_out(place, f"is packed more than {DEPTH} times over")
        return None

    def _tar_member(
        self, within: Place, name: str, size: int, start: int, *, content: int, head: bytes
    ) -> Sink | None:
        place = self._begins((*within, name), start)
        if not within:
            self._contents.keep_file(name, size)
            if head.startswith((b"{", b"[")):
                return Document(partial(self._contents.keep_document, name))
        elif len(within) == 1 and _WHITEOUT in name:
            self._contents.delete(place)
        return self._open(place, content, head)

    def _zip_member(self, within: Place, name: str, start: int, content: int, *, packed: bool) -> Sink | None:
        place = self._begins((*within, name), start)
        return self._within(place) if packed else Sniffing(partial(self._open, place, content))
