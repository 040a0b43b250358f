"""The dialog that signs in by the device flow: a code, an address, and waiting that can be cancelled."""

from __future__ import annotations

import os
import sys
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message

from tui.core.account import device
from tui.core.account.device import DeviceCode, SignInCancelledError
from tui.core.account.qr import qr_lines
from tui.core.dataclass import dataclass
from tui.core.errors import CondockError
from tui.core.untrusted_text import printable
from tui.widgets.button import Button
from tui.widgets.dialogs import Dialog
from tui.widgets.static import Static

_OTHER_WAY = "Without signing in: make a key on your account's web page, on any machine, and paste it."


class SignInDialog(Dialog[bool]):
    """Signs in; dismissed with True once the key is stored."""

    HORIZONTAL_BREAKPOINTS = [(0, "-normal"), (116, "-wide")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    @dataclass
    class CodeReceived(Message):
        code: DeviceCode

    class SignedIn(Message):
        """The key is stored."""

    @dataclass
    class Failed(Message):
        error: CondockError

    def __init__(self, folder: Path, domain: str) -> None:
        super().__init__()
        self._folder = folder
        self._domain = printable(domain)
        self.wants_to_paste = False
        """True once it failed, and the user rather pastes a key."""
        self._cancel = Event()
        self._code: DeviceCode | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Sign in to Anaconda", classes="dialog-title")
            with Horizontal(classes="beside"):
                with Vertical(classes="said"):
                    yield Static("Asking for a code …", id="sign-in-said")
                    yield Static(id="sign-in-code")
                    yield Static(id="sign-in-left")
                yield Static(id="sign-in-qr")
            with Horizontal(classes="moves"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Open the browser", id="browse", variant="primary", compact=True, disabled=True)
                yield Button("Paste a key", id="paste", variant="primary", compact=True)

    def on_mount(self) -> None:
        self.query_one("#paste").display = False
        self.set_interval(1, self._tick)
        self._sign_in()

    @work(thread=True, exclusive=True, group="device-flow", description="Waiting for the sign-in")
    def _sign_in(self) -> None:
        try:
            code = device.start(self._folder, self._cancel)
            self.post_message(self.CodeReceived(code))
            device.wait(code, self._cancel)
        except SignInCancelledError:
            return
        except CondockError as error:
            self.post_message(self.Failed(error))
        else:
            self.post_message(self.SignedIn())

    @on(CodeReceived)
    def _show_code(self, event: CodeReceived) -> None:
        self._code = event.code
        said = f"Open this page, on this machine or any other, and type the code:\n\n{event.code.verification_uri}"
        self.query_one("#sign-in-said", Static).update(Content(said))
        self.query_one("#sign-in-code", Static).update(Content(" ".join(event.code.user_code)))
        self._show_qr(event.code.verification_uri_complete)
        browse = self.query_one("#browse", Button)
        browse.disabled = not _has_browser()
        (self.query_one("#cancel", Button) if browse.disabled else browse).focus()
        self._tick()

    def _show_qr(self, address: str) -> None:
        """The full address for a phone, where the terminal is big enough for it."""
        try:
            lines = qr_lines(address)
        except ValueError:
            return
        if len(lines) + 8 <= self.app.size.height:
            self.query_one("#sign-in-qr", Static).update(Content("\n".join(lines)))
            self.query_one(".dialog").add_class("-with-qr")

    @on(SignedIn)
    def _done(self) -> None:
        self.dismiss(True)

    @on(Failed)
    def _failed(self, event: Failed) -> None:
        self._code = None
        said = f"Signing in at {self._domain} failed. {event.error}\n\n{_OTHER_WAY}"
        self.query_one("#sign-in-said", Static).update(Content(said))
        self.query_one("#sign-in-code").display = self.query_one("#sign-in-left").display = False
        self.query_one("#browse", Button).display = False
        paste = self.query_one("#paste", Button)
        paste.display = True
        paste.focus()
        self.query_one("#cancel", Button).label = "Close"

    def _tick(self) -> None:
        if self._code is not None:
            left = max(0, int((self._code.expires_at - datetime.now(UTC)).total_seconds()))
            self.query_one("#sign-in-left", Static).update(
                Content(f"Waiting for you. The code is good for {left // 60}:{left % 60:02} more.")
            )

    @on(Button.Pressed, "#browse")
    def _browse(self) -> None:
        if self._code is not None:
            self._open_browser(self._code.verification_uri_complete)

    @work(thread=True, group="browser", description="Opening the browser")
    def _open_browser(self, address: str) -> None:
        webbrowser.open(address)

    @on(Button.Pressed, "#paste")
    def _paste(self) -> None:
        self.wants_to_paste = True
        self.action_cancel()

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self._cancel.set()
        self.dismiss(False)

    def close(self) -> None:
        self.action_cancel()

    def on_unmount(self) -> None:
        self._cancel.set()


def _has_browser() -> bool:
    """True if a browser opens in a window of its own; one of text would take over this terminal."""
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
