"""An app over the steps of a project: which one is on, the way from one to another, the build seen from each."""

from __future__ import annotations

import os
from typing import Any

from textual import events, on

from screens import screen_of
from screens.parts.focus import focus_choice
from screens.step_screen import StepScreen
from tui.core.navigation import BUILD, neighbour
from tui.core.project import Project
from tui.core.steps import STEPS, number_of, step_of, step_problems
from tui.core.untrusted_text import printable
from tui.project_app import ProjectApp
from tui.terminal import notification, progress, shows_progress
from tui.trail import DEPENDENCIES, Trail
from tui.widgets.dialogs import Dialog
from tui.widgets.help import HelpDialog
from tui.widgets.stepper import StepState


class StepsApp(ProjectApp):
    """Owns the screens of the steps."""

    screen_of = staticmethod(screen_of)

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._trail = Trail()
        self._screens: dict[str, StepScreen] = {}
        self._building = ""  # how far the build is that runs

    async def on_event(self, event: events.Event) -> None:
        screen = self._screens.get(self._trail.current)
        if (
            isinstance(event, events.Key)
            and not event.is_forwarded
            and screen
            and self.screen_stack[-1:] == [screen]
        ):
            screen.expect(event)  # later would be too late: the keys behind it would be there first
        await super().on_event(event)

    # The project

    @property
    def is_at_build(self) -> bool:
        return self._trail.current == BUILD

    def typed(self) -> Project | None:
        screen = self._screens.get(self._trail.current)
        if self.project is None or screen is None or not screen.is_ready:
            return self.project
        return screen.typed(self.project)

    def watch_project(self) -> None:
        """Show what was changed; how the steps stand, for which files are read, can follow."""
        screen = self._screens[self._trail.current]
        screen.project = self.project
        screen.call_after_refresh(self._show, screen)

    def _show(self, screen: StepScreen) -> None:
        screen.steps = self._trail.shown(self.project)
        screen.building, screen.companion = self._building, self.preferences.companion
        screen.project = self.project
        screen.doubt = self._trail.why_doubted(screen.step.key, self.project)

    # The way through the steps

    @on(StepScreen.Completed)
    def _next(self) -> None:
        if self.project is None or step_problems(step_of(self._trail.current), self.project):
            return
        left, onward = self._trail.current, self._trail.onward(self.project)
        is_new = onward not in self._trail.visited
        self.go_to(onward)
        screen = self._screens[self._trail.current]
        if self._trail.current == self._trail.mending:
            self._trail.mending = None
            screen.call_after_refresh(screen.resume)
        elif is_new and number_of(self._trail.current) < number_of(left):
            self._trail.came_from = left
            self.notify(f"{screen.step.title} was not seen yet; it comes before the preview.", markup=False)

    @on(StepScreen.Returned)
    def _back(self) -> None:
        self._trail.mending = None
        if self.project is not None:
            self.go_to(self._trail.came_from or neighbour(self.project, self._trail.current, -1))

    @on(StepScreen.JumpRequested)
    def _jump(self, event: StepScreen.JumpRequested) -> None:
        self._trail.mending = None
        self.go_to(event.key)
        if self._trail.current == event.key:
            self._trail.came_from = event.back if event.back != event.key else ""
            if event.field:
                screen = self._screens[event.key]
                screen.call_after_refresh(focus_choice, screen, event.field)

    @on(StepScreen.MendRequested)
    def _mend(self, event: StepScreen.MendRequested) -> None:
        self.go_to(event.step)
        if self._trail.current != event.step:  # a dialog came up over the step
            return
        self._trail.mending = event.then or None
        screen = self._screens[event.step]
        if event.problem is not None:
            screen.call_after_refresh(screen.focus_problem, event.problem)
        elif event.step == event.then:
            self._trail.mending = None
            screen.call_after_refresh(screen.action_next)
        else:
            screen.call_after_refresh(screen.action_mend)

    def get_default_screen(self) -> StepScreen:
        """The first step, which stays below the others; Textual's own would be made and laid out for nobody."""
        self._trail.at(STEPS[0].key)
        return self._make(STEPS[0].key, self._opened)

    def _make(self, key: str, project: Project) -> StepScreen:
        screen = self.screen_of(key)(project, self._trail.shown(project))
        screen.fit(self.size)
        screen.building, screen.companion = self._building, self.preferences.companion
        screen.doubt = self._trail.why_doubted(key, project)
        self.install_screen(screen, key)
        self._screens[key] = screen
        return screen

    def go_to(self, key: str) -> None:
        """Show the step with this key."""
        help_too = isinstance(self.screen, HelpDialog)  # it was asked for behind this, and came before it
        if help_too:
            self.pop_screen()
        if self.project is None or isinstance(self.screen, Dialog):
            return
        self._trail.at(key)
        if key in (DEPENDENCIES, BUILD):
            self.read_imports()
        if key in self._screens:
            self._show(self._screens[key])
            self._screens[key].come_back()
        else:
            self._make(key, self.project)
        if len(self.screen_stack) == 1:
            if self._screens[key] is not self.screen:
                self.push_screen(key)
        elif key == STEPS[0].key:
            self.pop_screen()
        else:
            self.switch_screen(key)
        self.ask_for_trust()
        if help_too:
            self._screens[key].call_after_refresh(self.action_toggle_help)

    @on(StepScreen.CompanionToggled)
    def _toggle_companion(self) -> None:
        self.prefer(companion=not self.preferences.companion)
        screen = self._screens[self._trail.current]
        screen.companion = self.preferences.companion
        screen.accompany(screen.current)

    # The build that runs, seen from every step

    @on(StepScreen.BuildStands)
    def _build_stands(self, event: StepScreen.BuildStands) -> None:
        ended = StepState.PROBLEM if event.failed else StepState.DONE if event.failed is False else None
        self._building, self._trail.build = event.words, StepState.RUNNING if event.words else ended
        screen = self._screens[self._trail.current]
        screen.building, screen.steps = self._building, self._trail.shown(self.project)
        self._tell_terminal(event)

    def _tell_terminal(self, event: StepScreen.BuildStands) -> None:
        """Show in the terminal's tab how far the build is, and notify of an end that nobody sees."""
        if self._driver is None or not (self.preferences.outside and shows_progress(os.environ)):
            return
        self._driver.write(progress(event.percent if event.words else None))
        if event.failed is not None and not self.app_focus and self.project:
            image = printable(self.project.plan.build.image)
            self._driver.write(
                notification(f"{image} could not be built" if event.failed else f"{image} is built")
            )

    @on(StepScreen.StopRequested)
    def _stop_build(self) -> None:
        self._screens[BUILD].action_stop_build()

    @on(StepScreen.Doubted)
    def _doubted(self, event: StepScreen.Doubted) -> None:
        self._trail.doubts[event.step] = (event.project, event.problem)
        self._show(self._screens[self._trail.current])

    @on(StepScreen.Cleared)
    def _cleared(self, event: StepScreen.Cleared) -> None:
        self._trail.doubts.pop(event.step, None)
        self._show(self._screens[self._trail.current])

    # The end

    def exit(self, *args: Any, **more: Any) -> None:
        if self._building:
            self._tell_terminal(StepScreen.BuildStands(""))  # the tab shows it for as long as nobody takes it away
        super().exit(*args, **more)
