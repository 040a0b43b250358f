"""Unpacks what gzip, deflate, zstd, bzip2 and xz have packed, as it comes and a little at a time."""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable
from typing import Protocol

from tui.core.proof.magic_bytes import says_all
from tui.core.proof.tar_walk import Sink

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DESCRIPTOR = b"PK\7\x08"
"""How that begins which tells a size behind a member of a zip."""

AT_ONCE = 1 << 19
"""Bytes that are unpacked at the most, and still in the cache when they are looked at; a bomb takes no memory."""

COST = 1 << 13
"""Bytes that are unpacked and searched in the time that it takes to begin with something: less is much more."""

_PIECE = 1 << 19  # what zlib has not come to is copied each time
_SMALL_PIECE = 1 << 13  # where many are one behind the other: what comes behind each is copied
_MOST_MARKS = 100_000  # of what could end a stored member and does not: each takes its time
_WINDOW_LOG = 27  # 128 MiB: the most that zstd itself unpacks without being told so
_DAMAGED = (zlib.error, lzma.LZMAError, zstd.ZstdError, OSError, EOFError, ValueError)


class Decoder(Protocol):
    """Python's interface of bz2 and lzma, which zstd's has, too."""

    @property
    def eof(self) -> bool:
        """True once what was packed has come to its end."""

    @property
    def unused_data(self) -> bytes:
        """The bytes behind the end."""

    def decompress(self, data: bytes | memoryview, max_length: int = -1) -> bytes:
        """The bytes that can be unpacked by now, at most so many."""


class _Zlib:
    """zlib with the interface of the others."""

    def __init__(self, window: int) -> None:
        self._stream = zlib.decompressobj(window)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes | memoryview, max_length: int = -1) -> bytes:
        tail = self._stream.unconsumed_tail
        return self._stream.decompress(tail + data if tail else data, max_length)


def _zstd() -> Decoder:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _WINDOW_LOG})


DECODERS: dict[str, Callable[[], Decoder]] = {
    "gzip": lambda: _Zlib(zlib.MAX_WBITS | 16),
    "zstd": _zstd,
    "bzip2": bz2.BZ2Decompressor,
    "xz": lambda: lzma.LZMADecompressor(memlimit=1 << 28),
    "lzma": lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=1 << 28),
    "zlib": lambda: _Zlib(zlib.MAX_WBITS),
}


def inflater() -> Decoder:
    """Unpacks bare deflate, as members of a zip are packed."""
    return _Zlib(-zlib.MAX_WBITS)


class _Stored:
    """A member of a zip that is not packed, to the end of the descriptor that tells its size (APPNOTE 4.3.9)."""

    def __init__(self) -> None:
        self._kept, self._size, self._marks = b"", 0, 0
        self.eof, self.unused_data = False, b""

    def decompress(self, data: bytes | memoryview, max_length: int = -1) -> bytes:
        data = self._kept + data
        at = data.find(DESCRIPTOR)
        while at >= 0:
            # The size stands there twice, packed and not: four bytes each, or eight.
            for length, width in ((16, 4), (24, 8)):
                if data[at + 8 : at + length] == (self._size + at).to_bytes(8, "little")[:width] * 2:
                    self.eof, self.unused_data = True, data[at + length :]
                    return data[:at]
            if at + 24 > len(data):
                break
            self._marks += 1
            if self._marks > _MOST_MARKS:
                raise ValueError
            at = data.find(DESCRIPTOR, at + 1)
        cut = at if at >= 0 else max(0, len(data) - 3)
        self._kept, self._size = data[cut:], self._size + cut
        return data[:cut]


stored: Callable[[], Decoder] = _Stored
"""Gives what a zip stores of unknown size as it is."""


class Unpacking:
    """Gives a sink what it has unpacked."""

    def __init__(
        self,
        decoder: Callable[[], Decoder],
        sink: Sink,
        failed: Callable[[str], None],
        room: Callable[[int], bool] = lambda size: True,
        *,
        follow: bool = True,
    ) -> None:
        """`failed` is told once why not all can be unpacked; `room` says whether so many bytes more may be.

        With `follow`, what comes behind the end is more of the same, as with gzip and zstd it may be.
        """
        self._new, self._sink, self._failed, self._room = decoder, sink, failed, room
        self._follow = follow
        self._decoder: Decoder | None = None
        self._followed = False
        self.size = 0
        """Bytes that have come."""
        self.says_all = True
        """Nothing has come that is not in what it unpacked to, but perhaps behind the end."""
        self.over = False
        """Nothing more is taken: it was damaged or, without `follow`, has ended."""
        self.rest = b""
        """The bytes behind the end."""

    def feed(self, data: memoryview) -> None:
        """The next bytes, packed."""
        at, self.size = 0, self.size + len(data)
        if self.over:
            return
        while at < len(data) and not self.over:
            size = _SMALL_PIECE if self._followed else _PIECE
            self._piece(data[at : at + size])
            at += size
        self.rest += data[at:]

    def close(self) -> None:
        """There are no more."""
        if self._decoder is not None and not self.over:
            self._fail("ends too early")
        self._sink.close()

    def _piece(self, data: bytes | memoryview) -> None:
        while data and not self.over:
            if self._decoder is None and self._followed:
                data = bytes(data).lstrip(b"\0")  # archives are filled up with these
            if data:
                if self._decoder is None:
                    self.says_all = self.says_all and says_all(bytes(data[:4]))
                    self._decoder = self._new()
                    if not self._room(COST):
                        self._fail("is too large when unpacked")
                        return
                data = self._decoded(self._decoder, data)

    def _decoded(self, decoder: Decoder, data: bytes | memoryview) -> bytes:
        """Unpack all of this; gives what is behind the end."""
        full = True
        while full and not decoder.eof:
            try:
                out = decoder.decompress(data, AT_ONCE)
            except _DAMAGED:
                self._fail("is damaged")
                return b""
            data, full = b"", len(out) == AT_ONCE
            if not self._room(len(out)):
                self._fail("is too large when unpacked")
                return b""
            if out:
                self._sink.feed(memoryview(out))
        if not decoder.eof:
            return b""
        self._decoder = None
        if self._follow:
            self._followed = True
            return decoder.unused_data
        self.over, self.rest = True, decoder.unused_data
        return b""

    def _fail(self, why: str) -> None:
        self.over, self.says_all = True, False
        self._failed(why)
