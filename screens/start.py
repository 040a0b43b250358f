"""Start: what was found in the folder and of the engine, and what to do about what is missing."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widgets import Button

from screens.step_screen import StepScreen
from tui.core.engine.engine import EngineReport
from tui.core.folder import LANDMARKS, Folder
from tui.core.project import Project
from tui.core.steps import number_of, step_of
from tui.widgets.checklist import Checklist, Mark, Row


class StartScreen(StepScreen):
    """The first step."""

    step = step_of("start")

    HELP = """
    condock makes a Docker image of your conda environment. It asks a few short questions, writes a
    Dockerfile you can read, and runs the build while you watch. Your API key is shown to the build for
    one instruction and is never part of the image.

    **Next** goes on, **Back** goes back, and nothing you typed is lost on the way.
    """

    def compose_body(self) -> ComposeResult:
        yield Checklist("Your folder", id="folder")
        yield Checklist("Docker", id="engine")

    def on_mount(self) -> None:
        self.query_one("#next", Button).focus()

    def show(self, project: Project) -> None:
        self.query_one("#folder", Checklist).rows = tuple(_folder_rows(project.folder))
        self.query_one("#engine", Checklist).rows = tuple(engine_rows(project.engine))


_WITHOUT = {
    "environment.yml": f"one is made in step {number_of('dependencies')}",
    "conda-lock.yml": "not needed",
    "Dockerfile": f"one is made in step {number_of('preview')}",
    ".env": "not needed",
    "condock.yml": "this is a first time",
}


def _folder_rows(folder: Folder) -> list[Row]:
    rows = [
        Row(Mark.GOOD, name, what) if folder.has(name) else Row(Mark.MISSING, name, _WITHOUT[name])
        for name, what in LANDMARKS.items()
    ]
    if not folder.writable:
        rows.append(Row(Mark.BAD, "rights", "nothing can be written here", "Change the folder's rights."))
    return rows


def engine_rows(report: EngineReport | None) -> list[Row]:
    """A row for each finding on the engine, up to the first thing that is missing."""
    if report is None:
        return [Row(Mark.LOOKING, "docker", "looking")]
    found = [
        Row(Mark.GOOD, "command line", report.cli) if report.cli else None,
        Row(Mark.GOOD, "buildx", report.buildx_version) if report.buildx else None,
        Row(Mark.GOOD, "engine", f"{report.server} for {report.platform}") if report.server else None,
        Row(Mark.GOOD, "chosen by", report.chosen) if report.server and report.chosen else None,
        Row(Mark.GOOD, "builder", f"{builder.name}, {builder.words}") if (builder := report.builder) else None,
    ]
    rows = [row for row in found if row is not None]
    if report.problem is not None:
        rows.append(Row(Mark.BAD, "problem", report.problem.message, report.problem.hint))
        rows.append(Row(Mark.WARNING, "for now", "You can go on: files are written, and built later."))
    return rows
