"""The part of the dependencies step that asks the channels: does it solve, and what would be installed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from textual import on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from screens.dialogs.packages import PackagesDialog
from screens.parts.completing import Completing
from screens.parts.write_file import write_file
from screens.step_screen import StepScreen
from tui.core.application.imports import Import
from tui.core.dataclass import dataclass, replace
from tui.core.environment.document import read_environment
from tui.core.environment.missing_packages import Supply, missing
from tui.core.errors import CondockError
from tui.core.key_access import request_key
from tui.core.locked_project import lock
from tui.core.project import Project, target_platforms
from tui.core.solving.channel_access import ChannelAccess, channel_access
from tui.core.solving.channel_session import ChannelSession
from tui.core.solving.request import solve_request
from tui.core.solving.solution import (
    FailureKind,
    Solution,
    SolveFailure,
    SolveProgress,
    Stage,
)
from tui.widgets.dialogs import NoticeDialog
from tui.widgets.solve_panel import SolvePanel, SolveState


class Solving(Widget):
    """Solves the environment for each platform of the image; its session with the channels completes names too."""

    DEFAULT_CSS = "Solving { height: auto; }"

    @dataclass
    class Told(Message):
        """The state of a platform has changed."""

        platform: str
        state: SolveState
        text: str
        """The environment's text that was solved."""

    @dataclass
    class Locked(Message):
        """These lock files were written, and are to be built from."""

        locks: tuple[str, ...]

    class Unanswered(Message):
        """Names were asked for of channels that are others now."""

    class Changed(Message):
        """Something else is known than before."""

    project: var[Project | None] = var(None, init=False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._session: ChannelSession | None = None
        self._access: ChannelAccess | None = None
        self._text = ""
        self.before: Mapping[str, Solution] = {}
        """The last solution but one of each platform."""

    def compose(self) -> ComposeResult:
        yield SolvePanel()
        yield Completing(self.session)

    @property
    def states(self) -> Mapping[str, SolveState]:
        """The state of each platform that was asked for."""
        return self.query_one(SolvePanel).states

    @property
    def running(self) -> bool:
        return any(isinstance(state, SolveProgress) for state in self.states.values())

    @property
    def answers(self) -> Mapping[str, Solution | SolveFailure]:
        """The answers for the platforms that are done."""
        return {name: state for name, state in self.states.items() if isinstance(state, Solution | SolveFailure)}

    @property
    def failures(self) -> tuple[SolveFailure, ...]:
        """Why there is no solution; once the text is another one, what is still so of it."""
        found = dict.fromkeys(state for state in self.answers.values() if isinstance(state, SolveFailure))
        if not self.query_one(SolvePanel).stale or self.project is None:
            return tuple(found)
        before, after = read_environment(self._text), self.project.read_document()
        return tuple(failure for failure in found if failure.outlives(before, after))

    @property
    def solutions(self) -> tuple[Solution, ...]:
        """The solutions of the text as it is now, where every platform has one."""
        found = tuple(state for state in self.answers.values() if isinstance(state, Solution))
        return found if len(found) == len(self.states) and not self.query_one(SolvePanel).stale else ()

    def watch_project(self, project: Project) -> None:
        self.query_one(SolvePanel).stale = project.environment != self._text
        if self.query_one(Completing).follow(project):
            self.post_message(self.Unanswered())

    @property
    def versions(self) -> Mapping[str, str]:
        """The versions of the packages solved for the first platform."""
        first = next(iter(self.solutions), None)
        return {package.name: package.version for package in first.packages} if first else {}

    @property
    def supply(self) -> Supply:
        """Knowledge of packages beside the text: what was solved, and what the channels have."""
        return Supply(frozenset(self.versions), self.query_one(Completing).names)

    def find_names(self, imports: Iterable[Import]) -> None:
        """Once the channels were asked, ask them for names as well where something that is imported is missing."""
        project, asked = self.project, self.solutions or self.failures
        if project and asked and missing(project.read_document(), imports, self.supply):
            self.query_one(Completing).read(project)

    async def session(self, project: Project) -> ChannelSession:
        """The channels as the project's key opens them."""
        access = channel_access(project.plan, request_key(project), project.path, os.environ)
        if self._session is None or access != self._access:
            await self._close()
            self._session, self._access = ChannelSession(access, os.environ), access
        return self._session

    async def on_unmount(self) -> None:
        await self._close()

    async def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.aclose()

    # Solving

    def toggle(self, project: Project) -> None:
        """Begin to solve this project, or stop."""
        if self.running:
            self.workers.cancel_group(self, "solve")
            self._show(self.answers)
        else:
            solved = {name: state for name, state in self.states.items() if isinstance(state, Solution)}
            self.before = {**self.before, **solved}
            self._text = project.environment
            self.query_one(SolvePanel).stale = False
            self._show(dict.fromkeys(target_platforms(project), SolveProgress(Stage.LOADING)))
            self._solve(project)

    @work(exclusive=True, group="solve", description="Solving the environment")
    async def _solve(self, project: Project) -> None:
        for platform in target_platforms(project):
            answer = await self._answer(project, platform)
            self.post_message(self.Told(platform, answer, project.environment))

    async def _answer(self, project: Project, platform: str) -> Solution | SolveFailure:
        try:
            request = solve_request(project.plan, project.read_document(), platform)
        except CondockError as error:
            return SolveFailure(FailureKind.NO_CHANNEL, error.message, error.hint)
        session = await self.session(project)

        def told(progress: SolveProgress) -> None:
            self.post_message(self.Told(platform, progress, project.environment))

        return await session.solve(request, told)

    @on(Told)
    def _told(self, event: Told) -> None:
        if event.text == self._text and event.platform in self.states:
            self._show({**self.states, event.platform: event.state})
            if brought := frozenset(self.versions):
                text = event.text
                self.post_message(StepScreen.Edited(lambda project: replace(project, brought=(text, brought))))

    def _show(self, states: Mapping[str, SolveState]) -> None:
        self.query_one(SolvePanel).states = states
        self.post_message(self.Changed())

    # What was found

    @work(exclusive=True, group="packages", description="Showing what was solved")
    async def show_packages(self) -> None:
        """Show what solving found, and write lock files where the user asks for them."""
        project, answers, solutions = self.project, self.answers, self.solutions
        if project is None or not answers:
            return
        dialog = PackagesDialog(answers, self.before, await self.session(project), lockable=bool(solutions))
        if not await self.app.push_screen_wait(dialog):
            return
        try:
            locked, changes = lock(project, solutions)
            for change in changes:
                if not await write_file(self.app, change):
                    return
            self.post_message(self.Locked(locked.plan.environment.locks))
        except CondockError as error:
            await self.app.push_screen_wait(NoticeDialog(error))
