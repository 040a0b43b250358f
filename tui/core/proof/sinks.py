"""Sinks of bytes that wait: for the first ones, for certain ones, and for the last."""

from __future__ import annotations

from collections.abc import Callable

from tui.core.proof.magic_bytes import HEAD, packed_at
from tui.core.proof.tar_walk import Sink

_MOST_OF_A_DOCUMENT = 1 << 22
_MOST_AHEAD = 1 << 20  # bytes that a program has at the most, ahead of what is packed
_LONGEST_MARK = 9  # bytes less one, by which something packed is told


class Sniffing:
    """Waits for the first bytes, by which it is decided what takes them and all that follow."""

    def __init__(self, opener: Callable[[bytes], Sink | None]) -> None:
        self._opener = opener
        self._head: bytes | None = b""
        self._sink: Sink | None = None

    def feed(self, data: memoryview) -> None:
        """The next bytes."""
        if self._head is None:
            if self._sink:
                self._sink.feed(data)
        elif len(self._head) + len(data) < HEAD:
            self._head += data
        else:
            self._decide(memoryview(self._head + data) if self._head else data)

    def close(self) -> None:
        """There are no more."""
        if self._head is not None:
            self._decide(memoryview(self._head))
        if self._sink:
            self._sink.close()

    def _decide(self, data: memoryview) -> None:
        self._head = None
        self._sink = self._opener(bytes(data[:HEAD]))
        if self._sink:
            self._sink.feed(data)


class Behind:
    """Waits for something packed behind a program of some length, which then takes all from there."""

    def __init__(self, opener: Callable[[int], Callable[[bytes], Sink | None]]) -> None:
        """`opener` gives what opens it, by how many bytes are ahead of it."""
        self._opener = opener
        self._ahead, self._kept = 0, b""
        self._sink: Sink | None = None

    def feed(self, data: memoryview) -> None:
        """The next bytes."""
        if not self._sink:
            if self._ahead > _MOST_AHEAD:
                return
            joint = self._kept + data
            at = packed_at(joint)
            if at < 0:
                self._kept = joint[-_LONGEST_MARK:]
                self._ahead += len(joint) - len(self._kept)
                return
            self._sink = Sniffing(self._opener(self._ahead + at))
            data = memoryview(joint)[at:]
        self._sink.feed(data)

    def close(self) -> None:
        """There are no more."""
        if self._sink:
            self._sink.close()


class Document:
    """Keeps a file whole, up to a size."""

    def __init__(self, keep: Callable[[bytes], None]) -> None:
        self._keep = keep
        self._content = bytearray()

    def feed(self, data: memoryview) -> None:
        """The next bytes."""
        if len(self._content) <= _MOST_OF_A_DOCUMENT:
            self._content += data

    def close(self) -> None:
        """There are no more."""
        if len(self._content) <= _MOST_OF_A_DOCUMENT:
            self._keep(bytes(self._content))
