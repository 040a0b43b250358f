"""The rows of a build's steps: each is made and drawn only when it is on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.core.building.progress import BuildProgress, Status
from tui.widgets.log_line import fit
from tui.widgets.step_parts import Part
from tui.widgets.step_table import StepTable


class StepRows(ScrollView, can_focus=True):
    """Rows of steps, of which one is marked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"steps--{status}" for status in Status),
        *(f"steps--{name}" for name in ("text", "muted", "stage", "bar", "rest", "note", "chosen")),
    }
    DEFAULT_CSS = """
    StepRows {
        height: 1fr;
        background: $surface;
        overflow-x: hidden;
        scrollbar-gutter: stable;
        scrollbar-size: 1 1;
        & > .steps--waiting, & > .steps--muted { color: $text-muted; }
        & > .steps--running { color: $text-accent; text-style: bold; }
        & > .steps--cached, & > .steps--done { color: $text-success; }
        & > .steps--failed { color: $text-error; }
        & > .steps--cancelled, & > .steps--note { color: $text-warning; }
        & > .steps--stage { color: $text-secondary; }
        & > .steps--bar { color: $text-primary; }
        & > .steps--rest { color: $border-blurred; }
        & > .steps--chosen { background: $block-cursor-blurred-background; }
        &:focus > .steps--chosen { background: $block-cursor-background; text-style: bold; }
    }
    """
    chosen: reactive[str | None] = reactive(None, init=False)
    """The step that is chosen; None is all of them."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.progress = BuildProgress()
        self.now = 0.0
        self.table = StepTable()
        self.rows: Sequence[tuple[str | None, int]] = ()
        self._plain: Style | None = None
        self._looks: dict[str, Style] = {}

    def draw(self, row: int, width: int) -> list[Part]:
        """The parts of one of `rows`."""
        return self.table.draw(row, width, self.now, top=self.scroll_offset.y)

    def row_text(self, row: int) -> str:
        """The text of a row of the list, whether it is on the screen or not."""
        return "".join(text for text, _ in self.draw(row, self.size.width)).rstrip()

    def render_lines(self, crop: Region) -> list[Strip]:
        # Once for all rows: the style asks every widget around this one.
        self._plain, self._looks = self.rich_style, {}
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        row, width = self.scroll_offset.y + y, self.size.width - self.scrollbar_size_vertical
        style = self._plain or self.rich_style
        if row < len(self.rows):
            parts = self.draw(row, width)
            if self.rows[row][0] == self.chosen:
                style = self.get_component_rich_style("steps--chosen")
        else:
            parts = []
        segments = [Segment(text, style + self._look(name)) for text, name in parts]
        if sum(cell_len(segment.text) for segment in segments) > width:
            segments = [*Strip(segments).crop(0, width - 1), Segment("…", style)]
        return fit(segments, self.size.width, style)

    def _look(self, name: str) -> Style:
        if name not in self._looks:
            self._looks[name] = self.get_component_rich_style(f"steps--{name}", partial=True)
        return self._looks[name]
