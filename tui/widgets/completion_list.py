"""Proposals that hang below what is being typed."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Offset
from textual.message import Message
from textual.widgets.option_list import Option

from tui.core.dataclass import dataclass
from tui.widgets.option_list import OptionList


@dataclass(frozen=True)
class Proposal:
    """A text that could stand where one types, and a word about it."""

    text: str
    note: str = ""


class CompletionList(OptionList, can_focus=False):
    """A list over the screen; the widget that is typed into keeps the focus and hands on the keys."""

    DEFAULT_CSS = """
    CompletionList {
        overlay: screen; position: absolute; constrain: inside inflect; display: none;
        width: auto; min-width: 20; max-width: 50; height: auto; max-height: 10; padding: 0 1;
        background: $panel; border: round $border; text-wrap: nowrap;
        border-subtitle-color: $text-muted;
    }
    """

    @dataclass
    class Taken(Message):
        """A proposal is to be put where it was made for."""

        proposal: Proposal

    def __init__(self) -> None:
        super().__init__(compact=True)
        self._proposals: tuple[Proposal, ...] = ()
        self.moved = False
        """True if the user chose a line of it; Enter is a line break otherwise."""
        self.border_subtitle = "tab takes it"

    def show(self, proposals: Sequence[Proposal], at: Offset) -> None:
        """Show these proposals at a place of the screen; none takes the list away."""
        self.display = bool(proposals)
        self.absolute_offset = at
        if tuple(proposals) != self._proposals:
            self._proposals = tuple(proposals)
            self.set_options(Option(_row(proposal)) for proposal in proposals)
            self.highlighted = 0 if proposals else None
            self.moved = False

    def move(self, key: str) -> None:
        """Do what this key does in a list: up or down."""
        self.moved = True
        if key == "up":
            self.action_cursor_up()
        else:
            self.action_cursor_down()

    def take(self) -> None:
        """Take the highlighted proposal."""
        self.display = False
        if self.highlighted is not None:
            self.post_message(self.Taken(self._proposals[self.highlighted]))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.take()


def _row(proposal: Proposal) -> Content:
    return Content(proposal.text) + Content.styled(f"  {proposal.note}" if proposal.note else "", "$text-muted")
