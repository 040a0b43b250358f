"""The part of a step that scrolls."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.geometry import Size

from tui.widgets.field import Field


class Body(VerticalScroll):
    """Keeps the field that has the focus in sight where there is less room, as by a sentence on what is wrong."""

    _room: tuple[Size, Size] | None = None  # of the body and of the field

    def on_mount(self) -> None:
        # Of some layouts no widget is sent the new size (Textual 8.2.8).
        self.screen.screen_layout_refresh_signal.subscribe(self, self._follow)

    def see_focus(self) -> None:
        """Have who comes back see where keys go: a wheel, or rows that came or went, may have left it behind."""
        if (focused := self.screen.focused) and self in focused.ancestors:
            shown = focused.parent if isinstance(focused.parent, Field) else focused
            shown.scroll_visible(animate=False)

    def _follow(self, _: object) -> None:
        field = self.screen.focused.parent if self.screen.focused else None
        room = (self.size, field.size) if isinstance(field, Field) else None
        if isinstance(field, Field) and room != self._room:
            field.stay_in_sight()
        self._room = room
