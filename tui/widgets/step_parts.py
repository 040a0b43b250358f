"""The parts that a row of a build's steps is put together of."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len, set_cell_size

from tui.core.building.progress import Status

MARKS = {
    Status.WAITING: "·",
    Status.RUNNING: "▶",
    Status.CACHED: "≡",
    Status.DONE: "✓",
    Status.FAILED: "✗",
    Status.CANCELLED: "-",
}

Part = tuple[str, str]
"""A text and the name of how it looks: that of a status, or one of the others below."""


def cut(parts: Iterable[Part], width: int) -> list[Part]:
    """So wide, no more and no less; what had to be left out ends in a mark."""
    kept: list[Part] = []
    for text, name in parts:
        if (size := cell_len(text)) > width:
            return [*kept, (f"{set_cell_size(text, width - 1)}…" if width else "", name)]
        kept.append((text, name))
        width -= size
    return [*kept, (" " * width, "text")]
