"""Account: where the API key comes from, whether it can work, and signing in."""

from __future__ import annotations

from dataclasses import replace

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Checkbox, Static

from screens.sign_in import SignInDialog
from screens.step_screen import StepScreen
from tui.core.account.device import sign_in_obstacle
from tui.core.account.sources import KeySource, State
from tui.core.plan import SecretMode
from tui.core.project import Project
from tui.core.secret import Secret
from tui.core.steps import STEPS
from tui.widgets.checklist import Checklist, Mark, Row
from tui.widgets.dialogs import ConfirmDialog
from tui.widgets.field import Field
from tui.widgets.toggles import Tick

_MARKS = {
    State.WON: Mark.GOOD,
    State.SHADOWED: Mark.WARNING,
    State.ABSENT: Mark.MISSING,
    State.UNREADABLE: Mark.BAD,
}


class AccountScreen(StepScreen):
    """The second step."""

    step = STEPS[1]

    HELP = """
    Anaconda's authenticated channels want an **API key** with every request. condock looks where the
    `anaconda` command would look, in the same order, and shows which place wins.

    *Sign in* shows a code to type on a web page, on this machine or any other. A key that you paste is
    kept in memory until you leave. Keys are shown by their last four characters, never more.
    """

    def compose_body(self) -> ComposeResult:
        yield Checklist("Where a key can be, the strongest first", id="sources")
        with Horizontal(classes="buttons"):
            yield Button("Sign in …", id="sign-in", compact=True)
        yield Field("key", "Or paste a key", about="Kept in memory until you leave.", secret=True)
        yield Tick("Go on without a key, for public channels only", id="no-key", compact=True)
        yield Static(id="key-used")

    _looked = False

    def show(self, project: Project) -> None:
        with self.prevent(Checkbox.Changed):
            self.query_one("#no-key", Tick).value = project.plan.secret.mode is SecretMode.NONE
        self.query_one("#sources", Checklist).rows = _rows(project)
        self.query_one("#key-used", Static).update(Content(_used(project)))
        if project.search is not None and not self._looked:
            self._looked = True
            self.call_after_refresh(self._focus_what_is_next)

    def _focus_what_is_next(self) -> None:
        """Where there is a key, Enter goes on; where there is none, it signs in."""
        self.query_one("#sign-in" if self.problems else "#next", Button).focus()

    @on(Field.Changed, "#key")
    def _typed(self, event: Field.Changed) -> None:
        event.stop()
        pasted = Secret(event.value) if event.value else None
        self.post_message(self.Edited(lambda project: replace(project, pasted=pasted)))

    @on(Checkbox.Changed, "#no-key")
    def _without_key(self, event: Checkbox.Changed) -> None:
        self.edit("secret", mode=SecretMode.NONE if event.value else SecretMode.VARIABLE)

    @on(Button.Pressed, "#sign-in")
    @work(exclusive=True, group="sign-in", description="Signing in")
    async def _sign_in(self) -> None:
        search = self.current.search
        obstacle = sign_in_obstacle(search) if search else None
        if obstacle is not None:
            await self.app.push_screen_wait(ConfirmDialog(obstacle.message, obstacle.hint, yes="", no="Close"))
        elif await self.app.push_screen_wait(SignInDialog(self.current.path)):
            self.post_message(self.LookRequested())


def _rows(project: Project) -> tuple[Row, ...]:
    if project.search is None:
        return (Row(Mark.LOOKING, "looking", ""),)
    return tuple(_row(source) for source in project.search.rows)


def _used(project: Project) -> str:
    if project.plan.secret.mode is SecretMode.NONE:
        return "The build uses no key."
    if project.key is None:
        return ""
    return f"The build uses {'the pasted key' if project.pasted else 'the key'} {project.key.masked}."


def _row(source: KeySource) -> Row:
    found = "nothing"
    if source.key is not None:
        words = source.report.words if source.report else ""
        found = f"{source.key.masked}  {words}"
    if source.state is State.SHADOWED:
        found += f"  (not used: {source.shadowed_by} wins)"
    problem = source.report.problem if source.report else None
    mark = Mark.BAD if problem and source.state is not State.SHADOWED else _MARKS[source.state]
    return Row(mark, source.where, found, str(problem) if problem and source.state is State.UNREADABLE else "")
