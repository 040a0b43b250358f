"""Help on a step: its own text first and whole, then the keys that do something there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from inspect import cleandoc
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content

from tui.widgets.button import Button
from tui.widgets.dialogs import Dialog
from tui.widgets.static import Static

_MARKED = re.compile(r"\*\*([^*]+)\*\*|\*([^*]+)\*|`([^`]+)`")
_STYLES = ("bold", "italic", "bold $text-accent")


def emphasised(text: str) -> Content:
    """A text of our own with its `**bold**`, `*italic*` and code parts so; paragraphs in one line each."""
    paragraphs = (" ".join(part.split()) for part in cleandoc(text).split("\n\n"))
    return Content("\n\n").join(map(_line, paragraphs))


def _line(text: str) -> Content:
    parts, end = [], 0
    for found in _MARKED.finditer(text):
        number = found.lastindex or 1
        parts += [Content(text[end : found.start()]), Content.styled(found[number], _STYLES[number - 1])]
        end = found.end()
    return Content("").join([*parts, Content(text[end:])])


class HelpDialog(Dialog[None]):
    """Stands over the step that it is about."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,f1,q", "leave", "Close")]

    def __init__(
        self, title: str, text: str, keys: Sequence[tuple[str, str]], problems: Sequence[str] = ()
    ) -> None:
        """`keys` are each with what it does, the most important first; `problems` are said in full before all."""
        super().__init__()
        self._title = title
        said = [Content.styled(f"✗ {problem}", "$text-error") for problem in problems]
        self._text = Content("\n\n").join([*said, emphasised(text)])
        self._keys = keys

    def compose(self) -> ComposeResult:
        width = max((len(key) for key, _ in self._keys), default=0)
        rows = (Content.styled(f"{key:>{width}}", "bold $text-primary") + f"  {does}" for key, does in self._keys)
        with Vertical(classes="dialog"):
            yield Static(Content(self._title), classes="dialog-title")
            with VerticalScroll(classes="dialog-text"):
                yield Static(self._text)
                yield Static(Content.styled("\nKeys here\n", "bold") + Content("\n").join(rows))
            with Horizontal(classes="moves"):
                yield Button("Close", id="close", variant="primary", compact=True)

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    @on(Button.Pressed)
    def action_leave(self) -> None:
        self.close()
