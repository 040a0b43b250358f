"""The log with a line below it: how far one is in it, and the search."""

from __future__ import annotations

from bisect import bisect_left
from time import perf_counter
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from tui.core.building.log.log import BuildLog
from tui.core.building.log.search import LogSearch, after
from tui.core.dataclass import dataclass
from tui.core.units import counted
from tui.widgets.log_view import LogView
from tui.widgets.static import Static

_FRAME = 1 / 30
_SLICE = 0.008  # seconds of a frame that a search takes


class LogPane(Vertical):
    """`log_view` is the log itself; call `grow` once a frame after adding to it."""

    DEFAULT_CSS = """
    LogPane {
        height: 1fr;
        & > Horizontal { height: 1; background: $panel; color: $text-muted; }
        & Static { width: 1fr; height: 1; text-wrap: nowrap; text-overflow: ellipsis; padding: 0 1; }
        & Input { width: 1fr; height: 1; border: none; padding: 0; background: $panel; display: none; }
        &.-searching Input { display: block; }
        &.-searching Static { width: auto; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="log.search", tooltip="Find a text in the log"),
        Binding("n", "find(1)", "Next match", show=False),
        Binding("N", "find(-1)", "Previous match", show=False),
        Binding("s", "save", "Save", show=False, tooltip="Save the log that is shown to a file"),
        Binding("escape", "end_search", "End the search", show=False),
    ]

    @dataclass
    class SaveRequested(Message):
        """The log of this step is to be saved, None is all; see `tui.core.building.log.save`."""

        step: str | None

    def __init__(self, log: BuildLog, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.log_view = LogView(log)
        self.log_view.set_reactive(LogView.wrapped, True)  # what went wrong is often at the end of a long line
        self._input = Input(placeholder="search", compact=True, select_on_focus=False)
        self._status = Static()
        self._origin = 0

    def compose(self) -> ComposeResult:
        yield self.log_view
        with Horizontal():
            yield self._input
            yield self._status

    def on_mount(self) -> None:
        self._slices = self.set_interval(_FRAME, self.look_on, pause=True)
        self._say()

    def grow(self) -> None:
        """Take in what was added to the log."""
        self.log_view.grow()
        if self.log_view.search is not None:
            self._slices.resume()

    @on(LogView.Moved)
    def _say(self) -> None:
        self._status.update(_status(self.log_view), layout=self.log_view.search is not None)

    # Searching

    def action_search(self) -> None:
        """Ask for a text; what was searched before stands there still."""
        self._origin = self.log_view.number_at(round(self.log_view.scroll_y)) or 0
        self.add_class("-searching")
        self._input.focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.search_for(event.value)

    def search_for(self, text: str) -> None:
        """Begin to look for a text; for none, end it."""
        view = self.log_view
        view.found = None
        view.search = LogSearch(view.log_shown, view.step, text) if text else None
        self._slices.resume()
        self.look_on()

    def look_on(self) -> None:
        """Search for a slice of time; the first match after where it began is gone to."""
        search = self.log_view.search
        deadline = perf_counter() + _SLICE
        going = search is not None
        while going and search is not None and perf_counter() < deadline:
            going = search.advance()
        if not going:
            self._slices.pause()
        if search is not None and self.log_view.found is None:
            self._go(after(search.found, self._origin - 1, 1), wait=going)
        self._say()

    def _go(self, number: int | None, wait: bool = False) -> None:
        search = self.log_view.search
        if number is None and not wait and search is not None and search.found:
            number = search.found[0]
        if number is not None:
            self.log_view.found = number
            self.log_view.go_to(number)

    def action_find(self, direction: int) -> None:
        """Go to the next match, or the one before; round the end to the other one."""
        search, at = self.log_view.search, self.log_view.found
        if search is None or not search.found or at is None:
            return
        following = after(search.found, at, direction)
        self._go(search.found[0 if direction > 0 else -1] if following is None else following)
        self._say()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.log_view.focus()

    def action_end_search(self) -> None:
        self._input.value = ""
        self.remove_class("-searching")
        self.log_view.focus()

    def action_save(self) -> None:
        self.post_message(self.SaveRequested(self.log_view.step))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is the screen's again where no search is on."""
        return self.has_class("-searching") if action == "end_search" else True


def _status(view: LogView) -> Content:
    """How far one is, and what the search has found."""
    if view.search is not None:
        return Content.styled(_matches(view, view.search), "$text-primary")
    if view.new_lines:
        place = Content.styled(f"{counted(view.new_lines, 'new line')}, End follows", "$text-warning")
    else:
        place = Content("following" if view.following else "End follows")
    return place + Content(f" · {counted(view.count, 'line')}")


def _matches(view: LogView, search: LogSearch) -> str:
    found = search.found
    if view.found is None:
        return "no match" if not found else counted(len(found), "line")
    return f"{bisect_left(found, view.found) + 1:,} of {counted(len(found), 'line')}"
