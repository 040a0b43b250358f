"""The Dockerfile as it stands, beside the step that one is in: its lines are marked, without colour too."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

_HEAD = "Dockerfile, as it stands"
_HINT = "f7 hides"
_ABOVE = 2  # lines shown before the first one that is marked


class Companion(Widget, can_focus=False):
    """Lines, each with whether it is this step's; those that there is room for, from before the first such."""

    DEFAULT_CSS = "Companion { height: 1fr; text-wrap: nowrap; text-overflow: ellipsis; }"

    lines: reactive[Sequence[tuple[str, bool]]] = reactive[Sequence[tuple[str, bool]]]((), layout=False)

    def render(self) -> Content:
        width, height = self.content_size
        head = Content.styled(_HEAD, "bold") + Content.styled(
            f"{_HINT:>{max(0, width - len(_HEAD))}}", "$text-muted"
        )
        room = max(1, height - 2)
        first = next((number for number, (_, own) in enumerate(self.lines) if own), 0)
        start = max(0, min(first - _ABOVE, len(self.lines) - room))
        shown = self.lines[start : start + room]
        return Content("\n").join([head, Content(""), *(self._line(text, own, width) for text, own in shown)])

    def _line(self, text: str, own: bool, width: int) -> Content:
        mark = Content.styled("┃ ", "$text-accent") if own else Content("  ")
        line = Content(text).truncate(max(1, width - 2), ellipsis=True)
        return mark + line.stylize("bold" if own else "$text-muted")
