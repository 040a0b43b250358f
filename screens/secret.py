"""Secret: how the key reaches the build, as a variable or as a .env file."""

from __future__ import annotations

import os
from dataclasses import replace

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Checkbox, RadioButton, RadioSet

from screens.step_screen import StepScreen
from tui.core.account.key_file import write_secret_file
from tui.core.dockerfile.command import build_command
from tui.core.dockerfile.environment_steps import secret_mount
from tui.core.errors import CondockError
from tui.core.plan import Form, SecretMode
from tui.core.project import Project
from tui.core.steps import step_of
from tui.widgets.button import Button
from tui.widgets.dialogs import ConfirmDialog
from tui.widgets.field import Field
from tui.widgets.hanging_indent import Code
from tui.widgets.static import Static
from tui.widgets.toggles import Choice, ChoiceSet, Tick

_MODES = (SecretMode.VARIABLE, SecretMode.DOTENV)
_LABELS = {
    SecretMode.VARIABLE: "Environment variable  nothing is kept on disk",
    SecretMode.DOTENV: ".env file             the key stays in that file",
}
"""Each way with what follows from it."""
_ABOUT = {
    SecretMode.VARIABLE: "The key is in the environment of the build command only. Right for most, and for CI.",
    SecretMode.DOTENV: "The build mounts the file, which stays out of git and of what is sent to the builder.",
}


class SecretScreen(StepScreen):
    """The fifth step."""

    step = step_of("secret")
    first_focus = "RadioSet"

    buttons = {"write-dotenv": "Write the .env file"}  # noqa: RUF012

    HELP = """
    BuildKit shows a **secret** to one instruction of the Dockerfile as a file in memory. When the
    instruction ends the file is gone: it is in no layer, no history and no cache of the image.

    This step chooses where the build takes the key from.
    """

    def compose_body(self) -> ComposeResult:
        with ChoiceSet(id="secret-mode", compact=True):
            for mode in _MODES:
                yield Choice(_LABELS[mode])
        yield Static(id="secret-about", classes="note")
        with Vertical(id="dotenv"):
            yield Field("secret.file", "File", about="Relative to your folder.")
            yield Button("Write the file …", id="write-dotenv", compact=True)
        yield Tick("Keep the key from the packages and their scripts", id="isolated", compact=True)
        yield Tick("Let the packages' scripts use the network", id="link-network", compact=True)
        yield Static(id="key-readers", classes="note")
        yield Static(Content.styled("Mounted in the Dockerfile", "bold"), classes="label")
        yield Code(id="secret-mount", classes="code")
        yield Static(Content.styled("The build command", "bold"), classes="label")
        yield Code(id="secret-command", classes="code")
        yield Field(
            "secret.plugin_channel",
            "Channel of anaconda-registration",
            about="The package that reads the key in the build. It is asked for without the key.",
        )

    def show(self, project: Project) -> None:
        secret = project.plan.secret
        buttons = list(self.query(Choice))
        with self.prevent(RadioSet.Changed, RadioButton.Changed):
            for mode, button in zip(_MODES, buttons, strict=True):
                button.value = secret.mode is mode
        self.query_one("#secret-about", Static).update(Content(_ABOUT.get(secret.mode, "")))
        self.query_one("#dotenv").display = secret.mode is SecretMode.DOTENV
        self.query_one("#secret-file", Field).show(secret.file)
        self.query_one("#secret-plugin-channel", Field).show(secret.plugin_channel)
        missing = not os.path.lexists(project.path / secret.file)
        self.query_one("#write-dotenv", Button).disabled = not missing or project.key is None
        self._show_form(project)
        self.query_one("#secret-mount", Static).update(Content(secret_mount(project.plan)))
        command = build_command(project.plan, ask=project.pasted is not None)
        self.query_one("#secret-command", Static).update(Content(command))

    def _show_form(self, project: Project) -> None:
        build, readers = project.plan.build, project.key_readers()
        with self.prevent(Checkbox.Changed):
            self.query_one("#isolated", Tick).value = build.form is Form.ISOLATED
            self.query_one("#link-network", Tick).value = build.link_network
        self.query_one("#link-network").display = build.form is Form.ISOLATED
        self.query_one("#key-readers", Static).update(Content(readers.words if readers else ""))

    @on(Checkbox.Changed, "#isolated")
    def _form_chosen(self, event: Checkbox.Changed) -> None:
        self.edit("build", form=Form.ISOLATED if event.value else Form.GUIDE)

    @on(Checkbox.Changed, "#link-network")
    def _network_chosen(self, event: Checkbox.Changed) -> None:
        self.edit("build", link_network=event.value)

    @on(RadioSet.Changed)
    def _mode_chosen(self, event: RadioSet.Changed) -> None:
        self.edit("secret", mode=_MODES[event.index])

    @on(Button.Pressed, "#write-dotenv")
    @work(exclusive=True, group="dotenv", description="Writing the .env file")
    async def _write(self) -> None:
        name = self.current.plan.secret.file
        question = (
            f"Your API key will stand in {name}, readable by you alone (mode 0600).\n"
            f"{name} is added to .gitignore, and the ignore file keeps it from the builder."
        )
        if await self.app.push_screen_wait(ConfirmDialog(f"Write the key into {name}?", question, yes="Write")):
            self._write_file(name)

    def _write_file(self, name: str) -> None:
        project = self.current
        if project.key is None:
            return
        try:
            write_secret_file(project.path / name, project.key, project.path)
        except CondockError as error:
            self.notify(str(error), severity="error", markup=False)
            self.watch_project(project)
            return
        self.post_message(self.Edited(lambda now: replace(now, written=now.written.named(name))))
