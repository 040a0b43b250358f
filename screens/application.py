"""Application: your files, and what runs when the image starts."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Label, Static, TextArea

from screens.step_screen import StepScreen
from tui.core.project import Project
from tui.core.steps import step_of
from tui.widgets.field import Field


class ApplicationScreen(StepScreen):
    """The sixth step."""

    step = step_of("application")

    HELP = """
    What condock saw in your folder (FastAPI, Flask, Streamlit, a script) is filled in already. Change
    whatever is not right.

    The **command** is written as you would type it, and runs without a shell: no `&&`, no `$VARIABLES`.
    """

    def compose_body(self) -> ComposeResult:
        yield Label("Files and folders to copy, one a line")
        files = "\n".join(self.current.plan.application.files)
        yield TextArea(files, id="application-files", tab_behavior="focus", compact=True, show_line_numbers=False)
        yield Static("Relative to your folder. Everything else stays out of the build.", classes="note")
        yield Field("application.command", "Command", about="Runs when the image starts.")
        with Horizontal(classes="row"):
            yield Field("application.port", "Port", about="Empty for none.")
            yield Field("application.user", "User", about="Best not root.")
            yield Field("application.folder", "Working folder", about="In the image.")

    def on_mount(self) -> None:
        self.query_one("#application-files", TextArea).focus()

    def show(self, project: Project) -> None:
        application = project.plan.application
        for name in ("command", "port", "folder", "user"):
            self.query_one(f"#application-{name}", Field).show(getattr(application, name))
        files = self.query_one("#application-files", TextArea)
        if _paths(files.text) != application.files and not files.has_focus:
            with self.prevent(TextArea.Changed):
                files.load_text("\n".join(application.files))

    @on(TextArea.Changed, "#application-files")
    def _files_changed(self, event: TextArea.Changed) -> None:
        self.edit("application", files=_paths(event.text_area.text))


def _paths(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
