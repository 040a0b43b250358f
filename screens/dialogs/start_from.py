"""The choice of a start for environment.yml, with each decision shown before it is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from tui.core.environment.draft.draft import Draft
from tui.core.environment.draft.origins import Origin
from tui.core.errors import CondockError
from tui.core.solving.solution import SolveFailure
from tui.widgets.button import Button
from tui.widgets.dialogs import Dialog
from tui.widgets.option_list import OptionList
from tui.widgets.static import Static

Ask = Callable[[], Awaitable[Draft | SolveFailure]]
_ASKING = "Asking the channels which of these they have; that can take a while …"


class StartFrom(Dialog[str | None]):
    """Dismissed with the text to take."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Close")]

    class Made(Message):
        """The draft of an origin, or why there is none."""

        def __init__(self, origin: Origin, draft: Draft | SolveFailure | CondockError) -> None:
            super().__init__()
            self.origin = origin
            self.draft = draft

    def __init__(self, origins: Sequence[Origin], ask: Ask) -> None:
        """`ask` makes the draft for which the channels are asked."""
        super().__init__()
        self._origins = origins
        self._ask = ask
        self._draft: Draft | None = None
        self._failed = False

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content("Start environment.yml from …"), classes="dialog-title")
            yield OptionList(*(Option(Content(origin.title)) for origin in self._origins), compact=True)
            with VerticalScroll(classes="dialog-text"):
                yield Static(id="decisions")
            with Horizontal(classes="moves"):
                yield Button("Close", id="close", compact=True)
                yield Button("Take it", id="take", variant="primary", compact=True)

    def on_mount(self) -> None:
        self.query_one(OptionList).focus()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        self._begin(self._origins[event.option_index])

    def _begin(self, origin: Origin) -> None:
        self._show(None, _ASKING if origin.by_channels else "Reading …")
        self._failed = False
        self._make(origin)

    @work(exclusive=True, group="draft", description="Making a first environment.yml")
    async def _make(self, origin: Origin) -> None:
        draft: Draft | SolveFailure | CondockError
        try:
            draft = await (self._ask() if origin.by_channels else asyncio.to_thread(origin.draft))
        except CondockError as error:
            draft = error
        self.post_message(self.Made(origin, draft))

    @on(Made)
    def _made(self, event: Made) -> None:
        at = self.query_one(OptionList).highlighted
        if at is not None and self._origins[at] is event.origin:
            if isinstance(event.draft, Draft):
                decisions = "\n".join(map(str, event.draft.decisions))
                self._show(event.draft, decisions or event.draft.text)
            else:
                self._show(None, f"{event.draft.message} {event.draft.hint} Enter tries again.")
                self._failed = True

    def _show(self, draft: Draft | None, words: str) -> None:
        self._draft = draft
        self.query_one("#decisions", Static).update(Content(words))
        self.query_one("#take", Button).disabled = draft is None

    @on(OptionList.OptionSelected)
    @on(Button.Pressed, "#take")
    def _taken(self, event: Message) -> None:
        event.stop()
        at = self.query_one(OptionList).highlighted
        if self._draft is not None:
            self.dismiss(self._draft.text)
        elif self._failed and at is not None:
            self._begin(self._origins[at])

    @on(Button.Pressed, "#close")
    def action_leave(self) -> None:
        self.dismiss(None)
