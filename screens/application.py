"""Application: your files, and what runs when the image starts."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message

from screens.parts.start_advice import StartAdvice, missing, uncopied, with_files, with_packages
from screens.parts.ways_to_start import WaysToStart
from screens.step_screen import StepScreen
from tui.core.application.listing import Listed, list_files, toggled
from tui.core.application.starts import Start, as_started, find_starts, on_port
from tui.core.dataclass import dataclass
from tui.core.dockerfile.ignore_rules import ignored_by
from tui.core.plan import Application
from tui.core.plan_file import PLAN_FILE
from tui.core.project import Project
from tui.core.steps import step_of
from tui.core.untrusted_text import printable
from tui.widgets.dialogs import ConfirmDialog
from tui.widgets.field import Field
from tui.widgets.file_list import FileList
from tui.widgets.fold import Fold
from tui.widgets.static import Static

_ONLY_ENVIRONMENT = """\
No file of yours is copied: the image will hold the environment, and nothing of your work.

Tick the files that belong into it, or go on with the environment alone."""


class ApplicationScreen(StepScreen):
    """The sixth step."""

    step = step_of("application")
    first_focus = "FileList"

    HELP = """
    condock looks at your code, without running it, and fills in what it recognises: web frameworks, dashboards,
    notebooks, packages with a command, scripts. Change whatever is not right.

    **space** ticks a file or a folder, **→** opens a folder, **Enter** goes on. What is not ticked
    stays out of the build.

    The **command** is written as you would type it, and runs without a shell: no `&&`, no `$VARIABLES`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f4", "add('file')", "Tick it", id="application.tick", tooltip="Copy the file that the command names"
        ),
        Binding("f4", "add('package')", "Add package", id="application.add", tooltip="Add what the command needs"),
    ]

    @dataclass
    class Found(Message):
        """The folder was looked through for ways to start it."""

        starts: tuple[Start, ...]

    @dataclass
    class Listing(Message):
        """The folder's files, as they are to be shown."""

        rows: tuple[Listed, ...]

    def compose_body(self) -> ComposeResult:
        yield Static(id="application-starts-about")
        yield WaysToStart(id="application-starts")
        yield FileList(id="application-files")
        yield Field("application.command", "Command", about="Runs when the image starts.")
        yield StartAdvice(id="application-advice")
        fields = (
            Field("build.image", "Image name", about="What the image is called: name and tag."),
            Horizontal(
                Field("application.port", "Port", about="Empty for none."),
                Field("application.user", "User", about="Best not root."),
                Field("application.folder", "Folder", about="In the image."),
                classes="row",
            ),
        )
        yield Fold("", *fields, id="application-image")
        yield from fields

    def on_mount(self) -> None:
        self._starts: tuple[Start, ...] | None = None
        self._opened: frozenset[str] = frozenset()
        self._listed: object = None
        self._agreed = self._is_empty = False
        self._lacks: tuple[object, ...] = ()
        self.query_one(FileList).border_title = " Copied into the image "
        self.query_one(Fold).watch_unfolded(unfolded=False)

    def look_around(self) -> None:
        self._find(self.current)

    def show(self, project: Project) -> None:
        application = project.plan.application
        for name in ("command", "port", "folder", "user"):
            self.query_one(f"#application-{name}", Field).show(getattr(application, name))
        self.query_one("#build-image", Field).show(project.plan.build.image)
        self.query_one(Fold).title = _image_words(project)
        listed = (application.files, project.own_ignore_rules, self._opened)
        if listed != self._listed:
            self._listed = listed
            self._list(project, self._opened)
        self._show_starts(project)

    def action_look(self) -> None:
        super().action_look()
        self._listed = None
        self._find(self.current)

    @work(thread=True, exclusive=True, group="starts", description="Looking for what can be started")
    def _find(self, project: Project) -> None:
        self.post_message(self.Found(find_starts(project.path)))

    @work(thread=True, exclusive=True, group="files", description="Listing the files of the folder")
    def _list(self, project: Project, opened: frozenset[str]) -> None:
        plan = project.plan
        whole = project.change("application", files=(".",))
        own = (plan.build.dockerfile, f"{plan.build.dockerfile}.dockerignore")
        ignored = ignored_by(whole.ignore_text())
        self.post_message(self.Listing(list_files(project.path, plan.application.files, opened, ignored, own)))

    @on(Found)
    def _found(self, event: Found) -> None:
        came, self._starts = event.starts if not self._starts else (), event.starts
        if came and _is_undecided(self.current):
            self._take(came[0])  # as where the code is there from the start
        self.show(self.current)

    @on(Listing)
    def _listing(self, event: Listing) -> None:
        self._is_empty = not event.rows
        self.query_one(FileList).show(event.rows, self._opened)
        self._show_starts(self.current)

    # The ways to start it

    def _show_starts(self, project: Project) -> None:
        self.query_one(WaysToStart).offer(self._ways(project) or (), project.plan.application.command)
        about = ""
        if self._starts == ():
            about = "condock recognises nothing here that it could start: tick the files, and write the command."
        if self._is_empty:
            about = "This folder has no files yet. Put your code here, and ctrl+r looks again."
        said = self.query_one("#application-starts-about", Static)
        said.display = bool(about)
        said.update(Content.styled(about, "bold"))
        self.query_one(StartAdvice).say(project, self._ways(project))
        if (lacks := (uncopied(project), missing(project))) != self._lacks:
            self._lacks = lacks
            self.refresh_bindings()

    def _ways(self, project: Project) -> tuple[Start, ...] | None:
        """The ways to start it, the one that is taken with its port; None before they are known."""
        return None if self._starts is None else as_started(self._starts, project.plan.application.command)

    @on(WaysToStart.OptionSelected, "#application-starts")
    def _start_chosen(self, event: WaysToStart.OptionSelected) -> None:
        event.stop()
        if ways := self._ways(self.current):
            self._take(ways[event.option_index])

    def _take(self, start: Start) -> None:
        chosen = start.application
        self.edit("application", files=chosen.files, command=chosen.command, port=chosen.port)

    def edit(self, section: str, **values: object) -> None:
        """Have a change of the port take the command along."""
        if section == "application" and list(values) == ["port"]:
            port, starts = str(values["port"]), self._starts or ()
            self.post_message(self.Edited(lambda project: _on_port(project, port, starts)))
        else:
            super().edit(section, **values)

    # The files

    @on(FileList.Ticked)
    def _ticked(self, event: FileList.Ticked) -> None:
        self.edit("application", files=toggled(self.current.plan.application.files, event.path))

    @on(FileList.Opened)
    def _folder_opened(self, event: FileList.Opened) -> None:
        self._opened = self._opened | {event.path} if event.opened else self._opened - {event.path}
        self.show(self.current)

    # The files and the packages that the command needs

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "add":
            lacks = uncopied(self.current)
            return bool(lacks if parameters == ("file",) else missing(self.current) and not lacks)
        return super().check_action(action, parameters)

    def action_add(self, what: str) -> None:
        self.post_message(self.Edited(with_files if what == "file" else with_packages))

    # Going on

    def action_next(self) -> None:
        decided = self.current.folder.has(PLAN_FILE) or self._agreed
        if self.problems or self.current.plan.application.files or decided:
            super().action_next()
        else:
            self._ask()

    @work(group="nothing", exclusive=True, description="Asking whether nothing is to be copied")
    async def _ask(self) -> None:
        answers = {"yes": "The environment alone", "no": "Stay here" if self._is_empty else "Choose files"}
        if await self.app.push_screen_wait(ConfirmDialog("Nothing of yours?", _ONLY_ENVIRONMENT, **answers)):
            self._agreed = True
            self.action_next()


def _is_undecided(project: Project) -> bool:
    """True if the plan still starts nothing of the folder, and nobody has said that it is to."""
    return project.plan.application == Application() and not project.folder.has(PLAN_FILE)


def _on_port(project: Project, port: str, starts: tuple[Start, ...]) -> Project:
    its = on_port(project.plan.application, port, starts)
    return project.change("application", port=its.port, command=its.command)


def _image_words(project: Project) -> str:
    """The folded fields in a line: `Image my-app:latest, port 8000, user app, folder /app`."""
    image, its = project.plan.build.image, project.plan.application
    return printable(f"Image {image}, port {its.port or 'none'}, user {its.user}, folder {its.folder}")
