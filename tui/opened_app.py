"""An app over the project that was opened: what of it is not written, kept where the app is ended before it is."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime

from textual.reactive import var

from tui.base_app import BaseApp
from tui.core.errors import CondockError
from tui.core.files import Standing
from tui.core.project import Project
from tui.core.steps import number_of, step_of
from tui.core.unwritten import forget_unwritten, keep_unwritten

_KEPT = "What you typed is kept, without keys, and offered when you start condock here again."

_WRITES = f"Step {number_of('preview')}, {step_of('preview').title}, writes it."


class OpenedApp(BaseApp):
    """Owns the project."""

    project: var[Project | None] = var(None, init=False)

    def __init__(self, project: Project) -> None:
        super().__init__()
        self._opened = project
        self.set_reactive(OpenedApp.project, project)

    def typed(self) -> Project | None:
        """The project with all that was typed, also what is on its way."""
        return self.project

    def _unlike_opened(self) -> Project | None:
        """The project with all that was typed, if that is another one than was opened."""
        project, opened = self.typed(), self._opened
        if project is None or (project.plan, project.environment) == (opened.plan, opened.environment):
            return None
        return project

    def unwritten(self) -> str:
        """The user's own edits that leaving would lose, in a sentence."""
        project = self._unlike_opened()
        with suppress(CondockError):  # what cannot be written is not
            if project is None or all(change.standing is Standing.SAME for change in project.changes()):
                return ""
        return f"What you changed is not written yet, and would be lost. {_WRITES}"

    def keep(self) -> bool:
        """Keep what is not written for the next start; False where there is none, or it cannot be kept."""
        project = self._unlike_opened()
        return project is not None and keep_unwritten(project, os.environ, datetime.now(UTC))

    def forget(self) -> None:
        """Keep none: the user leaves."""
        forget_unwritten(self._opened.path, os.environ)

    def last_words(self) -> str:
        kept = False
        with suppress(Exception):  # the error that is being told may be met again here
            kept = self.keep()
        return f"{super().last_words()} {_KEPT if kept else ''}"
