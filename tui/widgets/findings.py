"""The findings in a text, as a list to go through: those that are alike are one."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import OptionList

from tui.core.dataclass import dataclass
from tui.core.environment.edits import Fix, fix_diff
from tui.core.environment.finding_groups import Group, grouped
from tui.core.environment.findings import Finding, Missed
from tui.core.environment.fix_all import Read, group_fix
from tui.core.errors import Problem
from tui.core.units import counted
from tui.widgets.dialogs import coloured_diff
from tui.widgets.row_list import Row, RowList, fitting
from tui.widgets.static import Static

_MOST_LINES = (2, 8)
"""Of a diff, on a small screen and on another: more of it would push the text itself off."""
_MOST_ROWS = (4, 8)
"""Of the list, unless one finding takes more."""


class Findings(RowList):
    """Problems first, then advice, a line each and the one that is on in full; choosing it asks to go there."""

    @dataclass
    class Chosen(Message):
        group: Group

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(most=_MOST_ROWS, id=id)
        self._groups: tuple[Group, ...] = ()
        self._bad = 0  # how many of them stand in the way

    def show(self, problems: tuple[Problem, ...], advice: tuple[Problem, ...]) -> None:
        """Show these; the same group stays highlighted, or the next that can be mended."""
        self.display = bool(problems or advice)
        bad, worth_a_look = grouped(problems), grouped(advice)
        if (*bad, *worth_a_look) == self._groups:
            return
        before, at = self.current if self.highlighted is not None else None, self.highlighted or 0
        self._groups = (*bad, *worth_a_look)
        self._bad = len(bad)
        self.show_rows([self._row(number) for number in range(len(self._groups))])
        if self._groups:
            keys = [group.key for group in self._groups]
            self.highlighted = keys.index(before.key) if before and before.key in keys else self._next(at)
        self._say_which()

    def _next(self, at: int) -> int:
        """The first from here on that can be mended, or of all; else the one that is here."""
        fixable = [number for number, group in enumerate(self._groups) if group.fixable]
        behind = [number for number in fixable if number >= at]
        return (behind or fixable or [min(at, len(self._groups) - 1)])[0]

    def _row(self, number: int) -> Row:
        """Its mark, the place that choosing it goes to, and what is wrong there."""
        group = self._groups[number]
        mark = Content.styled("✗ ", "$text-error") if number < self._bad else Content.styled("! ", "$text-warning")
        widest = max(len(_place(group)) for group in self._groups)
        place = Content.styled(f"{_place(group):>{widest}}  ", "$text-accent") if widest else Content("")
        places = f" ({group.places})" if len(group.findings) > 1 and group.places else ""
        return Row(mark + place, Content(f"{group.message}{places} {group.hint}"))

    def watch_highlighted(self, highlighted: int | None) -> None:
        self._say_which()
        super().watch_highlighted(highlighted)

    def _say_which(self) -> None:
        several, at = len(self._groups) > 1, (self.highlighted or 0) + 1
        count = counted(len(self._groups), "finding")
        self.border_title = f" {at} of {count} · tab and ↓ go to the others " if several else f" {count} "

    @property
    def current(self) -> Group | None:
        """The one that is highlighted: at first what can be mended."""
        return self._groups[self.highlighted] if self.highlighted is not None and self._groups else None

    def choose(self, problem: Problem) -> None:
        """Highlight the group that this one is in; of a module that was missed, the one that brings it."""
        module = problem.module.partition(".")[0] if isinstance(problem, Missed) else ""

        def is_meant(found: Problem) -> bool:
            about = found.subject.partition(".")[0] if isinstance(found, Finding) else ""
            return about == module if module else found == problem

        groups = enumerate(self._groups)
        self.highlighted = next((at for at, one in groups if any(map(is_meant, one.findings))), self.highlighted)

    def point_at(self, line: int) -> None:
        """Highlight what was found on a line, counted from 1: what can be mended before what cannot."""
        here = [number for number, group in enumerate(self._groups) if line in group.lines]
        if here and self.highlighted not in here:
            self.highlighted = min(here, key=lambda number: not self._groups[number].fixable)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(self._groups[event.option_index]))


def _place(group: Group) -> str:
    """The line and column of the first of a group, such as `11:5`."""
    first = group.findings[0]
    return ":".join(str(number) for number in (first.line, first.column) if number)


class FindingsPane(Vertical):
    """The list, and below it what `f4` would do about the one that is highlighted."""

    DEFAULT_CSS = "FindingsPane { height: auto; }"

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._read: Read | None = None
        self.fix: Fix | None = None
        """The change that mends all of what is highlighted."""

    def compose(self) -> ComposeResult:
        yield Findings(id="findings")
        yield Static(id="fix")

    def show(self, problems: tuple[Problem, ...], advice: tuple[Problem, ...], text: str, read: Read) -> None:
        """Show what was found in this text; `read` judges it, and what it would be with something mended."""
        self._text, self._read = text, read
        self.query_one(Findings).show(problems, advice)
        self._show_current()

    def point_at(self, line: int) -> None:
        self.query_one(Findings).point_at(line)

    def choose(self, problem: Problem) -> None:
        self.query_one(Findings).choose(problem)

    def on_resize(self) -> None:
        self._show_fix()

    @on(Findings.OptionHighlighted)
    def _show_current(self) -> None:
        group = self.query_one(Findings).current
        self.fix = group_fix(self._text, group, self._read) if group and self._read else None
        self._show_fix()
        self.screen.refresh_bindings()  # whether there is something to mend

    def _show_fix(self) -> None:
        fix = self.query_one("#fix", Static)
        fix.display = self.fix is not None
        if self.fix:
            diff = _clipped(fix_diff(self._text, self.fix), fitting(self.screen, _MOST_LINES))
            mends = Content.styled("f4 ", "bold $primary") + Content(f"{self.fix.title}\n")
            fix.update(mends.stylize(Style.from_meta({"@click": "screen.fix"})) + coloured_diff(diff))


def _clipped(diff: str, most: int) -> str:
    lines = diff.splitlines()
    if len(lines) <= most:
        return diff
    return "\n".join([*lines[: most - 1], f"… and {counted(len(lines) - most + 1, 'more line')}"])
