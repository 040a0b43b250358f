"""The part of the dependencies step that reads what the channels have, to complete what is typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual import on, work
from textual.content import Content
from textual.message import Message

from tui.core.channels.plan_channels import asked_channels
from tui.core.dataclass import dataclass
from tui.core.environment.completion import Completion, CompletionKind
from tui.core.key_access import request_key
from tui.core.project import Project, target_platforms
from tui.core.solving.channel_names import ChannelNames, ChannelVersions
from tui.core.solving.channel_session import ChannelSession
from tui.core.solving.solution import SolveFailure
from tui.core.units import counted
from tui.widgets.completion_list import Proposal
from tui.widgets.static import Static

Where = tuple[tuple[str, ...], str]
"""Channels, and a platform."""
_PROPOSALS = 40


class Completing(Static):
    """Says how many names there are, once somebody asked for one."""

    DEFAULT_CSS = "Completing { height: auto; display: none; }"

    @dataclass
    class Proposed(Message):
        """Proposals for the word that is begun."""

        completion: Completion
        proposals: tuple[Proposal, ...]

    @dataclass
    class NamesRead(Message):
        """The names of a place, why there are none, or None while they are being read."""

        where: Where
        found: ChannelNames | SolveFailure | None
        with_key: bool = False

    def __init__(self, session: Callable[[Project], Awaitable[ChannelSession]]) -> None:
        super().__init__(id="names")
        self._session = session
        self._names: ChannelNames | None = None  # of the place that was asked last
        self._names_of: Where | None = None
        self.asked = False
        """True once somebody wrote what could be completed."""

    @property
    def names(self) -> ChannelNames | None:
        """The names that the channels have; None where they were not read."""
        return self._names

    def propose(self, project: Project, completion: Completion) -> None:
        """Look for what could stand there; the answer is a message, at once where it is known."""
        self.asked = True
        if completion.kind is CompletionKind.VERSION:
            self._ask_versions(project, _where(project), completion)
        elif self.read(project) and self._names:
            found = (name for name in self._names.matching(completion.prefix) if name != completion.prefix)
            self.post_message(self.Proposed(completion, tuple(map(Proposal, found))))

    def follow(self, project: Project) -> bool:
        """Say no more of channels that the project does not ask now; True if their names had not come yet."""
        if not self._names_of or self._names_of == _where(project):
            return False
        waited = self._names is None
        self._names_of = self._names = None
        self.display = False
        return waited

    def read(self, project: Project) -> bool:
        """Have the channels' names read, where they were not yet; True once they were asked for and came."""
        if self._names_of != (where := _where(project)):
            self._names_of, self._names = where, None
            self._ask_names(project, where)
        return self._names is not None

    @work(exclusive=True, group="names", description="Reading the names of the packages")
    async def _ask_names(self, project: Project, where: Where) -> None:
        self.post_message(self.NamesRead(where, None, with_key=request_key(project) is not None))
        found = await (await self._session(project)).names(*where)
        self.post_message(self.NamesRead(where, found))

    @work(exclusive=True, group="versions", description="Reading a package's versions")
    async def _ask_versions(self, project: Project, where: Where, completion: Completion) -> None:
        found = await (await self._session(project)).versions(*where, completion.name)
        if isinstance(found, ChannelVersions):
            fitting = [version for version in found.versions if version.startswith(completion.prefix)]
            note = "as remembered" if found.cached else ""
            proposals = tuple(Proposal(version, note) for version in fitting[:_PROPOSALS])
            self.post_message(self.Proposed(completion, proposals))

    @on(NamesRead)
    def _names_read(self, event: NamesRead) -> None:
        if event.where != self._names_of:
            return
        match event.found:
            case ChannelNames():
                self._names = event.found
                known = ", as remembered: the channels cannot be reached" if event.found.cached else ""
                words = f"{counted(len(event.found.names), 'name')} to complete{known}"
            case SolveFailure():
                words = f"No names to complete: {event.found.message}"
            case None:
                with_key = " with your key" if event.with_key else ""
                words = f"Reading the channels' names{with_key} …"
        self.update(Content(words))
        self.display = self.asked


def _where(project: Project) -> Where:
    return asked_channels(project.plan, project.read_document()), target_platforms(project)[0]
