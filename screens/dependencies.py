"""Dependencies: environment.yml in an editor that says what is wrong as one types, or lock files instead."""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static, TextArea

from screens.step_screen import StepScreen
from tui.core.environment.locks import Lock, find_locks
from tui.core.errors import Problem
from tui.core.project import Project
from tui.core.steps import STEPS
from tui.widgets.completion_list import CompletionList
from tui.widgets.findings import Findings
from tui.widgets.source_choice import SourceChoice
from tui.widgets.yaml_editor import YamlEditor

_PAUSE = 0.1  # seconds without a key, after which the text is read


class DependenciesScreen(StepScreen):
    """The fourth step."""

    step = STEPS[3]

    HELP = """
    `environment.yml` names the channels and the packages. What is wrong is listed below the text with its
    line; choose it to go there. Comments, order and whatever else you wrote stay as they are.

    A **lock file** names every package exactly, so that nothing has to be solved during the build.
    Nothing is written before the preview.
    """

    def compose_body(self) -> ComposeResult:
        yield SourceChoice()
        proposals = CompletionList()
        yield YamlEditor(proposals, id="environment")
        yield proposals
        yield Static(id="locks")
        yield Static(id="environment-summary")
        yield Findings(id="findings")

    def on_mount(self) -> None:
        self._reading: Timer | None = None
        self._known: str | None = None  # the project's text when it was last looked at
        self._handed: str | None = None  # the editor's text when it was last handed on
        self._offer_locks()
        self.query_one(YamlEditor).focus()

    def _offer_locks(self) -> None:
        environment = self.current.plan.environment
        self.query_one(SourceChoice).offer(find_locks(self.current.path, environment.file), environment.locks)

    def show(self, project: Project) -> None:
        editor = self.query_one(YamlEditor)
        if self._known != project.environment:
            self._known = project.environment
            if project.environment != self._handed:
                with self.prevent(TextArea.Changed):
                    editor.load_text(project.environment)
        locks = project.plan.environment.locks
        editor.display = not locks
        self.query_one("#locks").display = bool(locks)
        self.query_one("#locks", Static).update(Content("\n").join(map(_describe, project.locks)))
        document = project.document
        self.query_one("#environment-summary", Static).update(
            Content("" if locks else _summary(len(document.dependencies), len(document.pip), document.channels))
        )
        advice = tuple(note for lock in project.locks for note in lock.advice) if locks else document.advice
        self.query_one(Findings).show(tuple(self.find_problems(project)), advice)

    # Typing

    @on(TextArea.Changed)
    def _typed(self) -> None:
        if self._reading is not None:
            self._reading.stop()
        self._reading = self.set_timer(_PAUSE, self.flush)

    def flush(self) -> None:
        """Hand on what was typed."""
        if self._reading is not None:
            self._reading.stop()
            self._reading = None
            text = self._handed = self.query_one(YamlEditor).text
            self.post_message(self.Edited(lambda project: replace(project, environment=text)))

    @on(Findings.Chosen)
    def _finding_chosen(self, event: Findings.Chosen) -> None:
        self.focus_problem(event.problem)

    def focus_problem(self, problem: Problem) -> None:
        editor = self.query_one(YamlEditor)
        if editor.display:
            editor.focus()
            if problem.line is not None:
                editor.move_cursor((problem.line - 1, (problem.column or 1) - 1), center=True)
        else:
            self.query_one(SourceChoice).focus()

    # Choosing

    @on(SourceChoice.Chosen)
    def _source_chosen(self, event: SourceChoice.Chosen) -> None:
        self.edit("environment", locks=event.locks)


def _describe(lock: Lock) -> Content:
    platforms = ", ".join(lock.platforms) or "no platform"
    return Content.styled(lock.path, "bold") + Content(f" for {platforms}: installed as it is, without solving.")


def _summary(packages: int, pip: int, channels: tuple[str, ...]) -> str:
    with_pip = f" and {pip} from pip" if pip else ""
    named = ", ".join(channels) or "conda's default channels"
    return f"{packages} package{'' if packages == 1 else 's'}{with_pip} from {named}"
