"""Dependencies: environment.yml in an editor that says what is wrong as one types, or lock files instead."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from screens.dialogs.line_menu import LineMenu
from screens.parts.completing import Completing
from screens.parts.proposing import Proposing
from screens.parts.solving import Solving
from screens.parts.starts import Starts
from tui.core.dataclass import replace
from tui.core.environment.document import EnvironmentDocument
from tui.core.environment.edits import difference
from tui.core.environment.finding_groups import first_place
from tui.core.environment.findings import Missed
from tui.core.environment.line_choices import addition, line_choices
from tui.core.environment.missing_packages import read_with_imports
from tui.core.errors import Problem
from tui.core.locks.locks import Lock, find_locks
from tui.core.project import Project
from tui.core.solving.solution import places_of
from tui.core.steps import step_of
from tui.core.untrusted_text import shown
from tui.widgets.completion_list import CompletionList
from tui.widgets.findings import Findings, FindingsPane
from tui.widgets.source_choice import SourceChoice, described
from tui.widgets.static import Static
from tui.widgets.yaml_editor import YamlEditor

_MENDED_IN = {"base.runtime": "base"} | dict.fromkeys(("account", "account.hosts", "key"), "account")
"""The steps that mend what the channels answered, by the field that is at fault."""


def _binding(key: str, action: str, label: str, tooltip: str) -> Binding:
    return Binding(key, action, label, id=f"dependencies.{label.split(maxsplit=1)[0].lower()}", tooltip=tooltip)


class DependenciesScreen(Proposing):
    """The fourth step."""

    step = step_of("dependencies")
    shows_doubt = True
    first_focus = "#environment, #next"  # with lock files there is no text
    _unsolved: tuple[Problem, ...] = ()  # why the channels' packages do not fit together

    HELP = """
    `environment.yml` names the channels and the packages. What is wrong is listed below the text with its
    line; choose it to go there. Comments, order and whatever else you wrote stay as they are.

    What is found on the cursor's line is chosen in that list. Below it is how it could be mended, and all
    that is like it: `f4` does it, `ctrl+z` undoes it.

    **Solve** asks the channels, with your key, whether all packages fit together, and which would be installed.
    **Packages** shows them, and writes them down in **lock files**: then nothing is solved during the build.
    **Start from** (`f8`) shows what it was made of, and offers the conda environments of this machine.
    environment.yml itself is not written before the preview.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        _binding("f4", "fix", "Fix", "Mend what is chosen below the text, and all like it"),
        _binding("f5", "solve", "Solve", "Ask the channels whether it fits together"),
        _binding("f3", "packages", "Packages", "What was found, and lock files"),
        _binding("f8", "start_from", "Start from", "Make it of your files, or of a conda environment"),
        _binding("f9", "edit_line", "Edit", "Remove, pin or move what is on this line, or add to it"),
    ]

    def compose_body(self) -> ComposeResult:
        yield SourceChoice(_locks(self.current), self.current.plan.environment.locks)
        proposals, solving = CompletionList(), Solving()
        self._editor = YamlEditor(proposals, id="environment")
        yield self._editor
        yield proposals
        yield Static(id="locks")
        yield Static(id="environment-summary")
        yield Starts(solving.session)
        yield solving
        yield FindingsPane()

    def on_mount(self) -> None:
        self._shown: str | None = None  # the project's text when it was last looked at

    def show(self, project: Project) -> None:
        editor, locks = self._editor, project.plan.environment.locks
        if self._shown != project.environment:
            self._shown = project.environment
            if editor.text != project.environment:  # it did not come from here
                editor.load(project.environment)
                editor.move_cursor(first_place(project.read_document()))
        editor.border_title = Content(shown(project.plan.environment.file))
        editor.display = not locks
        self.query_one("#locks").display = bool(locks)
        self.query_one("#locks", Static).update(described(project.read_locks()))
        solving, starts = self.query_one(Solving), self.query_one(Starts)
        solving.project = starts.project = project
        solving.display = not locks
        self._show_findings()

    @on(Solving.Changed)
    @on(Completing.NamesRead)
    def _show_findings(self) -> None:
        project, solving = self.current, self.query_one(Solving)

        def read(text: str) -> EnvironmentDocument:
            return read_with_imports(text, project.plan, project.path, project.imports, solving.supply)

        document = read(project.environment)
        before, self._unsolved = self._unsolved, places_of(solving.failures, document, project.environment)
        ask = "" if solving.states or self.problems else " · f5 sees whether it solves"
        words = "" if project.plan.environment.locks else f"{document.words}{ask}"
        self.query_one("#environment-summary", Static).update(Content(words))
        failed = (document.blamed(self.doubt),) if self.doubt else ()
        if project.plan.environment.locks:
            advice = (*failed, *(note for lock in project.read_locks() for note in lock.advice))
        else:
            advice = (*failed, *self._unsolved, *document.advice)
            self._editor.mark((*advice, *self.problems))
        pane = self.query_one(FindingsPane)
        pane.show(self.problems, advice, project.environment, read)
        if self._unsolved and self._unsolved != before:
            pane.choose(self._unsolved[0])
        solving.find_names(project.imports)
        self.refresh_bindings()

    def watch_doubt(self) -> None:
        if self.is_ready:
            self._show_findings()

    # Typing

    @on(YamlEditor.Rested)
    def flush(self) -> None:
        """Hand on what was typed: the text as it stands once the project takes it, which is what comes back."""
        editor = self._editor
        if editor.text != self.current.environment:
            self.post_message(self.Edited(lambda project: replace(project, environment=editor.text)))

    def typed(self, project: Project) -> Project:
        return replace(super().typed(project), environment=self._editor.text)

    @on(YamlEditor.SelectionChanged)
    def _cursor_moved(self) -> None:
        self.query_one(FindingsPane).point_at(self._editor.cursor_location[0] + 1)

    @on(Findings.Chosen)
    def _finding_chosen(self, event: Findings.Chosen) -> None:
        """Go to the next of a group, behind the cursor, or to the first."""
        line, found = self._editor.cursor_location[0] + 1, event.group.findings
        self.focus_problem(next((one for one in found if (one.line or 0) > line), found[0]))

    def focus_problem(self, problem: Problem) -> None:
        editor = self._editor
        if isinstance(problem, Missed):
            self.query_one(FindingsPane).choose(problem)
        if editor.display:
            editor.focus()
            if problem.line is not None:
                editor.move_cursor((problem.line - 1, (problem.column or 1) - 1), center=True)
        else:
            self.query_one(SourceChoice).focus()

    # Mending

    def action_mend(self) -> None:
        """Go to what is in the way, else to why it does not solve: into the text, or to the step that mends it."""
        problem = self._mendable
        if self.problems or not problem:
            super().action_mend()
        elif step := _MENDED_IN.get(problem.field):
            self.post_message(self.MendRequested(step, problem, then=self.step.key))
        else:
            self.focus_problem(problem)

    @property
    def _mendable(self) -> Problem | None:
        """The first reason why it does not solve that a line of the text or another step mends."""
        return next((found for found in self._unsolved if found.line or found.field in _MENDED_IN), None)

    def action_fix(self) -> None:
        """Mend what is highlighted, and all like it, as one edit that can be undone."""
        self.flush()
        fix = self.query_one(FindingsPane).fix
        if fix is not None and self._editor.text == self.current.environment:
            self._editor.rewrite(fix.edits)
            self.flush()

    @work(exclusive=True, group="line", description="Choosing an edit of the line")
    async def action_edit_line(self) -> None:
        """Choose one of the edits that make sense where the cursor is."""
        self.flush()
        editor = self._editor
        line = editor.cursor_location[0] + 1
        project = replace(self.current, environment=editor.text)
        versions = self.query_one(Solving).versions
        choices = line_choices(project.environment, project.read_document(), line, versions)
        add, what = addition(project.environment, line)
        chosen = await self.app.push_screen_wait(LineMenu(project.environment, choices, add, what))
        if chosen is not None:
            editor.rewrite(chosen.edits)

    @work(exclusive=True, group="starts", description="Choosing what to start from")
    async def action_start_from(self) -> None:
        self.flush()
        text = await self.query_one(Starts).choose(self.current)
        if text is not None:
            self._editor.rewrite(difference(self._editor.text, text))
            self.flush()

    # Solving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("fix", "solve", "packages", "edit_line", "start_from") and (
            not self.is_ready or self.current.plan.environment.locks
        ):
            return False
        if action == "fix":
            return self.query_one(FindingsPane).fix is not None
        if action == "mend" and self._mendable:
            return True
        if action == "packages":
            return bool(self.query_one(Solving).answers)
        return super().check_action(action, parameters)

    def action_solve(self) -> None:
        self.flush()
        text = self._editor.text  # the project has it a moment later
        self.query_one(Solving).toggle(replace(self.current, environment=text))

    def action_packages(self) -> None:
        self.query_one(Solving).show_packages()

    # Choosing

    @on(Solving.Locked)
    @on(SourceChoice.Chosen)
    def _source_chosen(self, event: Solving.Locked | SourceChoice.Chosen) -> None:
        self.edit("environment", locks=event.locks)
        if isinstance(event, Solving.Locked):
            self.query_one(SourceChoice).offer(_locks(self.current), event.locks)


def _locks(project: Project) -> tuple[Lock, ...]:
    return find_locks(project.path, project.plan.environment.file)
