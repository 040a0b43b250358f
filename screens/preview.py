"""Preview: the files and commands that the plan gives, and writing them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.highlight import highlight
from textual.message import Message
from textual.widgets import Select, TabbedContent, TabPane

from screens.dialogs.engine_choice import PLACE_FIELDS, EngineChoiceDialog
from screens.dialogs.trust import TrustDialog
from screens.parts.file_rows import file_rows
from screens.parts.write_file import may_write, put
from screens.step_screen import StepScreen
from tui.core.audience import host_network, key_audience
from tui.core.claims import Unagreed, chosen_claims, file_claim, unagreed
from tui.core.dataclass import dataclass, replace
from tui.core.dockerfile.command import build_command, run_command
from tui.core.dockerfile.deciding_step import decided
from tui.core.dockerfile.instruction import Instruction
from tui.core.engine.build_settings import settings_advice
from tui.core.errors import CondockError, Problem
from tui.core.files import FileChange
from tui.core.plan import NETWORKS
from tui.core.project import Project
from tui.core.proof.context.xray import xray, xray_lines
from tui.core.steps import step_of
from tui.widgets.button import Button
from tui.widgets.checklist import Checklist, Mark, Row
from tui.widgets.dialogs import NoticeDialog
from tui.widgets.dockerfile_view import DockerfileView
from tui.widgets.field import Field
from tui.widgets.hanging_indent import Code
from tui.widgets.static import Static
from tui.widgets.stepper import StepState


class PreviewScreen(StepScreen):
    """The seventh step."""

    step = step_of("preview")
    first_focus = "DockerfileView OptionList"
    next_label = "Write the files"

    has_companion = False

    HELP = """
    Move through the Dockerfile with the arrow keys: each instruction says why it is there, and `e` goes to the
    step where that is chosen. `◆` marks what is shown the key.

    **Write the files** writes what is listed under *Files*. A file that condock did not write is never
    replaced before you have seen the difference and said yes; the old one is kept in `.condock`,
    which git does not see.

    `ctrl+t` is about **where** the image is built: on which engine, for which machines, and whether it is
    sent to a registry. All of that is off until you choose it.
    """

    @dataclass
    class LookedThrough(Message):
        """The files that the builder is sent, in words."""

        text: str

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "edit", "Edit", id="preview.edit", tooltip="Go to the step where this instruction is chosen"),
        Binding("ctrl+t", "choose_place", "Where", id="preview.place", tooltip="Engine, builder, platforms, push"),
    ]

    def compose_body(self) -> ComposeResult:
        network = self.current.plan.build.network
        networks = dict.fromkeys((*NETWORKS, network))  # also one that is none, so that it can be seen and changed
        with TabbedContent():
            with TabPane("Dockerfile", id="tab-dockerfile"):
                yield Static(id="audience")
                yield DockerfileView(self._chosen_where)
                yield Static(id="key-readers", classes="note")
            with TabPane("Ignore file", id="tab-ignore"), VerticalScroll():
                yield Static(id="sent")
                yield Static(id="ignore-text")
            with TabPane("Build command", id="tab-command"), VerticalScroll():
                with Horizontal(classes="pair"):
                    yield Field("build.image", "Image name")
                    yield Select(
                        _options(networks), value=network, allow_blank=False, id="build-network", compact=True
                    )
                yield Code(id="build-command", classes="code")
                yield Code(id="run-command", classes="code")
                yield Static(id="key-shown", classes="note")
                yield Button("Where it is built …", id="choose-place", compact=True)
                yield Checklist("", id="place-advice")
            with TabPane("Files", id="tab-files"), VerticalScroll():
                yield Checklist("Files", id="files")

    _sending: tuple[tuple[Instruction, ...], str] | None = None
    """That what is sent was last looked through for."""

    def show(self, project: Project) -> None:
        plan = project.plan
        self.query_one(DockerfileView).instructions = project.instructions()
        readers = project.key_readers()
        said = Content(readers.words if readers else "")
        self.query_one("#key-shown", Static).update(said)
        self.query_one("#key-readers", Static).update(said)
        self.query_one("#key-readers").display = readers is not None and not readers.isolated
        self.query_one("#ignore-text", Static).update(highlight(project.ignore_text(), language="bash"))
        self.query_one("#build-image", Field).show(plan.build.image)
        audience = " ".join(filter(None, (key_audience(project), host_network(project))))
        self.query_one("#audience", Static).update(Content(audience))
        with self.prevent(Select.Changed):
            self.query_one("#build-network", Select).value = plan.build.network
        command = build_command(plan, ask=project.pasted is not None)
        self.query_one("#build-command", Static).update(highlight(command, language="bash"))
        self.query_one("#run-command", Static).update(highlight(run_command(plan), language="bash"))
        self.query_one("#files", Checklist).rows = tuple(file_rows(project))
        self.query_one("#place-advice", Checklist).rows = tuple(
            Row(Mark.WARNING, "", note.message, note.hint) for note in settings_advice(plan, project.engine)
        )
        if self.was_shown:
            self.look_around()

    def look_around(self) -> None:
        sending = (self.current.instructions(), self.current.ignore_text())
        if sending != self._sending:
            self._sending = sending
            self._look_through(self.current)

    @work(thread=True, exclusive=True, group="sent", description="Looking through what is sent")
    def _look_through(self, project: Project) -> None:
        try:
            lines = xray_lines(xray(project))
        except (CondockError, OSError) as error:
            lines = iter([str(error)])
        self.post_message(self.LookedThrough("\n".join(lines)))

    @on(LookedThrough)
    def _looked_through(self, event: LookedThrough) -> None:
        self.query_one("#sent", Static).update(Content(f"{event.text}\n"))

    @on(Select.Changed, "#build-network")
    def _network_chosen(self, event: Select.Changed) -> None:
        self.edit("build", network=event.value)

    def _chosen_where(self, instruction: Instruction) -> str:
        """The step in which what an instruction says is chosen."""
        key, _ = decided(instruction)
        return step_of(key).title if key else ""

    def action_edit(self) -> None:
        """Go to where what the highlighted instruction says is chosen."""
        chosen = self.query_one(DockerfileView).current
        key, field = decided(chosen) if chosen else ("", "")
        if key:
            self.post_message(self.JumpRequested(key, back=self.step.key, field=field))

    # Where it is built

    @on(Button.Pressed, "#choose-place")
    def _place_pressed(self) -> None:
        self.action_choose_place()

    @work(exclusive=True, group="place", description="Choosing where it is built")
    async def action_choose_place(self) -> None:
        project = self.current
        build = await self.app.push_screen_wait(EngineChoiceDialog(project.plan, project.engine))
        if build is not None and build != project.plan.build:
            self.post_message(self.Edited(lambda now: replace(now, plan=replace(now.plan, build=build))))
            self.post_message(self.LookRequested())

    def focus_problem(self, problem: Problem) -> None:
        if problem.field in PLACE_FIELDS and not isinstance(problem, Unagreed):
            self.action_choose_place()
        else:
            super().focus_problem(problem)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return True if action == "mend" and self._marked else super().check_action(action, parameters)

    def action_mend(self) -> None:
        """Go to what is in the way here, else to the first step that is marked."""
        if self.problems or not self._marked:
            super().action_mend()
        else:
            self.post_message(self.MendRequested(self._marked, None, then=self.step.key))

    @property
    def _marked(self) -> str:
        before = (step for step in self.steps[:-1] if step.state is StepState.PROBLEM)
        return next((step.key for step in before), "")

    def watch_steps(self) -> None:
        if self.is_ready:
            self.refresh_bindings()

    # Writing

    def action_next(self) -> None:
        if not self.problems:
            self._write_all()

    @work(exclusive=True, group="write", description="Writing the files")
    async def _write_all(self) -> None:
        """Ask for what is not ours, write what is not written yet, then go on; a no leaves all as it is."""
        try:
            changes = self.current.changes()
            kept = [change for change in changes if not await may_write(self.app, change)]
            if missing := [change.path.name for change in kept if not await self._may_stay(change)]:
                self.notify(str(_nothing_written(missing)), severity="warning", timeout=10, markup=False)
                return
            for change in changes:
                if change not in kept:
                    put(self.app, change)
        except CondockError as error:
            await self.app.push_screen_wait(NoticeDialog(error))
            return
        self.post_message(self.Agreed(chosen_claims(self.current)))
        self.watch_project(self.current)
        self.post_message(self.Completed())

    async def _may_stay(self, change: FileChange) -> bool:
        """Ask for a yes to what a file of the build's own does instead; False without a claim, or on a no."""
        claim = next((c for c in unagreed(self.current) if c == file_claim(change, self.current)), None)
        if claim is None or not await self.app.push_screen_wait(TrustDialog(claim, change)):
            return False
        self.post_message(self.Agreed((claim,)))
        return True


def _nothing_written(kept: Sequence[str]) -> Problem:
    stays = f"{kept[0]} stays" if len(kept) == 1 else f"{', '.join(kept)} stay"
    return Problem(
        f"{stays} as on disk, so nothing was written: the image would not be the one that is shown here.",
        "Write the files again to replace it, or change the step that it comes from.",
    )


def _options(networks: Iterable[str]) -> list[tuple[Content, str]]:
    return [(Content(f"network: {network}"), network) for network in networks]
