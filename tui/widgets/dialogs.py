"""Questions that stand over a step until they are answered."""

from __future__ import annotations

from typing import ClassVar, Literal, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.events import Click, Event, Mount
from textual.screen import ModalScreen

from tui.core.errors import CondockError, Problem
from tui.widgets.button import Button
from tui.widgets.static import Static

_DIFF_STYLES = {"+": "$text-success", "-": "$text-error", "@": "$text-muted"}
_NARROW, _FEW_ROWS = 60, 8
"""The characters in a row of a usual dialog, and its rows that are in sight on a low screen."""


def coloured_diff(diff: str) -> Content:
    """A unified diff with what goes in red and what comes in green."""
    return Content("\n").join(Content.styled(line, _DIFF_STYLES.get(line[:1], "")) for line in diff.splitlines())


Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """Stands over a step until it is answered, which counts once.

    Textual (8.2.8) takes a second answer, or one that comes while something stands over the dialog, as an answer
    of whatever is on top then.
    """

    HELP = """
    **Tab** and the arrows go from one to the next, **Enter** does what is on, and **Esc** goes back to the step.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1", "app.toggle_help", "Help", tooltip="Keys and help")]

    _answered = False
    _held: tuple[Answer | None] | None = None

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Go with this answer, now or as soon as nothing stands over the dialog any more."""
        if self.app.screen_stack[-1:] != [self]:
            self._held = self._held or (result,)
            return AwaitComplete()
        self._answered, answered = True, self._answered
        return AwaitComplete() if answered else super().dismiss(*(self._held or (result,)))

    def close(self) -> None:
        """Go without an answer."""
        self.dismiss(None)

    def on_click(self, event: Click) -> None:
        """A click beside the dialog closes it, as it does everywhere."""
        if event.widget is self:
            self.close()

    async def on_event(self, event: Event) -> None:
        try:
            await super().on_event(event)
        except NoMatches:
            # One that is answered while it is being made stays without widgets, and is told all the same.
            if not isinstance(event, Mount) or self in self.app.screen_stack:
                raise

    def on_screen_resume(self) -> None:
        if self._held is not None:
            self.dismiss(*self._held)


class ConfirmDialog(Dialog[bool]):
    """A question with a yes and a no; `text` is shown as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer(False)", "No"),
        Binding("pageup", "read('page_up')", show=False),
        Binding("pagedown", "read('page_down')", show=False),
        Binding("home", "read('home')", show=False),
        Binding("end", "read('end')", show=False),
    ]

    variant: ClassVar[Literal["primary", "error"]] = "primary"
    """Of the yes."""
    body: ClassVar[type[Static]] = Static
    """The kind of piece that shows the text."""

    def __init__(self, title: str, text: str | Content, *, yes: str = "Yes", no: str = "Cancel") -> None:
        super().__init__()
        self._title = title
        self._text = text if isinstance(text, Content) else Content(text)
        self._yes = yes
        self._no = no
        rows = (-(-len(line) // _NARROW) or 1 for line in self._text.plain.splitlines())
        self.set_class(sum(rows) > _FEW_ROWS, "-long")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(self._title), classes="dialog-title")
            with VerticalScroll(classes="dialog-text"):
                yield self.body(self._text)
            with Horizontal(classes="moves"):
                yield Button(self._no, id="no", compact=True)
                if self._yes:
                    yield Button(self._yes, id="yes", variant=self.variant, compact=True)

    def on_mount(self) -> None:
        self.query_one("#no", Button).focus()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(event.button.id == "yes")

    def action_read(self, where: str) -> None:
        """Go through a text that is longer than the dialog, while a button has the focus."""
        getattr(self.query_one(VerticalScroll), f"scroll_{where}")(animate=False)

    def action_answer(self, answer: bool) -> None:
        self.dismiss(answer)

    def close(self) -> None:
        self.dismiss(False)


class StopDialog(ConfirmDialog):
    """A question whose yes ends something."""

    variant = "error"


class ReadingDialog(ConfirmDialog):
    """A text to read, with nothing to decide."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "answer(False)", "Close")]

    def __init__(self, title: str, text: str | Content) -> None:
        super().__init__(title, text, yes="", no="Close")


class NoticeDialog(ReadingDialog):
    """A problem in its two sentences."""

    def __init__(self, problem: Problem | CondockError) -> None:
        super().__init__(problem.message, problem.hint)
