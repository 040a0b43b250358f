"""Dependencies: environment.yml in an editor that says what is wrong as one types, or lock files instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static, TextArea

from screens.dialogs.line_menu import LineMenu
from screens.parts.solving import Solving
from screens.step_screen import StepScreen
from tui.core.environment.completion import Completion, CompletionKind, completion_at
from tui.core.environment.edits import Finding, Fix, apply_edits, fix_diff
from tui.core.environment.line_choices import addition, line_choices
from tui.core.errors import Problem
from tui.core.locks.locks import Lock, find_locks
from tui.core.project import Project
from tui.core.solving.solution import SolveFailure
from tui.core.steps import step_of
from tui.widgets.completion_list import CompletionList
from tui.widgets.dialogs import coloured_diff
from tui.widgets.findings import Findings
from tui.widgets.source_choice import SourceChoice
from tui.widgets.yaml_editor import Span, YamlEditor

_PAUSE = 0.1  # seconds without a key, after which the text is read


class DependenciesScreen(StepScreen):
    """The fourth step."""

    step = step_of("dependencies")

    HELP = """
    `environment.yml` names the channels and the packages. What is wrong is listed below the text with its
    line; choose it to go there. Comments, order and whatever else you wrote stay as they are.

    A line below a finding says how it could be mended: `f4` does it, `ctrl+z` undoes it.

    **Solve** asks the channels, with your key, whether all packages fit together, and which would be installed.
    **Packages** shows them, and writes them down in **lock files**: then nothing is solved during the build.
    environment.yml itself is not written before the preview.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f4", "fix", "Fix", id="dependencies.fix", tooltip="Mend what is chosen below the text"),
        Binding(
            "f5", "solve", "Solve", id="dependencies.solve", tooltip="Ask the channels whether it fits together"
        ),
        Binding(
            "f3", "packages", "Packages", id="dependencies.packages", tooltip="What was found, and lock files"
        ),
        Binding(
            "f9",
            "edit_line",
            "Edit",
            id="dependencies.edit",
            tooltip="Remove, pin or move what is on this line, or add to it",
        ),
    ]

    def compose_body(self) -> ComposeResult:
        yield SourceChoice()
        proposals = CompletionList()
        yield YamlEditor(proposals, id="environment")
        yield proposals
        yield Static(id="locks")
        yield Static(id="environment-summary")
        yield Solving()
        yield Findings(id="findings")
        yield Static(id="finding")

    def on_mount(self) -> None:
        self._reading: Timer | None = None
        self._known: str | None = None  # the project's text when it was last looked at
        self._took = False  # a proposal, which is about to be noticed as typed
        self._handed: list[str] = []  # the editor's texts that were handed on and have not come back yet
        self._offer_locks()
        self.query_one(YamlEditor).focus()

    def _offer_locks(self) -> None:
        environment = self.current.plan.environment
        self.query_one(SourceChoice).offer(find_locks(self.current.path, environment.file), environment.locks)

    def show(self, project: Project) -> None:
        editor = self.query_one(YamlEditor)
        if self._known != project.environment:
            self._known = project.environment
            if project.environment in self._handed:
                del self._handed[: self._handed.index(project.environment) + 1]
            else:
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
        self.query_one(Solving).project = project
        self.query_one(Solving).display = not locks
        self._show_findings(project)

    @on(Solving.Changed)
    def _solving_changed(self) -> None:
        self._show_findings(self.current)
        self.refresh_bindings()

    def _show_findings(self, project: Project) -> None:
        locks = project.plan.environment.locks
        document = project.document
        problems = tuple(self.find_problems(project))
        advice = tuple(note for lock in project.locks for note in lock.advice) if locks else document.advice
        if not locks:
            unsolved = tuple(_unsolved(self.query_one(Solving).failures, project))
            self.query_one(YamlEditor).spans = tuple(_spans((*advice, *problems, *unsolved)))
            advice = (*unsolved, *advice)
        self.query_one(Findings).show(problems, advice)
        self._show_finding()

    # Typing

    @on(TextArea.Changed)
    def _typed(self) -> None:
        if self._took:
            self._took = False
        else:
            self._complete()
        if self._reading is not None:
            self._reading.stop()
        self._reading = self.set_timer(_PAUSE, self.flush)

    def flush(self) -> None:
        """Hand on what was typed."""
        if self._reading is not None:
            self._reading.stop()
        text = self.query_one(YamlEditor).text
        if text != (self._handed[-1] if self._handed else self._known):
            self._handed.append(text)
            self.post_message(self.Edited(lambda project: replace(project, environment=text)))

    # Completing

    def _begun(self) -> Completion | None:
        """What is begun at the cursor."""
        editor = self.query_one(YamlEditor)
        return completion_at(editor.text, *editor.cursor_location)

    def _complete(self) -> None:
        begun = self._begun()
        if begun is None or (begun.kind is CompletionKind.NAME and not begun.prefix):
            self.query_one(YamlEditor).propose((), 0)
        else:
            self.query_one(Solving).propose(self.current, begun)

    @on(Solving.NamesRead)
    def _names_read(self, event: Solving.NamesRead) -> None:
        if event.found is not None:
            self._complete()

    @on(Solving.Proposed)
    def _proposed(self, event: Solving.Proposed) -> None:
        if event.completion == self._begun() and self.query_one(YamlEditor).has_focus:
            self.query_one(YamlEditor).propose(event.proposals, event.completion.start)

    @on(CompletionList.Taken)
    def _taken(self, event: CompletionList.Taken) -> None:
        editor = self.query_one(YamlEditor)
        if begun := self._begun():
            line = editor.cursor_location[0]
            editor.replace(
                event.proposal.text, (line, begun.start), (line, begun.end), maintain_selection_offset=False
            )
            self._took = True

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

    # Mending

    @on(Findings.OptionHighlighted)
    def _show_finding(self) -> None:
        """The finding that is highlighted, in full, with what `f4` would do."""
        finding = self.query_one(Findings).current
        words = Content.styled(f"{finding.message} {finding.hint}" if finding else "", "$text-muted")
        if fix := self._fix:
            diff = coloured_diff(fix_diff(self.current.environment, fix))
            words += Content.styled("\nf4 ", "bold $primary") + Content(f"{fix.title}\n") + diff
        self.query_one("#finding", Static).update(words)
        self.query_one("#finding").display = finding is not None
        self.refresh_bindings()

    @property
    def _fix(self) -> Fix | None:
        finding = self.query_one(Findings).current
        return finding.fix if isinstance(finding, Finding) else None

    def action_fix(self) -> None:
        """Mend the finding that is highlighted, as one edit that can be undone."""
        self.flush()
        fix = self._fix
        if fix is not None and self.query_one(YamlEditor).text == self.current.environment:
            self.query_one(YamlEditor).rewrite(apply_edits(self.current.environment, fix.edits))
            self.flush()

    @work(exclusive=True, group="line", description="Choosing an edit of the line")
    async def action_edit_line(self) -> None:
        """Choose one of the edits that make sense where the cursor is."""
        self.flush()
        editor = self.query_one(YamlEditor)
        line = editor.cursor_location[0] + 1
        project = replace(self.current, environment=editor.text)
        versions = self.query_one(Solving).versions
        choices = line_choices(project.environment, project.document, line, versions)
        add, what = addition(project.environment, line)
        chosen = await self.app.push_screen_wait(LineMenu(project.environment, choices, add, what))
        if chosen is not None:
            editor.rewrite(apply_edits(project.environment, chosen.edits))

    # Solving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("fix", "solve", "packages", "edit_line") and self.current.plan.environment.locks:
            return False
        if action == "fix":
            return self._fix is not None
        if action == "packages":
            return bool(self.query_one(Solving).answers)
        return super().check_action(action, parameters)

    def action_solve(self) -> None:
        self.flush()
        text = self.query_one(YamlEditor).text  # the project has it a moment later
        self.query_one(Solving).toggle(replace(self.current, environment=text))

    def action_packages(self) -> None:
        self.query_one(Solving).show_packages()

    @on(Solving.Locked)
    def _locked(self, event: Solving.Locked) -> None:
        self.edit("environment", locks=event.locks)
        found = find_locks(self.current.path, self.current.plan.environment.file)
        self.query_one(SourceChoice).offer(found, event.locks)

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


def _unsolved(failures: Iterable[SolveFailure], project: Project) -> Iterator[Problem]:
    """Why it does not solve: a finding at each spec at fault, or one without a place."""
    for failure in failures:
        places = [found for found in project.document.dependencies if found.text in failure.culprits]
        for place in places:
            end = place.column + len(place.text)
            yield Finding(failure.message, failure.hint, "environment", place.line, place.column, end)
        if not places:
            yield failure.problem


def _spans(findings: Iterable[Problem]) -> Iterator[Span]:
    for found in findings:
        if isinstance(found, Finding) and found.line and found.column and found.end_column:
            yield Span(found.line - 1, found.column - 1, found.end_column - 1, "warning")
