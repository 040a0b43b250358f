"""The part of the dependencies step that reads what the copied code imports, in a thread."""

from __future__ import annotations

from textual import on, work
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from tui.core.application.imports import Import, find_imports
from tui.core.dataclass import dataclass
from tui.core.project import Project


class Imported(Widget):
    """Shows nothing by itself."""

    DEFAULT_CSS = "Imported { display: none; }"

    @dataclass
    class Read(Message):
        """The code was read."""

        files: tuple[str, ...]
        found: tuple[Import, ...]

    project: var[Project | None] = var(None, init=False)

    def __init__(self) -> None:
        super().__init__()
        self._files: tuple[str, ...] = ()
        self.found: tuple[Import, ...] = ()

    def watch_project(self, project: Project) -> None:
        if project.plan.application.files != self._files:
            self._files = project.plan.application.files
            self._look(project)

    @work(thread=True, exclusive=True, group="imports", description="Reading what the code imports")
    def _look(self, project: Project) -> None:
        self.post_message(
            self.Read(project.plan.application.files, find_imports(project.path, project.plan.application.files))
        )

    @on(Read)
    def _read(self, event: Read) -> None:
        if event.files == self._files:
            self.found = event.found
