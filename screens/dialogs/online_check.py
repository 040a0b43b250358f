"""The dialog that asks the servers: whose key it is, and which channels of the environment it opens."""

from __future__ import annotations

from threading import Event
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message

from tui.core.account.waiting import CancelledError
from tui.core.channels.online_check import KeyRefusedError, check_channels, who_is
from tui.core.channels.report import ChannelState
from tui.core.dataclass import dataclass
from tui.core.errors import CondockError
from tui.core.key_access import request_key
from tui.core.project import Project
from tui.core.secret import Secret
from tui.widgets.button import Button
from tui.widgets.checklist import Checklist, Mark, Row
from tui.widgets.dialogs import Dialog
from tui.widgets.static import Static


class OnlineCheckDialog(Dialog[str]):
    """Asks in a thread and shows each answer as it comes.

    Its answer is the sentence that refused the key; an empty one where all servers took it; else None.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "Close")]

    @dataclass
    class Answered(Message):
        """One server has answered, or cannot."""

        row: Row
        refused: str = ""
        """The sentence, where it is the key that was refused."""

    class Finished(Message):
        """Nothing more is asked."""

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._project = project
        self._cancel = Event()
        self._rows: tuple[Row, ...] = ()
        self._refused: str | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("What the servers say", classes="dialog-title")
            with VerticalScroll(classes="dialog-text"):
                yield Checklist("", id="answers")
            yield Static("Asking …", id="asking")
            with Horizontal(classes="moves"):
                yield Button("Close", id="close", variant="primary", compact=True)

    def on_mount(self) -> None:
        self.query_one("#close", Button).focus()
        self._ask()

    @work(thread=True, exclusive=True, group="online", description="Asking the servers")
    def _ask(self) -> None:
        try:
            self._ask_all()
        except CancelledError:
            return
        except CondockError as error:
            self.post_message(self.Answered(Row(Mark.BAD, "servers", error.message, error.hint)))
        self.post_message(self.Finished())

    def _ask_all(self) -> None:
        project = self._project
        key = request_key(project)
        if key:
            self.post_message(self._owner(key))
        channels, trusted = project.build_channels(), project.plan.account.hosts
        for report in check_channels(channels, key, project.path, self._cancel, trusted):
            mark = Mark.GOOD if report.works else Mark.BAD
            hint = "" if report.works else report.finding.hint
            words = report.finding.message.removeprefix(f"{report.channel}: ")  # it stands beside
            refused = words if key and report.state in (ChannelState.REFUSED, ChannelState.FORBIDDEN) else ""
            self.post_message(self.Answered(Row(mark, report.channel, words, hint), refused))

    def _owner(self, key: Secret) -> Answered:
        try:
            identity = who_is(key, self._project.path, self._cancel)
        except CancelledError:
            raise
        except KeyRefusedError as error:
            return self.Answered(Row(Mark.BAD, "key", error.message, error.hint), error.message)
        except CondockError as error:
            return self.Answered(Row(Mark.WARNING, "key", error.message, error.hint))
        return self.Answered(Row(Mark.GOOD, "key", f"of {identity.words} at {identity.domain}"))

    @on(Answered)
    def _show(self, event: Answered) -> None:
        self._rows = (*self._rows, event.row)
        self._refused = self._refused or event.refused or None
        self.query_one(Checklist).rows = self._rows

    @on(Finished)
    def _finish(self) -> None:
        if self._rows and all(row.mark is Mark.GOOD for row in self._rows):
            self._refused = ""
        nothing = "There is no channel to ask." if not self._rows else ""
        self.query_one("#asking", Static).update(nothing)

    @on(Button.Pressed)
    def action_close(self) -> None:
        self.close()

    def close(self) -> None:
        self.dismiss(self._refused)

    def on_unmount(self) -> None:
        self._cancel.set()
