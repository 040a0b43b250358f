"""The part of the account step that takes a pasted key, and on a clear yes keeps it where signing in would."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.widgets import Input

from screens.parts.key_rows import Refusal
from screens.step_screen import StepScreen
from tui.core.account.stored_key import keep_key, keeping_obstacle
from tui.core.dataclass import replace
from tui.core.errors import CondockError
from tui.core.plan import SecretMode
from tui.core.project import Project
from tui.core.secret import Secret
from tui.core.steps import wants_key
from tui.core.untrusted_text import printable
from tui.widgets.button import Button
from tui.widgets.dialogs import ConfirmDialog, NoticeDialog
from tui.widgets.field import Field
from tui.widgets.line import KeyInput

_KEPT = "Kept until you leave."
_PASTED = "Kept until you leave; f8 keeps it longer."
_INSTEAD = "Used in place of the one found, until you leave."
_WHERE_IT_OPENS = ("sign-in", "back", "next")


class KeepingKey(StepScreen):
    """A step at which a key can have been pasted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "keep_key", "Keep key", id="account.keep", tooltip="Keep the pasted key on this machine"),
    ]

    _keyed_mode = SecretMode.VARIABLE  # to come back to from no key
    _had_pasted = False
    _said = ""  # of this key: what came of keeping it
    _refusal: Refusal | None = None

    def watch_project(self, project: Project | None) -> None:
        super().watch_project(project)
        if project is None or not self.is_ready:
            return
        refused = self._refusal is not None and self._refusal.key == project.key
        self.query_one(KeyInput).is_whole = project.pasted is not None and not (refused or self._is_faulty)
        self.query_one("#key", Field).about = self._said or self._about(project)
        if self._had_pasted != (project.pasted is not None):
            self._had_pasted = not self._had_pasted
            self.refresh_bindings()

    def _about(self, project: Project) -> str:
        if project.pasted is not None:
            return _KEPT if self._is_faulty else _PASTED
        return _INSTEAD if project.key else _KEPT

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "keep_key":
            return self.current.pasted is not None and not self._is_faulty
        return super().check_action(action, parameters)

    @on(Field.Changed, "#key")
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        self._said = ""
        self._take(event.value)

    def _take(self, typed: str) -> None:
        pasted = Secret(typed) if typed else None
        self.post_message(self.Edited(lambda project: replace(project, pasted=pasted)))
        if pasted and not wants_key(self.current):
            self.edit("secret", mode=self._keyed_mode)

    @on(Input.Submitted, "#key Input")
    def _entered(self, event: Input.Submitted) -> None:
        """Go on with the key, not to the box below it that goes on without."""
        event.prevent_default()
        self._take(event.value)  # Enter may be here before the change is
        self.call_later(self.app.call_later, self._go_on)  # once the app has the key, and has told it to the step

    def _go_on(self) -> None:
        if not self.problems:
            self.query_one("#next", Button).focus()
        elif not self._is_faulty and self.current.pasted is not None:
            self.action_mend()

    def expect(self, key: events.Key) -> None:
        """Begin a key with what is typed where the step opens, as with what is pasted there; but for blanks."""
        if self.is_ready and key.character and key.character.isprintable() and not key.character.isspace():
            waits = self.current.key is None and wants_key(self.current)
            if waits and (self.focused is None or self.focused.id in _WHERE_IT_OPENS):
                self.set_focus(self.query_one("#key", Field).query_one(Input))

    def on_paste(self, event: events.Paste) -> None:
        """A key that is pasted where nothing takes it goes into its field."""
        event.stop()
        self.app.call_later(self._give, event.text)  # the app may have a tab before this to move the focus by

    def _give(self, pasted: str) -> None:
        focused = self.focused
        field = focused if isinstance(focused, Input) else self.query_one("#key", Field).focus().query_one(Input)
        field.post_message(events.Paste(pasted))

    @property
    def _is_faulty(self) -> bool:
        return any(problem.field == "key" for problem in self.problems)

    @work(exclusive=True, group="keep", description="Asking whether the key is to be kept")
    async def action_keep_key(self) -> None:
        """Ask, and keep it."""
        project = self.current
        if project.pasted is None or project.search is None:
            return
        if obstacle := keeping_obstacle(project.search):
            await self.app.push_screen_wait(NoticeDialog(obstacle))
            return
        question = (
            f"{project.pasted.masked} is stored for {printable(project.search.domain)} in anaconda-auth's keyring "
            "in your home, where `anaconda login` would store it: readable by you alone, and used by all of "
            "Anaconda's programs. Sign out removes it."
        )
        if await self.app.push_screen_wait(ConfirmDialog("Keep this key?", question, yes="Keep it")):
            self._keep(project)
        else:
            self._say("It was not kept: it goes when you leave. f8 asks again.")

    @work(thread=True, exclusive=True, group="keep", description="Keeping the key")
    def _keep(self, project: Project) -> None:
        key = project.pasted
        if key is None:
            return
        try:
            domain = keep_key(key, project.path)
        except CondockError as error:
            self.app.call_from_thread(self.app.push_screen, NoticeDialog(error))
            return
        self.app.call_from_thread(self._kept, key, domain)

    def _kept(self, key: Secret, domain: str) -> None:
        """Say so, and have the key come from where it is now."""
        if self.current.pasted == key:
            self.query_one("#key", Field).empty()
        self._say(f"Kept for {domain} in anaconda-auth's keyring; Sign out removes it.")
        self.notify(f"The key is kept, for {domain}.", markup=False)
        self.post_message(self.Edited(lambda now: replace(now, pasted=None if now.pasted == key else now.pasted)))
        self.post_message(self.LookRequested())

    def _say(self, words: str) -> None:
        self._said = self.query_one("#key", Field).about = words
