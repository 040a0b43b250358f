"""A line that unfolds what only some need."""

from __future__ import annotations

from textual import on
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui.widgets.button import Button


class Fold(Button):
    """Shows and hides what stands below it; Enter, space and a click do so."""

    DEFAULT_CSS = "Fold.-textual-compact { width: 100%; text-align: left; content-align: left middle; }"

    title: reactive[str] = reactive("", init=False)
    unfolded: reactive[bool] = reactive(False)

    def __init__(self, title: str, *folded: Widget, id: str | None = None) -> None:
        super().__init__(title, id=id, compact=True)
        self._folded = folded
        self.set_reactive(Fold.title, title)

    def on_mount(self) -> None:
        self.watch_title()

    def watch_title(self) -> None:
        self.label = Content(f"{'▾' if self.unfolded else '▸'} {self.title}")

    def watch_unfolded(self, unfolded: bool) -> None:
        for widget in self._folded:
            widget.display = unfolded
        self.watch_title()

    def unfold_to(self, widget: Widget) -> None:
        """Unfold where this widget is, or is in, what is folded."""
        if any(folded in widget.ancestors_with_self for folded in self._folded):
            self.unfolded = True

    @on(Button.Pressed)
    def _turn(self, event: Button.Pressed) -> None:
        event.stop()
        self.unfolded = not self.unfolded
        if self.unfolded and self._folded:  # it may lie below what is seen
            self.call_after_refresh(self._folded[-1].scroll_visible, animate=False)
