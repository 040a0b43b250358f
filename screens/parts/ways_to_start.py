"""The part of the application step that lists the ways to start what the folder holds."""

from __future__ import annotations

from textual.content import Content

from tui.core.application.starts import Start
from tui.core.plan import Application
from tui.core.units import counted
from tui.core.untrusted_text import printable
from tui.widgets.row_list import Row, RowList


class WaysToStart(RowList):
    """Is there where there are several, or nothing is started; the plan's is taken, and on at first."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(most=(5, 8), id=id)
        self._offered: tuple[tuple[Start, ...], list[bool]] = ((), [])

    def offer(self, starts: tuple[Start, ...], command: str) -> None:
        """Offer these, where they or the one that is taken are others than before."""
        self.display = len(starts) > 1 or (bool(starts) and command == Application().command)
        taken = [start.application.command == command for start in starts]
        if (starts, taken) == self._offered:
            return
        self._offered = starts, taken
        self.taken = taken.index(True) if True in taken else None
        at = min(self.highlighted or 0, len(starts) - 1) if self.taken is None else self.taken
        self.show_rows([_row(start, taken=one) for start, one in zip(starts, taken, strict=True)])
        self.highlighted = at if starts else None
        some = "; one is taken" if True in taken else ""
        self.border_title = f" {counted(len(starts), 'way')} to start what is here{some} "


def _row(start: Start, *, taken: bool) -> Row:
    mark = Content.styled("● ", "$text-success") if taken else Content.styled("○ ", "$text-muted")
    kind = "" if start.framework.suffix != ".py" else f"{start.framework.name}: "
    about = Content.styled(f"{kind}{start.framework.sentence}", "$text-muted")
    return Row(mark, Content(f"{printable(start.title)}  ") + about)
