"""An editor for environment.yml: the theme's colours, marks under what is wrong, proposals under the cursor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from rich.style import Style
from rich.text import Text
from textual import on
from textual.color import Color
from textual.events import Key
from textual.message import Message
from textual.reactive import reactive
from textual.theme import Theme
from textual.timer import Timer
from textual.widgets import TextArea
from textual.widgets.text_area import TextAreaTheme

from tui.core.dataclass import dataclass
from tui.core.environment.completion import Completion, CompletionKind, completion_at
from tui.core.environment.edits import Edit, apply_edits, difference, line_break, moved
from tui.core.environment.findings import Finding
from tui.core.errors import Problem
from tui.widgets.completion_list import CompletionList, Proposal
from tui.widgets.typing_order import act_at_once

# One line at a time, and only those on the screen: a tree of the whole text after each key costs ten times more.
_PARTS = (
    r"(?P<comment>(?<!\S)#.*)"
    r"|(?P<key>^\s*(?:-\s+)?[\w./-]+(?=:(?:\s|$)))"
    r"|(?P<dash>^\s*-(?=\s|$))"
    r"|(?P<version>(?:(?<=[\w*\]])\s*[<>=!~]=?|[<>!~=]=|[<>])\s*[\w.*+!]+)"
)

_PAUSE = 0.1  # seconds without a key, after which the text is read

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Span:
    """Characters of one line that are marked; line and columns counted from 0."""

    line: int
    start: int
    end: int
    level: Level


class YamlEditor(TextArea):
    """A TextArea that knows what environment.yml looks like; Tab moves on, as everywhere in the wizard."""

    class Rested(Message):
        """Nothing has been typed for a moment."""

    @dataclass
    class Begun(Message):
        """Something is begun at the cursor that may be completed."""

        completion: Completion

    DEFAULT_CSS = "YamlEditor { height: 1fr; border-title-color: $foreground; }"

    spans: reactive[tuple[Span, ...]] = reactive(())

    def __init__(self, proposals: CompletionList, *, id: str | None = None) -> None:
        super().__init__(id=id, tab_behavior="focus", compact=True, soft_wrap=False, show_line_numbers=True)
        self._styles: dict[str, Style] = {}
        self._marked: dict[int, list[Span]] = {}
        self._proposals = proposals
        self._rest: Timer | None = None

    def on_mount(self) -> None:
        self._follow(self.app.current_theme)
        self.app.theme_changed_signal.subscribe(self, self._follow)

    def on_resize(self) -> None:
        """Show lines from their beginning, as far as the cursor allows: it had another width, or none."""
        self.scroll_to(x=0, animate=False, immediate=True)
        self.scroll_cursor_visible()

    def _follow(self, theme: Theme) -> None:
        """Take the colours from the theme's variables."""
        variables = self.app.theme_variables
        foreground, background = Color.parse(variables["foreground"]), Color.parse(variables["background"])
        muted = Style(color=foreground.blend(background, 0.4).rich_color)

        def coloured(name: str, *, bold: bool = False, underline: bool = False) -> Style:
            return Style(color=Color.parse(variables[name]).rich_color, bold=bold, underline=underline)

        self._styles = {
            "comment": muted + Style(italic=True),
            "dash": muted,
            "key": coloured("primary", bold=True),
            "version": coloured("secondary"),
            "error": coloured("error", underline=True),
            "warning": coloured("warning", underline=True),
        }
        self.register_theme(TextAreaTheme(name=f"condock-{theme.name}"))
        self.theme = f"condock-{theme.name}"
        self.notify_style_update()

    def get_line(self, line_index: int) -> Text:
        line = super().get_line(line_index)
        for part in re.finditer(_PARTS, line.plain):
            line.stylize(self._styles.get(part.lastgroup or "", ""), part.start(), part.end())
        for span in self._marked.get(line_index, ()):
            line.stylize(self._styles.get(span.level, ""), span.start, span.end)
        return line

    def mark(self, findings: Iterable[Problem]) -> None:
        """Mark the places of findings that have one."""
        self.spans = tuple(
            Span(found.line - 1, found.column - 1, found.end_column - 1, "warning")
            for found in findings
            if isinstance(found, Finding) and found.line and found.column and found.end_column
        )

    def watch_spans(self, spans: tuple[Span, ...]) -> None:
        self._marked = {}
        for span in spans:
            self._marked.setdefault(span.line, []).append(span)
        self.notify_style_update()
        self.refresh()

    def rewrite(self, edits: Iterable[Edit]) -> None:
        """Make these edits of the text as one that can be undone; the cursor stays with what it is at."""
        edits = tuple(edits)
        old, newline = self.text, self.document.newline
        text = apply_edits(old, edits)
        at = text[: moved(len(_until(old, self.cursor_location)), edits)]
        new = newline.join(text.splitlines()) + (newline if text.endswith(("\n", "\r")) else "")
        with self._untyped():
            for edit in difference(old, new):
                self.history.checkpoint()
                self.replace(edit.text, *(_place(self.text, newline, at) for at in (edit.start, edit.end)))
        self.move_cursor((len(f"{at}.".splitlines()) - 1, len(f"{at}.".splitlines()[-1]) - 1))

    def load(self, text: str) -> None:
        """Show this text, which was not typed; its edits cannot be undone."""
        with self.prevent(TextArea.Changed):
            self.load_text(text)

    def undo(self) -> None:
        with self._untyped():
            super().undo()

    def redo(self) -> None:
        with self._untyped():
            super().redo()

    @contextmanager
    def _untyped(self) -> Iterator[None]:
        """Change the text without asking what could stand at the cursor: nobody is writing there."""
        with self.prevent(TextArea.Changed):
            yield
        self.propose((), 0)
        self._wait_for_rest()

    # Typing

    @on(TextArea.Changed)
    def _typed(self) -> None:
        self.complete()
        self._wait_for_rest()

    def _wait_for_rest(self) -> None:
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(_PAUSE, lambda: self.post_message(self.Rested()))

    # Proposals

    @property
    def begun(self) -> Completion | None:
        """The word begun at the cursor."""
        return completion_at(self.text, *self.cursor_location)

    def complete(self) -> None:
        """Ask for proposals where something is begun."""
        begun = self.begun
        if begun is None or (begun.kind is CompletionKind.NAME and not begun.prefix):
            self.propose((), 0)
        else:
            self.post_message(self.Begun(begun))

    def take(self, text: str) -> None:
        """Put a proposal where something is begun."""
        if begun := self.begun:
            line = self.cursor_location[0]
            with self._untyped():
                self.replace(text, (line, begun.start), (line, begun.end), maintain_selection_offset=False)

    def propose(self, proposals: Sequence[Proposal], column: int) -> None:
        """Show proposals below the cursor's line, beginning under this column; none takes the list away."""
        cursor = self.cursor_screen_offset
        self._proposals.show(proposals, cursor - (self.cursor_location[1] - column, -1))

    async def _on_key(self, event: Key) -> None:
        proposals = self._proposals
        if proposals.display and event.key in ("up", "down"):
            proposals.move(event.key)
        elif proposals.display and (event.key == "tab" or (event.key == "enter" and proposals.moved)):
            proposals.take()
        elif proposals.display and event.key == "escape":
            proposals.display = False
        elif event.key == "enter" and self.selection.is_empty:
            line, column = self.cursor_location
            start, text = line_break(self.document[line], column)
            self._replace_via_keyboard(text, (line, start), (line, column))
        else:
            await act_at_once(self, event)
            return
        event.stop()
        event.prevent_default()

    def on_blur(self) -> None:
        self.propose((), 0)


def _until(text: str, place: tuple[int, int]) -> str:
    """The text up to a line and a column, counted from 0."""
    lines = text.splitlines(keepends=True)
    return "".join(lines[: place[0]]) + (lines[place[0]][: place[1]] if place[0] < len(lines) else "")


def _place(text: str, newline: str, index: int) -> tuple[int, int]:
    """The line and the column of an index, counted from 0."""
    before = text[:index]
    return before.count(newline), index - (before.rfind(newline) + len(newline) if newline in before else 0)
