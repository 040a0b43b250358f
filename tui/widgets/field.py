"""A labelled line of input, bound by name to one value of the plan."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from tui.core.dataclass import dataclass
from tui.core.dataclass import field as dataclass_field
from tui.core.untrusted_text import printable
from tui.widgets.button import ARROWS
from tui.widgets.line import KeyInput, Line
from tui.widgets.static import Static


class Field(Widget):
    """A label, an input, and below it what the value is for, what is wrong with it, or all of it if it is long."""

    DEFAULT_CSS = """
    Field {
        height: auto;
        & Input { width: 1fr; height: 3; padding: 0 1; }
        & Input { border: round $border-blurred; border-title-color: $foreground; }
        & Input:focus { border: round $border; }
        &.-problem Input { border: round $error; }
        & .note { height: auto; padding-left: 1; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [*ARROWS]

    @dataclass
    class Changed(Message):
        """The user typed."""

        field: Field
        value: str = dataclass_field(repr=False)  # it may be a key

        @property
        def control(self) -> Field:
            return self.field

    problem: reactive[str] = reactive("")
    """The sentence shown below instead of the explanation."""
    about: reactive[str] = reactive("", init=False)

    def __init__(
        self,
        name: str,
        label: str,
        *,
        value: str = "",
        about: str = "",
        placeholder: str = "",
        secret: bool = False,
    ) -> None:
        super().__init__(name=name, id=field_id(name))
        self.set_reactive(Field.about, about)
        self._begun = False  # to type, since it has the focus
        self._missed: str | None = None  # what came meanwhile, and is not what was typed
        self._input = (KeyInput if secret else Line)(
            value,
            placeholder=placeholder,
            password=secret,
            select_on_focus=False,
        )
        self._input.border_title = Content(label)

    def compose(self) -> ComposeResult:
        yield self._input
        yield Static(Content(self.about), classes="note")

    @property
    def value(self) -> str:
        return self._input.value

    def show(self, value: str) -> None:
        """Show a value that came from elsewhere, without telling it back; once one is done with typing."""
        self._missed = value if self._begun and value != self._input.value else None
        if value != self._input.value and not self._begun:
            self._put(value)

    def empty(self) -> None:
        """Have nothing in it, without telling it back, and no way back to what was."""
        self._put("")

    def _put(self, value: str) -> None:
        with self.prevent(Input.Changed):
            self._input.value = value
        self._input.forget()
        self._input.begin()
        self._note()

    def focus(self, scroll_visible: bool = True) -> Field:
        if self._input.has_focus:  # it kept it while another step was shown
            self._input.begin()
        self._input.focus(scroll_visible)
        if scroll_visible:
            self.call_after_refresh(self.stay_in_sight)
        return self

    def stay_in_sight(self) -> None:
        """Have all of it be seen, with what is said below, while it has the focus."""
        if self._input.has_focus:
            self.scroll_visible(animate=False)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._begun, self._missed = self._input.has_focus, None
        self._note()
        self.post_message(self.Changed(self, self._input.value))  # as shown, whatever it was when the event left

    def on_descendant_focus(self) -> None:
        self.call_after_refresh(self.stay_in_sight)

    def on_descendant_blur(self) -> None:
        self._begun = False
        if self._missed is not None:
            self.show(self._missed)

    def on_resize(self) -> None:
        self._note()

    def _note(self) -> None:
        """Say what is wrong, else show what is too long for its line, else what it is for."""
        room = self._input.content_size.width - 1  # and the cursor
        is_cut = not self._input.password and 0 < room < cell_len(self.value)
        words = self.problem or (f"In full: {printable(self.value)}" if is_cut else self.about)
        self.query_one(".note", Static).update(Content(words))

    def watch_problem(self, problem: str) -> None:
        if self.is_mounted:
            self._note()
            self.set_class(bool(problem), "-problem")

    def watch_about(self) -> None:
        self.watch_problem(self.problem)


def field_id(name: str) -> str:
    """The widget id of the field with this name: `application.port` is at `#application-port`."""
    return name.replace(".", "-").replace("_", "-")
