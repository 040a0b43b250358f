"""The ways on from here as a list: Enter, or a click, goes one."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets.option_list import Option

from tui.core.dataclass import dataclass
from tui.widgets.option_list import OptionList


@dataclass(frozen=True)
class Way:
    """Something that can be done now."""

    action: str
    """Of the screen."""
    name: str
    about: str = ""


class Choices(OptionList):
    """Is there only while there is something to choose; an option's id is its action."""

    DEFAULT_CSS = "Choices { height: auto; display: none; border: none; padding: 0; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True)
        self._ways: tuple[Way, ...] = ()

    def offer(self, ways: Sequence[Way]) -> None:
        """Offer these; the same one stays highlighted."""
        if tuple(ways) == self._ways:
            return
        before = self._ways[self.highlighted].action if self.highlighted is not None and self._ways else ""
        self._ways = tuple(ways)
        self.display = bool(ways)
        widest = max((len(way.name) for way in ways), default=0)
        self.set_options(Option(_row(way, widest), id=way.action) for way in ways)
        actions = [way.action for way in ways]
        self.highlighted = actions.index(before) if before in actions else 0 if ways else None


def _row(way: Way, widest: int) -> Content:
    about = Content.styled(f"   {way.about}", "$text-muted") if way.about else Content("")
    return Content(f" {way.name:{widest if way.about else 0}}") + about
