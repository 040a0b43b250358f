"""The part of the dependencies step that says what environment.yml was made of, and offers other starts."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable

from textual import work
from textual.content import Content
from textual.message import Message
from textual.reactive import var

from screens.dialogs.start_from import StartFrom
from tui.core.channels.plan_channels import asked_channels
from tui.core.dataclass import dataclass
from tui.core.environment.draft.draft import Draft
from tui.core.environment.draft.from_folder import first_environment
from tui.core.environment.draft.origins import find_origins
from tui.core.project import Project, target_platforms
from tui.core.solving.channel_session import ChannelSession
from tui.core.solving.draft_by_channels import draft_by_channels
from tui.core.solving.solution import SolveFailure
from tui.widgets.row_list import fitting
from tui.widgets.static import Static

_MOST_LINES = (3, 8)
"""On a small screen, and on another one."""


class Starts(Static):
    """Shows the decisions while the text is the one that condock made and that is not written yet."""

    DEFAULT_CSS = "Starts { height: auto; color: $text-muted; display: none; }"

    @dataclass
    class Made(Message):
        """The draft of a folder that has no environment.yml."""

        draft: Draft

    project: var[Project | None] = var(None, init=False)

    def __init__(self, session: Callable[[Project], Awaitable[ChannelSession]]) -> None:
        super().__init__(id="draft")
        self._session = session
        self._draft: Draft | None = None

    def watch_project(self, before: Project | None, project: Project) -> None:
        file = project.path / project.plan.environment.file
        if before is None and not file.exists() and not project.plan.environment.locks:
            self._make(project)
        self._show()

    @work(thread=True, description="Reading what environment.yml was made of")
    def _make(self, project: Project) -> None:
        self.post_message(self.Made(first_environment(project.path, project.plan)))

    def on_starts_made(self, event: Made) -> None:
        self._draft = event.draft
        self._show()

    def _show(self) -> None:
        draft, project = self._draft, self.project
        made = draft is not None and project is not None and project.environment == draft.text
        self.display = made and bool(draft and draft.decisions)
        if draft and self.display:
            lines = [str(decision) for decision in draft.decisions]
            most = fitting(self.screen, _MOST_LINES)
            left = len(lines) - most
            more = [f"… and {left} more: f8 lists them, and can ask the channels"] if left > 0 else []
            note = [f"{draft.note} f8 asks, and takes conda's where they have it."] if draft.note else []
            words = "\n".join([*note, *lines[:most], *more])
            self.update(Content.styled(f"Made from {draft.source}\n", "bold") + Content(words))

    async def choose(self, project: Project) -> str | None:
        """The text of what the user starts from; None for none of it."""

        async def ask() -> Draft | SolveFailure:
            session, document = await self._session(project), project.read_document()
            channels, platform = asked_channels(project.plan, document), target_platforms(project)[0]
            return await draft_by_channels(session, project.path, project.plan, channels, platform)

        origins = await asyncio.to_thread(find_origins, project.path, project.plan, os.environ)
        return await self.app.push_screen_wait(StartFrom(origins, ask))
