"""Walks through the members of a tar as it comes, in pieces of any size (POSIX pax, ustar and GNU)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tui.core.proof.magic_bytes import HEAD, is_tar, number

_BLOCK = 512
_NO_BLOCK = bytes(_BLOCK)
_MOST_OF_A_NAME = 65_536
_LONGEST_NUMBER = 30
LONGEST_PATH = 4_096
"""Bytes that are kept of a name in an archive: no system has longer ones."""
_PAX, _LONG_NAME = b"x", b"L"
_EXTENSIONS = (_PAX, _LONG_NAME, b"g", b"K")
_SPARSE, _MAP_GOES_ON = b"S", (482, 504)  # where a header, and a block behind it, say so (GNU tar, tar.h)
_NO_HEAD = b"-"  # of nothing that has an inside
_LINKS = (b"1", b"2")
_EMPTY = (*_LINKS, b"3", b"4", b"5", b"6")
"""Kinds that nobody reads content of, whatever size they tell; one that is not known is a file (POSIX)."""


class Sink(Protocol):
    """Takes the bytes of one thing, in order."""

    def feed(self, data: memoryview) -> None:
        """The next bytes; they are not kept beyond the call."""

    def close(self) -> None:
        """There are no more."""


class Opener(Protocol):
    """Decides what takes the content of a file."""

    def __call__(self, name: str, size: int, start: int, *, content: int, head: bytes) -> Sink | None:
        """The sink that takes it; None where none does.

        `start` and `content` are where in the stream what is about it and its content begin.
        """


class TarWalk:
    """Opens every file, and goes over those that nobody takes."""

    def __init__(
        self,
        opener: Opener,
        unread: Callable[[str, str], None],
        linked: Callable[[str, str], None] = lambda name, target: None,
        start: int = 0,
    ) -> None:
        """`linked` is told each link with its target; `unread` the name of what cannot all be read, and why.

        The name is empty where it is about the archive itself;
        `start` is where in the stream the archive begins.
        """
        self._opener, self._unread, self._linked = opener, unread, linked
        self._kept = b""
        self._position = start  # in the stream, of the first byte that is kept or comes next
        self._left = 0  # of the content of the member at hand, its padding not counted
        self._padding = 0
        self._sink: Sink | None = None
        self._name = ""  # given by a header of its own for the next member, as is its size
        self._size: int | None = None
        self._about: int | None = None  # where the first header about the next member begins
        self._map = b""  # a header whose map of holes goes on in blocks of its own
        self._has_map = False  # the next member's content begins with one
        self._lost = False

    def feed(self, data: memoryview) -> None:
        """The next bytes of the archive."""
        if self._lost:
            return
        view = memoryview(self._kept + data) if self._kept else data
        at = 0
        while not self._lost:
            at = self._content(view, at)
            taken = self._header(view, at) if not self._left and not self._padding else 0
            if not taken:
                break
            at += taken
        self._position += at
        self._kept = bytes(view[at:]) if not self._lost else b""

    def close(self) -> None:
        """The archive has ended."""
        self._end_content()
        if not self._lost and (self._left or self._kept):
            self._unread("", "ends too early")

    def _content(self, view: memoryview, at: int) -> int:
        taken = min(self._left, len(view) - at)
        if taken and self._sink:
            self._sink.feed(view[at : at + taken])
        self._left -= taken
        if not self._left:
            self._end_content()
            over = min(self._padding, len(view) - at - taken)
            self._padding -= over
            taken += over
        return at + taken

    def _end_content(self) -> None:
        if self._sink:
            self._sink.close()
        self._sink = None

    def _header(self, view: memoryview, at: int) -> int:
        """Begin the member whose header is here; gives the bytes it takes, 0 where not enough have come."""
        block = bytes(view[at : at + _BLOCK + HEAD])
        if len(block) < _BLOCK:
            return 0
        if self._map:
            return _BLOCK if block[_MAP_GOES_ON[1]] else self._member(self._map, block, self._position + at)
        size = number(block[124:136])
        if size is None or not is_tar(block):
            return self._lose("is damaged") if block[:_BLOCK] != _NO_BLOCK else _BLOCK
        kind, here = block[156:157], self._position + at
        if self._about is None:
            self._about = here
        if kind in _EXTENSIONS:
            return self._extension(view, at, kind, size)
        if kind == _SPARSE and block[_MAP_GOES_ON[0]]:
            self._map = block[:_BLOCK]
            return _BLOCK
        return self._member(block, block, here)

    def _member(self, header: bytes, block: bytes, here: int) -> int:
        """Begin the member with this header; its last block, with what comes behind, stands here."""
        kind, told = header[156:157], self._size
        size = 0 if kind in _EMPTY else (number(header[124:136]) or 0) if told is None else told
        head = block[_BLOCK : _BLOCK + size]
        if len(head) < size and len(head) < HEAD:
            return 0
        name, start = self._name or _name(header), here if self._about is None else self._about
        if kind in _LINKS:
            self._linked(name, _text(header[157:257].partition(b"\0")[0]))
        elif kind not in _EMPTY:
            has_holes = self._has_map or kind == _SPARSE  # so what is here is not the file as it is read
            if has_holes:
                self._unread(name, "has holes: it was searched as it stands alone")
            head = _NO_HEAD if has_holes else head
            self._sink = self._opener(name, size, start, content=here + _BLOCK, head=head)
        self._name, self._size, self._about, self._map, self._has_map = "", None, None, b"", False
        self._left, self._padding = size, -size % _BLOCK
        return _BLOCK

    def _lose(self, why: str) -> int:
        self._lost = True
        self._unread("", why)
        return _BLOCK

    def _extension(self, view: memoryview, at: int, kind: bytes, size: int) -> int:
        """A header that is about the next one; gone over where it is too long to be about its name."""
        if size > _MOST_OF_A_NAME and kind in (_PAX, _LONG_NAME):
            return self._lose("has a header that is too long")
        if size > _MOST_OF_A_NAME:
            self._left, self._padding = size, -size % _BLOCK
            return _BLOCK
        if len(view) - at < _BLOCK + size:
            return 0
        content = bytes(view[at + _BLOCK : at + _BLOCK + size])
        if kind == _LONG_NAME:
            self._name = _text(content.partition(b"\0")[0])
        elif kind == _PAX:
            records = _pax_records(content)
            if records is None:
                return self._lose("is damaged")
            self._name = _text(records.get(b"path", b"")) or self._name
            self._size = _decimal(records.get(b"size", b""))
            self._has_map = any(name.startswith(b"GNU.sparse.") for name in records)
        self._padding = -size % _BLOCK
        return _BLOCK + size


def _name(block: bytes) -> str:
    name = block[:100].partition(b"\0")[0]
    if not block[345] or block[257:263] != b"ustar\0":
        return _text(name)
    return _text(block[345:500].partition(b"\0")[0] + b"/" + name)


def _pax_records(content: bytes) -> dict[bytes, bytes] | None:
    """`length key=value` and a line feed, each; the length counts itself. None where one is not so."""
    records = {}
    at = 0
    while at < len(content):
        digits = content[at : content.find(b" ", at)]
        length = _decimal(digits)
        if not length:
            return None
        key, _, value = content[at + len(digits) + 1 : at + length - 1].partition(b"=")
        if key == b"size" and _decimal(value) is None:
            return None
        records[key] = value
        at += length
    return records


def _decimal(digits: bytes) -> int | None:
    """The number; None for what is none, or longer than that of any size (Python refuses some thousands)."""
    return int(digits) if digits.isdigit() and len(digits) < _LONGEST_NUMBER else None


def _text(name: bytes) -> str:
    return name[:LONGEST_PATH].decode("utf-8", "replace")
