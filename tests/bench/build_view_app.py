"""The live view of a build alone, fed from a file as fast as it can or at a pace: `build_view` runs and times it.

    python -m tests.bench.build_view_app raw|rawjson FILE [LINES-A-SECOND]

It begins with the key g, counts the key x, and says THE END.
"""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Static

from tests.planted import JWT
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import BuildEvent, OutputReceived
from tui.core.line_reader import LineReader
from tui.core.secret import Secret
from tui.core.untrusted_text import Redactor
from tui.idle_collector import IdleCollector
from tui.widgets.build_view import FRAME, BuildView


class ViewApp(App[None]):
    """The view as the wizard has it, and a line above it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "go", priority=True),
        Binding("x", "count", priority=True),
    ]

    def __init__(self, decode: Callable[[bytes], list[BuildEvent]], path: Path, rate: int) -> None:
        super().__init__()
        self._decode = decode
        self._path = path
        self._rate = rate
        self._view = BuildView()
        self._keys = 0
        self._end = ""

    def compose(self) -> ComposeResult:
        yield Static("ready", id="told")
        yield self._view

    def on_mount(self) -> None:
        IdleCollector().begin(self)

    def action_count(self) -> None:
        self._keys += 1
        self._tell()

    def action_go(self) -> None:
        gc.collect()
        gc.freeze()
        self.set_interval(FRAME, self._view.next_frame)
        self.run_worker(self._feed())

    def _tell(self) -> None:
        self.query_one("#told", Static).update(f"key {self._keys}. {self._end}", layout=False)

    async def _feed(self) -> None:
        began = time.monotonic()
        lines = 0
        with self._path.open("rb") as file:
            while chunk := file.read(8_192 if self._rate else 262_144):
                events = self._decode(chunk)
                self._view.receive(events)
                lines += sum(event.text.count("\n") + 1 for event in events if isinstance(event, OutputReceived))
                ahead = began + lines / self._rate - time.monotonic() if self._rate else 0.0
                await asyncio.sleep(max(0.0, ahead))
        self._view.draw_received()
        self._end = "THE END"
        self._tell()


def main() -> None:
    kind, path, *rate = sys.argv[1:]
    redact = Redactor([Secret(JWT)])
    if kind == "raw":
        reader = LineReader(redact)

        def decode(chunk: bytes) -> list[BuildEvent]:
            return [OutputReceived("", reader.feed_text(chunk) or "")]

    else:
        decode = RawJsonDecoder(redact).feed
    ViewApp(decode, Path(path), int(rate[0]) if rate else 0).run()


if __name__ == "__main__":
    main()
