"""Account: where the API key comes from, whether it can work, and signing in."""

from __future__ import annotations

import os
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Checkbox, Input, Select

from screens.dialogs.online_check import OnlineCheckDialog
from screens.dialogs.sign_in import SignInDialog
from screens.parts.further_hosts import HOSTS, FurtherHosts
from screens.parts.keeping_key import KeepingKey
from screens.parts.key_rows import Refusal, key_rows, key_used
from tui.core.account.device import sign_in_obstacle
from tui.core.account.key_lookup import KeyLookup
from tui.core.account.sign_out import sign_out, sign_out_obstacle
from tui.core.account.sites import Site, find_sites, site_obstacle, use_site
from tui.core.audience import key_audience
from tui.core.claims import unagreed
from tui.core.dataclass import dataclass
from tui.core.errors import CondockError, Problem
from tui.core.plan import SecretMode
from tui.core.project import Project
from tui.core.steps import step_of, wants_key
from tui.widgets.button import ARROWS, Button
from tui.widgets.checklist import Checklist, Mark
from tui.widgets.dialogs import ConfirmDialog, NoticeDialog
from tui.widgets.field import Field
from tui.widgets.fold import Fold
from tui.widgets.static import Static
from tui.widgets.toggles import Tick


class _ByEnter(Button, inherit_bindings=False):
    """A button that has the focus where text is typed: a space of that does not press it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "press", "Press", show=False), *ARROWS]


class AccountScreen(KeepingKey):
    """The second step."""

    step = step_of("account")

    buttons = {"sign-in": "Sign in", "check-online": "Check online", "sign-out": "Sign out"}  # noqa: RUF012

    HELP = """
    Anaconda's authenticated channels want an **API key** with every request. condock looks where the
    `anaconda` command would look, in the same order, and shows which place wins.

    *Sign in* shows a code to type on a web page, on this machine or any other. A key that you paste is
    kept in memory until you leave; `f8` keeps it in anaconda-auth's keyring. Keys are shown by their last
    four characters, never more.

    Best for images is a key made on your account's page on anaconda.com with only the scope *Platform
    channels* and a short life: whoever gets hold of it can read channels, and not for long.

    *Check online* asks whose key it is, and for every channel of `environment.yml` whether it lets you in.
    """

    def compose_body(self) -> ComposeResult:
        yield Static(id="key-used")
        yield Select[str]((), id="account-site", prompt="Site", compact=True)
        with Horizontal(classes="buttons"):
            yield _ByEnter("Sign in …", id="sign-in", compact=True)
            yield Static("a code, to type here or on your phone", id="sign-in-about", classes="note")
            yield Button("Check online …", id="check-online", compact=True)
            yield Button("Sign out …", id="sign-out", compact=True)
        yield Field("key", "Or paste a key", secret=True)
        yield Tick("Go on without a key, for public channels only", id="no-key", compact=True)
        yield Static(id="audience")
        yield FurtherHosts()
        sources = Checklist("", id="sources")
        yield Fold("", sources, id="places")
        yield sources

    @dataclass
    class SitesFound(Message):
        """The configured sites were read."""

        sites: tuple[Site, ...]

    _looked = False
    _before: KeyLookup | None = None  # what was found before one signed in
    _placed: KeyLookup | None = None
    _sites: tuple[Site, ...] = ()

    def on_mount(self) -> None:
        self.query_one("#account-site").display = False

    def look_around(self) -> None:
        self._find_sites()

    def show(self, project: Project) -> None:
        with self.prevent(Checkbox.Changed):
            self.query_one("#no-key", Tick).value = not wants_key(project)
        self._show_places(project)
        self.query_one(FurtherHosts).show(project.plan.account.hosts)
        self.query_one("#key-used", Static).update(key_used(project, self._refusal))
        self.query_one("#audience", Static).update(Content(key_audience(project) if project.key else ""))
        self.query_one("#audience").display = project.key is not None
        search = project.search
        self.query_one("#sign-in-about").display = project.key is None
        self.query_one("#check-online").display = project.key is not None or not wants_key(project)
        self.query_one("#sign-out").display = search is not None and not sign_out_obstacle(search)
        barred = (project.key and self._is_faulty) or unagreed(project, for_requests=True)
        self.query_one("#check-online", Button).disabled = bool(barred)
        if project.search is not self._before and not self._looked:
            self._looked = True
            self.call_after_refresh(self._focus_what_is_next)

    def come_back(self) -> None:
        """Have Enter go on, and no letter change a key that can work: the focus stayed where it was pasted."""
        if self.was_shown and not self.problems and isinstance(self.focused, Input):
            self.set_focus(self.query_one("#next"))

    def _show_places(self, project: Project) -> None:
        """The places that were looked at, unfolded once where something is shadowed or broken."""
        rows, fold = key_rows(project, self._refusal), self.query_one("#places", Fold)
        self.query_one("#sources", Checklist).rows = rows
        found = sum(source.key is not None for source in project.search.rows) if project.search else 0
        keys = {0: "no key", 1: "one key"}.get(found, f"{found} keys")
        fold.title = f"condock looked in {len(rows)} places and found {keys}" if project.search else "looking"
        if project.search is not self._placed:
            self._placed = project.search
            fold.unfolded = any(row.mark in (Mark.WARNING, Mark.BAD) for row in rows)

    def _focus_what_is_next(self) -> None:
        """Have Enter go on where there is a key, and sign in where there is none; elsewhere one stays."""
        if self.focused is None or self.focused.id in ("account-site", "sign-in"):  # where the step opens
            # Not by the button, which would take it later, and from what is to be mended.
            self.set_focus(self.query_one("#sign-in" if self.problems else "#next"))

    @on(Checkbox.Changed, "#no-key")
    def _without_key(self, event: Checkbox.Changed) -> None:
        if event.value:
            self._keyed_mode = self.current.plan.secret.mode
        self.edit("secret", mode=SecretMode.NONE if event.value else self._keyed_mode)

    @on(Button.Pressed, "#sign-in")
    @work(exclusive=True, group="sign-in", description="Signing in")
    async def _sign_in(self) -> None:
        search = self.current.search
        obstacle = sign_in_obstacle(search) if search else None
        if obstacle is not None:
            await self.app.push_screen_wait(NoticeDialog(obstacle))
            return
        dialog = SignInDialog(self.current.path, search.domain if search else self.current.plan.account.domain)
        if await self.app.push_screen_wait(dialog):
            self._before, self._looked = search, False  # the focus goes on once the key is found
            self.post_message(self.LookRequested())
            self.notify("Signed in. The key is in anaconda-auth's keyring.", markup=False)
        elif dialog.wants_to_paste:
            self.query_one("#key", Field).focus()

    @on(Button.Pressed, "#check-online")
    @work(exclusive=True, group="online", description="Waiting for the end of the check")
    async def _check_online(self) -> None:
        project = self.current
        refused = await self.app.push_screen_wait(OnlineCheckDialog(project))
        if refused:
            self._refuse(project, refused)
        elif refused is not None:
            self._refusal = None
            self.post_message(self.Cleared(self.step.key))
            self.watch_project(self.current)

    def _refuse(self, project: Project, words: str) -> None:
        """From now on say of the key of this project that it was refused."""
        self._refusal = Refusal(project.key, words)
        self.post_message(self.Doubted(self.step.key, project))
        self.watch_project(self.current)

    def focus_problem(self, problem: Problem) -> None:
        if problem in self.problems:
            pass
        elif problem.field == HOSTS:  # nobody was shown the key, so nobody refused it
            self.query_one(FurtherHosts).ask_for(problem)
            if self.doubt is None:  # else a build has said it, which is more
                self.post_message(self.Doubted(self.step.key, self.current))
        else:  # a build failed at it
            self._refuse(self.current, problem.message)
        super().focus_problem(problem)

    # Signing out

    @on(Button.Pressed, "#sign-out")
    @work(exclusive=True, group="sign-out", description="Signing out")
    async def _sign_out(self) -> None:
        search = self.current.search
        if search is None:
            return
        question = (
            f"The API key and the repo tokens stored for {search.domain} are removed from this machine. "
            "The key itself stays good until it expires; your account's web page revokes it."
        )
        if await self.app.push_screen_wait(ConfirmDialog("Sign out?", question, yes="Sign out")):
            self._remove_key(search)

    @work(thread=True, exclusive=True, group="sign-out", description="Removing the stored key")
    def _remove_key(self, search: KeyLookup) -> None:
        try:
            sign_out(search, self.current.path)
        except CondockError as error:
            self.app.call_from_thread(self._tell, error)
        self.post_message(self.LookRequested())

    def _tell(self, problem: CondockError | Problem) -> None:
        self.app.push_screen(NoticeDialog(problem))

    # Sites

    @work(thread=True, exclusive=True, group="sites", description="Reading the configured sites")
    def _find_sites(self) -> None:
        self.post_message(self.SitesFound(find_sites(self.current.path, os.environ)))

    @on(SitesFound)
    def _offer_sites(self, event: SitesFound) -> None:
        """A choice where there is one; else the domain in force is the plan's."""
        self._sites = event.sites
        in_force = next((site for site in event.sites if site.in_force), None)
        select = self.query_one("#account-site", Select)
        select.display = len(event.sites) > 1
        with self.prevent(Select.Changed):
            select.set_options((Content(f"site: {site.name} ({site.domain})"), site.name) for site in event.sites)
            if in_force is not None:
                select.value = in_force.name
        if in_force is not None and in_force.domain != self.current.plan.account.domain:
            self.edit("account", domain=in_force.domain)

    @on(Select.Changed, "#account-site")
    def _site_chosen(self, event: Select.Changed) -> None:
        site = next((site for site in self._sites if site.name == event.value), None)
        if site is None:
            return
        if obstacle := site_obstacle(site, self.current.path, os.environ):
            self._tell(obstacle)
            return
        use_site(site.name, os.environ)
        self.edit("account", site=site.name, domain=site.domain)
        self.post_message(self.LookRequested())
