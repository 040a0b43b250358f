"""A list of a build's steps, of which one is chosen; it stays where one looks while it grows."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message

from tui.core.building.progress import BuildProgress
from tui.core.dataclass import dataclass
from tui.widgets.step_rows import StepRows


class BuildSteps(StepRows):
    """Follows what runs, until a step is chosen or one scrolls."""

    @dataclass
    class Chosen(Message):
        """A step was chosen; None is all of them."""

        step: str | None

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", "Up", show=False),
        Binding("down", "choose(1)", "Down", show=False),
        Binding("pageup", "choose_page(-1)", "Page up", show=False),
        Binding("pagedown", "choose_page(1)", "Page down", show=False),
        Binding("home", "choose(-1000000)", "First", show=False),
        Binding("end", "choose(1000000)", "Last", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows_of: dict[str | None, int] | None = None
        self._following = True

    # Showing

    def show(self, progress: BuildProgress, now: float) -> None:
        """Draw the steps as they are at `now`, in seconds since the epoch by the builder's clock."""
        changed = progress is not self.progress
        ended = self.progress.outcome is not None
        self.progress, self.now = progress, now
        if changed:
            self._lay_out()
        if changed or not ended:
            self.refresh()

    def _lay_out(self) -> None:
        """Find the rows anew; what one looks at stays on its row of the screen."""
        anchor = self.chosen if self.chosen is not None else self._top()
        follows = self._following and self.chosen is None
        above = 0 if follows else self._first.get(anchor, 0) - self.scroll_offset.y
        self.rows = self.table.arrange(self.progress, self.now, self.chosen)
        self._rows_of = None
        size = Size(self.size.width, len(self.rows))
        if size != self.virtual_size:
            # Not by assignment: that lays out the whole screen, for each frame of a build.
            self.set_reactive(StepRows.virtual_size, size)
            self._scroll_update(size)
        if self.chosen is not None and self.chosen not in self._first:
            self.chosen = None
        if self._following and self.chosen is None:
            self._scroll(self._newest() - self._height + 1)
        elif anchor in self._first:
            self._scroll(self._first[anchor] - above)

    @property
    def _first(self) -> dict[str | None, int]:
        """The first row of each step; found when it is asked for: with thousands it takes its time."""
        if self._rows_of is None:
            self._rows_of = {step: at for at, (step, part) in enumerate(self.rows) if part == 0}
        return self._rows_of

    @property
    def _height(self) -> int:
        return max(1, self.size.height)

    def _top(self) -> str | None:
        row = self.scroll_offset.y
        return self.rows[row][0] if row < len(self.rows) else None

    def _newest(self) -> int:
        """The last row of a step that runs."""
        rows, running = self.rows, self.progress.running
        newest = next((row for row in range(len(rows) - 1, -1, -1) if rows[row][0] in running), None)
        if newest is not None:
            return newest
        return 0 if self.progress.outcome is None else len(rows) - 1

    def _scroll(self, row: int) -> None:
        self.scroll_to(y=row, animate=False, immediate=True, force=True)

    def on_mouse_scroll_up(self) -> None:
        self._following = False

    def on_mouse_scroll_down(self) -> None:
        self._following = False

    def on_scroll_to(self) -> None:
        self._following = False

    def on_resize(self) -> None:
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self._lay_out()
        self._center()

    def _center(self) -> None:
        """Have the chosen step amid the others."""
        if self.chosen is not None:
            self.bring(self.chosen)

    def bring(self, step: str) -> None:
        """Have this step amid the others, without choosing it."""
        if step in self._first:
            self._following = False
            self._scroll(self._first[step] - self._height // 2)

    # Choosing

    def choose(self, step: str | None) -> None:
        """Choose a step, if it is shown."""
        if step in self._first:
            self.chosen = step
            self._center()

    def watch_chosen(self, chosen: str | None) -> None:
        self._following = chosen is None
        self._lay_out()
        row = self._first.get(chosen)
        if row is not None and not self.scroll_offset.y <= row < self.scroll_offset.y + self._height:
            self._scroll(row if row < self.scroll_offset.y else row - self._height + 1)
        self.refresh()
        self.post_message(self.Chosen(chosen))

    def action_choose(self, by: int) -> None:
        steps = list(self._first)
        at = steps.index(self.chosen) if self.chosen in self._first else -1
        if steps:
            self.chosen = steps[min(max(at + by, 0), len(steps) - 1)]
        self._following = self.chosen is None

    def action_choose_page(self, pages: int) -> None:
        self.action_choose(pages * self._height)

    def on_click(self, event: Click) -> None:
        at = event.get_content_offset(self)
        row = self.scroll_offset.y + at.y if at is not None else -1
        if 0 <= row < len(self.rows):
            self.chosen = self.rows[row][0]
