"""Walks through the members of a zip as it comes, by their local headers (PKWARE APPNOTE 6.3.10, 4.3.7).

What other readers may see otherwise, as they go by the list at the end, is told not to be read.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial
from typing import Protocol

from tui.core.proof.magic_bytes import ZIP
from tui.core.proof.packed import DECODERS, DESCRIPTOR, Decoder, Unpacking, inflater, stored
from tui.core.proof.tar_walk import LONGEST_PATH, Sink
from tui.core.proof.zip_list import END, ZipList, record_length

_LOCAL = struct.Struct("<4s5H3I2H")
_LONGEST_DESCRIPTOR = 24
_MARK, _BLANK = 4, b"\0 \t\r\n"
_ENCRYPTED, _SIZE_BEHIND, _UTF_8 = 0x1, 0x8, 0x800
_STORED = 0
_METHODS: dict[int, Callable[[], Decoder]] = {
    _STORED: stored,
    8: inflater,
    12: DECODERS["bzip2"],
    93: DECODERS["zstd"],
    95: DECODERS["xz"],
}
_IN_EXTRA = 0xFFFFFFFF
_PIECE = 1 << 13  # of content whose end is not known: what is behind it is copied


class Opener(Protocol):
    """Decides what takes the content of a member."""

    def __call__(self, name: str, start: int, content: int, *, packed: bool) -> Sink | None:
        """The sink that takes it, unpacked.

        `start` and `content` are where in the stream its header and its content begin.
        """


class ZipWalk:
    """Opens every member, and goes over those that nobody takes."""

    def __init__(
        self,
        opener: Opener,
        unread: Callable[[str, str], None],
        room: Callable[[], Callable[[int], bool]],
        start: int = 0,
    ) -> None:
        """`unread` is told the name of a member that cannot be read, and why; `room` is as `Unpacking` has it.

        The name is empty where it is about the archive itself.

        `start` is where in the stream the archive begins.
        """
        self._opener, self._unread, self._room = opener, unread, room
        self._kept = b""
        self._position = start
        self._left = 0  # of the packed content at hand
        self._sink: Sink | None = None
        self._endless: Unpacking | None = None  # content whose size is told behind it
        self._descriptor = self._descriptor_due = False  # what tells the size behind the content comes next
        self._name = ""
        self._list = ZipList()
        self._closed = False  # the list has come to its end, and no other zip begun
        self._lost = False

    def feed(self, data: memoryview) -> None:
        """The next bytes of the archive."""
        if self._lost:
            return
        view = memoryview(self._kept + data) if self._kept else data
        begun = self._position
        while not self._lost:
            taken = self._content(view[self._position - begun :])
            if not (self._left or self._endless or taken):
                taken = self._between(view[self._position - begun :])
            if not taken:
                break
            self._position += taken
        self._kept = b"" if self._lost else bytes(view[self._position - begun :])

    def close(self) -> None:
        """The archive has ended."""
        if self._closed and self._kept and not self._left:
            self._lose_behind()
        elif not self._lost and not (self._closed and not self._left):
            self._lose("ends too early")

    def _content(self, view: memoryview) -> int:
        """Give the content at hand some of this; gives the bytes it has taken."""
        if self._endless:
            piece = view[:_PIECE]
            self._endless.feed(piece)
            taken = len(piece) - len(self._endless.rest)
            if self._endless.over:
                self._end_content()
            return taken
        taken = min(self._left, len(view))
        if taken and self._sink:
            self._sink.feed(view[:taken])
        self._left -= taken
        if taken and not self._left:
            self._end_content()
        return taken

    def _end_content(self) -> None:
        if self._sink:
            self._sink.close()
        self._sink = self._endless = None
        self._left, self._descriptor = 0, self._descriptor_due

    def _between(self, view: memoryview) -> int:
        """Go over what is between two contents; gives the bytes it takes, 0 where not enough have come."""
        if self._descriptor:
            return self._skip_descriptor(view)
        if self._closed and (blank := len(view) - len(bytes(view).lstrip(_BLANK))):
            return blank
        if len(view) < _MARK:
            return 0
        return self._member(view) if view[:_MARK] == ZIP else self._record(view)

    def _record(self, view: memoryview) -> int:
        """Go over a part of the list."""
        length = record_length(view)
        if self._closed or length is None:
            self._lose_behind() if self._closed else self._lose("is damaged")
            return 0
        if self._list.is_entry(view) and length and not self._list.has(view):
            self._lose("is not as the archive's list says")
            return 0
        self._closed = length > 0 and view[:_MARK] == END
        self._left, self._descriptor_due = max(0, length - len(view)), False
        return min(length, len(view))

    def _member(self, view: memoryview) -> int:
        """Begin a member."""
        if len(view) < _LOCAL.size:
            return 0
        _, _, flags, method, _, _, _, size, _, name_length, extra_length = _LOCAL.unpack_from(view)
        length: int = _LOCAL.size + name_length + extra_length
        if len(view) < length + _MARK:
            return 0
        name = bytes(view[_LOCAL.size : _LOCAL.size + name_length])
        self._name, self._closed = (
            name[:LONGEST_PATH].decode("utf-8" if flags & _UTF_8 else "cp437", "replace"),
            False,
        )
        if not self._list.add(name, flags, method):
            self._lose("is one of more members than are looked at")
            return 0
        extra = bytes(view[_LOCAL.size + name_length : length])
        size = _long_size(extra) if size == _IN_EXTRA else size
        # A folder may be packed, too, as Java does it, or have nothing at all ahead of what tells that.
        is_known = size > 0 or (name.endswith(b"/") and bytes(view[length : length + 2]) == b"PK")
        self._begin(flags, method, size, self._position + length, is_known=is_known)
        return length

    def _begin(self, flags: int, method: int, size: int, content: int, *, is_known: bool) -> None:
        self._descriptor_due = bool(flags & _SIZE_BEHIND)
        known = is_known or not self._descriptor_due
        self._left = size
        if flags & _ENCRYPTED:
            self._unread(self._name, "is encrypted")
        elif method == _STORED and known:
            self._sink = self._opener(self._name, self._position, content, packed=False)
        elif decoder := _METHODS.get(method):
            packed = method != _STORED
            self._descriptor_due = self._descriptor_due and packed
            sink = self._opener(self._name, self._position, content, packed=packed) or _Nothing()
            unpacking = Unpacking(decoder, sink, partial(self._unread, self._name), self._room(), follow=False)
            self._sink, self._endless = unpacking, None if known else unpacking
        else:
            self._unread(self._name, "is packed in a way that is not known here")
        if not known and not self._endless:
            self._lose("tells no size")
        elif not size and not self._endless:
            self._end_content()

    def _skip_descriptor(self, view: memoryview) -> int:
        if len(view) < _LONGEST_DESCRIPTOR + 2:
            return 0
        head = bytes(view[: 4 + _LONGEST_DESCRIPTOR])
        marked = 4 * head.startswith(DESCRIPTOR)
        lengths = [length for length in (marked + 12, marked + 20) if head[length : length + 2] == b"PK"]
        self._descriptor = False
        if not lengths:
            self._lose("is damaged")
            return 0
        return lengths[0]

    def _lose_behind(self) -> None:
        self._name = ""
        self._lose("has something else behind its end")

    def _lose(self, why: str) -> None:
        """Give up: the rest cannot be told apart any longer."""
        self._unread(self._name, why)
        self._end_content()
        self._lost = True


class _Nothing:
    """Takes what nobody wants, of content whose end is only known when it is unpacked."""

    def feed(self, data: memoryview) -> None:
        """Forget it."""

    def close(self) -> None:
        """Nothing was kept."""


def _long_size(extra: bytes) -> int:
    """The packed size in the extra field of Zip64 (4.5.3); there it stands behind the other one."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1 and length >= 16:
            return int.from_bytes(extra[at + 12 : at + 20], "little")
        at += 4 + length
    return 0
