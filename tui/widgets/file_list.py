"""A list of files to tick; folders open and close."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from tui.core.application.listing import Listed
from tui.core.dataclass import dataclass
from tui.widgets.option_list import OptionList, Settled

_WIDEST = 40
"""Cells of a name; what is longer pushes its size aside."""
_NONE = Content.styled("There is no file here yet.", "$text-muted")


class FileList(OptionList):
    """Shows rows; tells what is ticked and opened."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "select", "Tick", tooltip="Copy it into the image, or not"),
        Binding("right", "open(True)", "Open", show=False, tooltip="Show what is in this folder"),
        Binding("left", "open(False)", "Close", show=False, tooltip="Show it no more"),
    ]

    @dataclass
    class Ticked(Message):
        """This file or folder is to be copied, or not any more."""

        path: str

    @dataclass
    class Opened(Message):
        """The files in this folder are to be shown, or not any more."""

        path: str
        opened: bool

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True)
        self._rows: tuple[Listed, ...] = ()

    @property
    def row(self) -> Listed | None:
        """The one that is chosen."""
        return self._rows[self.highlighted] if self.highlighted is not None and self._rows else None

    def show(self, rows: Sequence[Listed], opened: Collection[str]) -> None:
        """Show these; the line that was chosen stays so."""
        before, self._rows = self.row, tuple(rows)
        widest = min(max((2 * row.depth + len(row.name) for row in rows), default=0), _WIDEST)
        self.set_options([Option(_line(row, opened, widest)) for row in rows] or [Option(_NONE, disabled=True)])
        places = {row.path: place for place, row in enumerate(rows)}
        self.highlighted = (places.get(before.path, 0) if before else 0) if rows else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        row = self._rows[event.option_index]
        if row.copied or not (row.within or row.kept_back):
            self.post_message(self.Ticked(row.path))

    def action_enter(self) -> None:
        """Go on, as on every step: a tick that is taken away so is missed in the image only."""
        self.post_message(Settled())

    def action_open(self, opened: bool) -> None:
        if (row := self.row) and row.is_folder and not row.kept_back:
            self.post_message(self.Opened(row.path.strip("/"), opened))


def _line(row: Listed, opened: Collection[str], widest: int) -> Content:
    box = "[✓]" if row.copied or row.within else " · " if row.kept_back else "[ ]"
    colour = "$text-success" if row.copied else "$text-muted" if row.within or row.kept_back else ""
    sign = ("▾ " if row.path.strip("/") in opened else "▸ ") if row.is_folder else "  "
    name = f" {'  ' * row.depth}{sign}{row.name}".ljust(widest + 5)
    style = "$text-error" if row.copied and (row.size is None or row.kept_back) else "$text-muted"
    return Content.styled(box, colour) + Content(name) + Content.styled(row.note, style)
