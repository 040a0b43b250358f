"""The findings in a text, as a list to go through: those that are alike are one."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets.option_list import Option

from tui.core.environment.edits import Fix, fix_diff
from tui.core.environment.mend import Group, Read, group_fix, grouped
from tui.core.errors import Problem
from tui.core.units import counted
from tui.widgets.dialogs import coloured_diff
from tui.widgets.option_list import OptionList
from tui.widgets.static import Static

_MOST_LINES = 8
"""Of a diff: more of it would push the text itself off a small screen."""


class Findings(OptionList):
    """Problems first, then advice; choosing a group asks to go there."""

    DEFAULT_CSS = "Findings { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }"

    @dataclass
    class Chosen(Message):
        group: Group

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True)
        self._groups: tuple[Group, ...] = ()

    def show(self, problems: tuple[Problem, ...], advice: tuple[Problem, ...]) -> None:
        """Show these; the same group stays highlighted, or what has come into its place."""
        self.display = bool(problems or advice)
        bad, worth_a_look = grouped(problems), grouped(advice)
        if (*bad, *worth_a_look) == self._groups:
            return
        before, at = self.current if self.highlighted is not None else None, self.highlighted or 0
        self._groups = (*bad, *worth_a_look)
        marks = [("✗ ", "$text-error")] * len(bad) + [("! ", "$text-warning")] * len(worth_a_look)
        widest = max((len(_place(group)) for group in self._groups), default=0)
        self.set_options(
            Option(_row(group, mark, widest)) for mark, group in zip(marks, self._groups, strict=True)
        )
        if before and self._groups:
            same = (number for number, group in enumerate(self._groups) if group.key == before.key)
            self.highlighted = next(same, min(at, len(self._groups) - 1))

    @property
    def current(self) -> Group | None:
        """The one that is highlighted, or else the first that can be mended, or the first of all."""
        if self.highlighted is not None and self.highlighted < len(self._groups):
            return self._groups[self.highlighted]
        return next((group for group in self._groups if group.fixable), next(iter(self._groups), None))

    def point_at(self, line: int) -> None:
        """Highlight what was found on a line, counted from 1: what can be mended before what cannot."""
        here = [number for number, group in enumerate(self._groups) if line in group.lines]
        if here and self.highlighted not in here:
            self.highlighted = min(here, key=lambda number: not self._groups[number].fixable)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(self._groups[event.option_index]))


def _row(group: Group, mark: tuple[str, str], widest: int) -> Content:
    """Its mark, the place that choosing it goes to, and what is wrong there."""
    places = f" ({group.places})" if len(group.findings) > 1 and group.places else ""
    words = f"{group.message}{places} {group.hint}"
    place = Content.styled(f"{_place(group):>{widest}}  ", "$text-accent") if widest else Content("")
    return Content.styled(*mark) + place + Content(words)


def _place(group: Group) -> str:
    """The line and column of the first of a group, such as `11:5`."""
    first = group.findings[0]
    return ":".join(str(number) for number in (first.line, first.column) if number)


class FindingsPane(Vertical):
    """The list, and below it the one that is highlighted in full, with what `f4` would do about it."""

    DEFAULT_CSS = "FindingsPane { height: auto; }"

    def __init__(self) -> None:
        super().__init__()
        self._text = ""
        self._read: Read | None = None
        self.fix: Fix | None = None
        """The change that mends all of what is highlighted."""

    def compose(self) -> ComposeResult:
        yield Findings(id="findings")
        yield Static(id="finding")

    def show(self, problems: tuple[Problem, ...], advice: tuple[Problem, ...], text: str, read: Read) -> None:
        """Show what was found in this text; `read` judges it, and what it would be with something mended."""
        self._text, self._read = text, read
        self.query_one(Findings).show(problems, advice)
        self._show_current()

    def point_at(self, line: int) -> None:
        self.query_one(Findings).point_at(line)

    @on(Findings.OptionHighlighted)
    def _show_current(self) -> None:
        group = self.query_one(Findings).current
        self.fix = group_fix(self._text, group, self._read) if group and self._read else None
        words = Content.styled(f"{group.message} {group.hint}" if group else "", "$text-muted")
        if self.fix:
            diff = _clipped(fix_diff(self._text, self.fix))
            mends = Content.styled("\nf4 ", "bold $primary") + Content(f"{self.fix.title}\n")
            words += mends.stylize(Style.from_meta({"@click": "screen.fix"})) + coloured_diff(diff)
        self.query_one("#finding", Static).update(words)
        self.query_one("#finding").display = group is not None
        self.screen.refresh_bindings()  # whether there is something to mend


def _clipped(diff: str) -> str:
    lines = diff.splitlines()
    if len(lines) <= _MOST_LINES:
        return diff
    return "\n".join([*lines[: _MOST_LINES - 1], f"… and {counted(len(lines) - _MOST_LINES + 1, 'more line')}"])
