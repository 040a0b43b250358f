"""The findings in a text, as a list to go through."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui.core.environment.edits import Fix, fix_diff, fix_of
from tui.core.errors import Problem
from tui.widgets.dialogs import coloured_diff


class Findings(OptionList):
    """Problems first, then advice; choosing one asks to go there."""

    DEFAULT_CSS = "Findings { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }"

    @dataclass
    class Chosen(Message):
        problem: Problem

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True)
        self._found: tuple[Problem, ...] = ()

    def show(self, problems: tuple[Problem, ...], advice: tuple[Problem, ...]) -> None:
        """Show these; nothing is drawn anew while they are the same."""
        self.display = bool(problems or advice)
        if (*problems, *advice) != self._found:
            self._found = (*problems, *advice)
            marks = [("✗ ", "$text-error")] * len(problems) + [("! ", "$text-warning")] * len(advice)
            self.set_options(
                Option(Content.styled(*mark) + Content(str(found)))
                for mark, found in zip(marks, self._found, strict=True)
            )

    @property
    def current(self) -> Problem | None:
        """The one that is highlighted, or else the first."""
        return self._found[self.highlighted or 0] if self._found else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.post_message(self.Chosen(self._found[event.option_index]))


class FindingsPane(Vertical):
    """The list, and below it the one that is highlighted in full, with what `f4` would do about it."""

    DEFAULT_CSS = "FindingsPane { height: auto; }"

    def __init__(self) -> None:
        super().__init__()
        self._text = ""

    def compose(self) -> ComposeResult:
        yield Findings(id="findings")
        yield Static(id="finding")

    def show(self, problems: tuple[Problem, ...], advice: tuple[Problem, ...], text: str) -> None:
        """Show what was found in this text."""
        self._text = text
        self.query_one(Findings).show(problems, advice)
        self._show_current()

    @property
    def fix(self) -> Fix | None:
        """The change that mends the one that is highlighted."""
        return fix_of(self.query_one(Findings).current)

    @on(Findings.OptionHighlighted)
    def _show_current(self) -> None:
        finding = self.query_one(Findings).current
        words = Content.styled(f"{finding.message} {finding.hint}" if finding else "", "$text-muted")
        if fix := self.fix:
            diff = coloured_diff(fix_diff(self._text, fix))
            words += Content.styled("\nf4 ", "bold $primary") + Content(f"{fix.title}\n") + diff
        self.query_one("#finding", Static).update(words)
        self.query_one("#finding").display = finding is not None
        self.screen.refresh_bindings()  # whether there is something to mend
