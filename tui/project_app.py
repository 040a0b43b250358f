"""An app over the project of a folder: what it finds out about it, and what it asks before that counts."""

from __future__ import annotations

import os

from textual import on, work
from textual.message import Message

from screens.step_screen import StepScreen
from tui.core.account.sites import use_site
from tui.core.claims import change_behind, next_question
from tui.core.dataclass import dataclass, replace
from tui.core.key_access import agreed_site, equipped, opened
from tui.core.own_files import own_texts
from tui.core.plan import Build, BuildPlan
from tui.core.project import Project
from tui.core.trust.agreement import agree
from tui.core.trust.claim import Claim
from tui.core.trust.trust import Trust
from tui.core.untrusted_text import Redactor
from tui.core.unwritten import find_unwritten
from tui.opened_app import OpenedApp


class ProjectApp(OpenedApp):
    """Owns the project: changes of it come as messages, from steps and from threads that look for something."""

    @dataclass
    class TrustFound(Message):
        """The user's trust in the folder was read, and the domain of the key."""

        trust: Trust | None
        domain: str

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        self._declined: set[Claim] = set()
        self._asking = False

    @property
    def is_at_build(self) -> bool:
        """True if what is built is about to be built."""
        return False

    @work(group="begin", description="Offering what was not written")
    async def begin(self) -> None:
        """Offer what was kept in an earlier run, then look at what was agreed to."""
        project = self._opened
        written = replace(project.written, sums=own_texts(project.path, os.environ))
        project = self.project = replace(project, written=written)
        if found := find_unwritten(project, os.environ):
            from screens.dialogs.unwritten import UnwrittenDialog

            if await self.push_screen_wait(UnwrittenDialog(found, project)):
                self.project = found.taken_up(project)
        self.look_at_trust(self.project.plan)

    @on(StepScreen.Edited)
    def _edited(self, event: StepScreen.Edited) -> None:
        if self.project is None:
            return
        looked, files = self.project.engine is not None, self.project.plan.application.files
        self.project = event.change(self.project)
        if self.project.plan.application.files != files:
            self.read_imports()
        if self.project.engine is not None and not looked:
            self.ask_for_trust()  # where a builder is, Docker has said now

    def copy_to_clipboard(self, text: str) -> None:
        """Copy a text; a key in it is masked, wherever it was selected."""
        super().copy_to_clipboard(Redactor(self.project.known_keys if self.project else ())(text))

    # Looking, in threads: the answers come as changes of the project

    @on(StepScreen.LookRequested)
    def _look(self) -> None:
        if self.project is not None:
            self._find_key(self.project)
            self.read_imports()
            self.project = replace(self.project, engine=None)
            self._probe_engine(self.project.plan.build)

    @work(thread=True, exclusive=True, group="engine", description="Looking for Docker")
    def _probe_engine(self, build: Build) -> None:
        from tui.core.engine.find_engine import probe  # which a first frame does without

        report = probe(os.environ, build)
        self.post_message(StepScreen.Edited(lambda project: replace(project, engine=report)))

    @work(thread=True, exclusive=True, group="key", description="Looking for the API key")
    def _find_key(self, project: Project) -> None:
        if site := agreed_site(project):
            use_site(site, os.environ)
        search = equipped(project, os.environ).search
        self.post_message(StepScreen.Edited(lambda project: replace(project, search=search)))

    def watch_app_focus(self, focused: bool) -> None:
        """Read again what one comes back to: the code may be another."""
        if focused:
            self.read_imports()

    def read_imports(self) -> None:
        """Read anew what the code imports that is copied."""
        if self.project is not None:
            self._read_imports(self.project)

    @work(thread=True, exclusive=True, group="imports", description="Reading what the code imports")
    def _read_imports(self, project: Project) -> None:
        from tui.core.application.imports import find_imports  # and with it the parser of Python

        files = project.plan.application.files
        found = find_imports(project.path, files)

        def change(now: Project) -> Project:
            return replace(now, imports=found) if now.plan.application.files == files else now

        self.post_message(StepScreen.Edited(change))

    # Trust: what the folder says about the key counts once the user agreed to it

    @work(thread=True, exclusive=True, group="trust", description="Looking at what was agreed to")
    def look_at_trust(self, plan: BuildPlan) -> None:
        project = opened(self._opened, os.environ, begun_with=plan)
        self.post_message(self.TrustFound(project.trust, project.plan.account.domain))

    @on(TrustFound)
    def _trust_found(self, event: TrustFound) -> None:
        if self.project is not None:
            self._take_domain(event.domain)
            self.project = replace(self.project, trust=event.trust)
            self._look()
            self.ask_for_trust()

    def _take_domain(self, domain: str) -> None:
        """Take the domain of the user's own settings, which is no edit, where the plan chooses none."""
        if self.project and domain != self._opened.plan.account.domain == self.project.plan.account.domain:
            self._opened = self._opened.change("account", domain=domain)
            self.project = self.project.change("account", domain=domain)

    @on(StepScreen.TrustRequested)
    def _trust_requested(self, event: StepScreen.TrustRequested) -> None:
        self._declined.discard(event.claim)
        self.ask_for_trust()

    def ask_for_trust(self) -> None:
        """Ask what may count, unless that is being asked, or what was agreed to is not known yet."""
        if not self._asking and self.project and self.project.trust:
            self._asking = True
            self._ask()

    @work(group="question", description="Asking what may count")
    async def _ask(self) -> None:
        """One question at a time, until each has its answer; a no stands until the user comes back to it."""
        from screens.dialogs.trust import TrustDialog

        try:
            while self.project and (claim := self._next_question(self.project)):
                if await self.push_screen_wait(TrustDialog(claim, change_behind(claim, self.project))):
                    self._agree(claim)
                else:
                    self._declined.add(claim)
        finally:
            self._asking = False

    def _next_question(self, project: Project) -> Claim | None:
        return next_question(project, self._declined, at_build=self.is_at_build)

    @on(StepScreen.Agreed)
    def _agreed(self, event: StepScreen.Agreed) -> None:
        self._agree(*event.claims)

    def _agree(self, *claims: Claim) -> None:
        """Keep a yes, and look again where it decides which key is found."""
        if self.project is None:
            return
        agree(claims, self.project.path, os.environ)
        trust = self.project.trust or Trust()
        self.project = replace(self.project, trust=trust.plus(*claims))
        if any(claim.words.for_requests for claim in claims):
            self._find_key(self.project)
