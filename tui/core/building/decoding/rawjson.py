"""Decodes `docker buildx build --progress=rawjson`.

The schema is buildkit's client/graph.go, the same from v0.13.1 to v0.36.1. buildx 0.12 to 0.14 writes indented
documents of many lines, 0.15 and later one object a line; both write plain text between and after them.
"""

from __future__ import annotations

import json
from binascii import a2b_base64
from datetime import datetime
from typing import Any

from tui.core.building.events import BuildEvent, LineBegun, Notice, OutputReceived, StepUpdated, TransferUpdated
from tui.core.byte_lines import ByteLines
from tui.core.line_reader import LineReader
from tui.core.untrusted_text import Redactor, printable, unstyled

_JSON = json.JSONDecoder()
_PARTS = {"vertexes", "statuses", "logs", "warnings"}
_LOGS_ALONE = {"logs"}  # what comes by the thousand
_TENTH = len("2026-11-22T16:17:46.1")
"""Characters of a timestamp: output of one tenth of a second is taken together; no finer is it shown."""


class RawJsonDecoder:
    """Turns either framing into events whose texts are safe to show and have their keys masked."""

    def __init__(self, redact: Redactor) -> None:
        self._redact = redact
        self._lines = ByteLines()
        self._document: list[bytes] = []
        self._text = LineReader(redact)
        self._readers: dict[tuple[str, int], LineReader] = {}
        self._held: list[bytes] = []
        self._held_of: tuple[str, int, str] = "", 0, ""
        self._held_since: float | None = None

    def feed(self, chunk: bytes) -> list[BuildEvent]:
        """The events this chunk completes, in the order of the stream; output of one moment is one event."""
        events: list[BuildEvent] = []
        for line in self._lines.feed(chunk):
            self._line(line, events)
        self._release(events)
        return events

    def close(self) -> list[BuildEvent]:
        """The events of whatever was unfinished when the output ended."""
        events: list[BuildEvent] = []
        for line in self._lines.close():
            self._line(line, events)
        self._give_up_document(events)
        self._release(events)
        for step, stream in tuple(self._readers):
            self._end_output(step, stream, events)
        return events

    def _line(self, line: bytes, events: list[BuildEvent]) -> None:
        if self._document:
            self._document_line(line, events)
        elif line.startswith(b'{"'):
            self._decode(line, events)
        elif line == b"{":
            self._document.append(line)
        elif line != b"{}":
            self._notice(line, events)

    def _document_line(self, line: bytes, events: list[BuildEvent]) -> None:
        """A line after a lone `{`: only an indented key makes that the start of a document."""
        if line.startswith(b"  ") and (len(self._document) > 1 or line.startswith(b'  "')):
            self._document.append(line)
        elif line == b"}" and len(self._document) > 1:
            document = b"\n".join((*self._document, line))
            self._document.clear()
            self._decode(document, events)
        else:
            self._give_up_document(events)
            self._line(line, events)

    def _give_up_document(self, events: list[BuildEvent]) -> None:
        """A document that its end does not follow; a lone `{` is text like any other."""
        document = b"\n".join(self._document)
        self._document.clear()
        if len(document) > 1:
            self._unreadable(document, events)
        elif document:
            self._notice(document, events)

    def _notice(self, line: bytes, events: list[BuildEvent]) -> None:
        self._release(events)
        events += map(Notice, map(unstyled, self._text.feed(line + b"\n")))

    def _decode(self, document: bytes, events: list[BuildEvent]) -> None:
        try:
            # Of a str, not of bytes: that is a third faster.
            text = document.decode()
            parts, end = _JSON.raw_decode(text)
            if text[end:].strip():
                raise ValueError
            if parts.keys() == _LOGS_ALONE:
                for log in parts["logs"]:
                    self._hold(log, events)
            elif parts.keys().isdisjoint(_PARTS):
                raise KeyError
            else:
                self._read(parts, events)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            self._unreadable(document, events)

    def _unreadable(self, document: bytes, events: list[BuildEvent]) -> None:
        self._release(events)
        # Never its text: it may be cut in the middle of a key, and of what encodes that.
        text = f"A part of the builder's report ({len(document):,} bytes) could not be read and is left out."
        events.append(Notice(text))

    def _read(self, parts: dict[str, Any], events: list[BuildEvent]) -> None:
        vertexes = parts.get("vertexes", ())
        self._release(events)
        events += map(self._step, vertexes)
        events += map(self._transfer, parts.get("statuses", ()))
        for log in parts.get("logs", ()):
            self._hold(log, events)
        self._release(events)
        events += map(self._warning, parts.get("warnings", ()))
        # After the logs: a document may hold the last output of a step beside its end.
        for vertex in vertexes:
            if vertex.get("completed"):
                self._end_output(vertex["digest"], 1, events)
                self._end_output(vertex["digest"], 2, events)

    def _step(self, vertex: dict[str, Any]) -> StepUpdated:
        return StepUpdated(
            step=vertex["digest"],
            name=self._clean(vertex.get("name", "")),
            inputs=tuple(vertex.get("inputs", ())),
            started=_seconds(vertex.get("started")),
            completed=_seconds(vertex.get("completed")),
            cached=vertex.get("cached", False),
            error=self._clean(vertex.get("error", "")),
        )

    def _transfer(self, status: dict[str, Any]) -> TransferUpdated:
        return TransferUpdated(
            step=status["vertex"],
            id=self._clean(status["id"]),
            name=self._clean(status.get("name", "")),
            current=status.get("current", 0),
            total=status.get("total", 0),
            started=_seconds(status.get("started")),
            completed=_seconds(status.get("completed")),
            time=_seconds(status.get("timestamp")),
        )

    def _hold(self, log: dict[str, Any], events: list[BuildEvent]) -> None:
        """Keep output until something else comes: builders report it in morsels of a line or two."""
        timestamp = log.get("timestamp") or ""
        source = log["vertex"], log.get("stream", 1), timestamp[:_TENTH]
        data = a2b_base64(log.get("data", ""))
        if source != self._held_of or not self._held:
            self._release(events)
            self._readers.setdefault(source[:2], LineReader(self._redact))
            self._held_of, self._held_since = source, _seconds(timestamp)
        self._held.append(data)

    def _release(self, events: list[BuildEvent]) -> None:
        if not self._held:
            return
        data, (step, stream, _), time = b"".join(self._held), self._held_of, self._held_since
        self._held.clear()
        reader = self._readers[step, stream]
        if (text := reader.feed_text(data)) is not None:
            events.append(OutputReceived(step, text, stream, time))
        if begun := reader.unfinished:
            events.append(LineBegun(step, begun, time))

    def _end_output(self, step: str, stream: int, events: list[BuildEvent]) -> None:
        reader = self._readers.pop((step, stream), None)
        if reader and (lines := reader.close()):
            events.append(OutputReceived(step, "\n".join(lines), stream))

    def _warning(self, warning: dict[str, Any]) -> Notice:
        short = a2b_base64(warning.get("short", "")).decode("utf-8", "replace")
        return Notice(self._clean(f"WARNING: {short} {warning.get('url', '')}".rstrip()))

    def _clean(self, text: str) -> str:
        return self._redact(printable(text))


def _seconds(timestamp: str | None) -> float | None:
    return datetime.fromisoformat(timestamp).timestamp() if timestamp else None
