"""Cuts a stream of bytes into lines of any length."""

from __future__ import annotations


class ByteLines:
    """Collects chunks until a line feed; time and memory stay linear in the length of the line."""

    def __init__(self) -> None:
        self._unfinished: list[bytes] = []

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines this chunk completes, without their line feeds."""
        *lines, rest = chunk.split(b"\n")
        if lines and self._unfinished:
            lines[0] = b"".join((*self._unfinished, lines[0]))
            self._unfinished.clear()
        if rest:
            self._unfinished.append(rest)
        return lines

    def close(self) -> list[bytes]:
        """The last line, if the stream did not end in a line feed."""
        rest = b"".join(self._unfinished)
        self._unfinished.clear()
        return [rest] if rest else []
