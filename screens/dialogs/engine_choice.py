"""The dialog on where an image is built, for which platforms, and where it and its layers are kept."""

from __future__ import annotations

import os
from threading import Event
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Checkbox, Select

from screens.dialogs.engine_offers import Offers, Options
from tui.core.dataclass import dataclass, replace
from tui.core.engine.builder import Builder, machine
from tui.core.engine.builders import list_builders
from tui.core.engine.contexts import Context, chosen_by, list_contexts, reaching
from tui.core.engine.registry import registry_cache
from tui.core.engine.report import EngineReport
from tui.core.errors import CondockError
from tui.core.plan import NETWORKS, Build, BuildPlan
from tui.core.platforms import DOCKER_NAMES
from tui.widgets.button import Button
from tui.widgets.dialogs import ConfirmDialog, Dialog
from tui.widgets.static import Static
from tui.widgets.toggles import Tick

_SWITCHES = {
    "push": "Push the image when it is built",
    "cache": "Keep the layers in the registry too",
    "package-cache": "Keep downloaded packages between builds",
}
_ABOUT = {
    "network": "Of RUN; `host` is for channels on the builder's machine, and for engines without a bridge.",
    "platforms": "None ticked: the builder's own.",
    "push": "Off: the image stays in the engine.",
    "cache": "Other machines then build only what has changed.",
    "package-cache": "On the builder's machine, outside the image.",
}
PLACE_FIELDS = tuple(
    f"build.{name}" for name in ("context", "builder", "platforms", "push", "cache_from", "cache_to")
)
"""The plan's names of what is chosen here, as problems have them."""


class EngineChoiceDialog(Dialog[Build | None]):
    """Answers with the plan's new build part, or None where nothing is to change."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "Cancel"),
        Binding("ctrl+n", "use", "Use this", tooltip="Take what is chosen here"),
    ]

    @dataclass
    class ContextsListed(Message):
        """The contexts there are."""

        contexts: tuple[Context, ...]

    @dataclass
    class BuildersListed(Message):
        """The builders there are."""

        builders: tuple[Builder, ...]

    @dataclass
    class Unlisted(Message):
        """Contexts or builders could not be listed."""

        place: str
        error: CondockError

    build: reactive[Build] = reactive(Build(), init=False)

    def __init__(self, plan: BuildPlan, report: EngineReport | None) -> None:
        super().__init__()
        self._plan = plan
        self._offers = Offers(report.platform if report else "")
        self._cancel = Event()
        self.set_reactive(EngineChoiceDialog.build, plan.build)

    def compose(self) -> ComposeResult:
        build = self.build
        with Vertical(classes="dialog"):
            yield Static("Where it is built", classes="dialog-title")
            with VerticalScroll(classes="dialog-text", can_focus=False):
                yield from self._choice("context", "Context", self._offers.context_options(build), build.context)
                yield from self._choice("builder", "Builder", self._offers.builder_options(build), build.builder)
                networks = [(Content(name), name) for name in dict.fromkeys((*NETWORKS, build.network))]
                yield from self._choice("network", "Network", networks, build.network)
                with Horizontal(classes="row"):
                    yield Static("Platforms", classes="name")
                    for platform in DOCKER_NAMES:
                        ticked = platform in map(machine, build.platforms)
                        yield Tick(platform, ticked, id=_tick_id(platform), compact=True)
                yield Static(id="platforms-note", classes="note")
                values = (build.push, bool(build.cache_from or build.cache_to), build.package_cache)
                for (id, label), value in zip(_SWITCHES.items(), values, strict=True):
                    yield Tick(label, value, id=id, compact=True)
                    yield Static(id=f"{id}-note", classes="note -switch")
            with Horizontal(classes="moves"):
                yield Button("Cancel", id="cancel", compact=True)
                yield Button("Use this (ctrl+n)", id="use", variant="primary", compact=True)

    def _choice(self, id: str, name: str, options: Options, value: str) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Static(name, classes="name")
            yield Select(options, value=value, allow_blank=False, id=id, compact=True)
        yield Static(id=f"{id}-note", classes="note")

    def on_mount(self) -> None:
        self.query_one("#context", Select).focus()
        self.watch_build()
        self._list_again()

    def on_unmount(self) -> None:
        self._cancel.set()

    # What there is, asked in a thread: builders may be far away

    def _list_again(self) -> None:
        self._cancel.set()
        self._cancel = Event()
        self._offers = replace(self._offers, unlisted=())
        self._list(self.build.context, self._cancel)

    @work(thread=True, exclusive=True, group="places", description="Listing contexts and builders")
    def _list(self, context: str, cancel: Event) -> None:
        found: list[Message] = []
        try:
            self.post_message(self.ContextsListed(list_contexts(os.environ)))
        except CondockError as error:
            found.append(self.Unlisted("context", error))
        try:
            found.append(self.BuildersListed(list_builders(reaching(os.environ, context), cancel)))
        except CondockError as error:
            found.append(self.Unlisted("builder", error))
        for message in () if cancel.is_set() else found:
            self.post_message(message)

    @on(ContextsListed)
    def _contexts_listed(self, event: ContextsListed) -> None:
        self._offers = replace(self._offers, contexts=event.contexts)
        self._fill("#context", self._offers.context_options(self.build), self.build.context)

    @on(BuildersListed)
    def _builders_listed(self, event: BuildersListed) -> None:
        self._offers = replace(self._offers, builders=event.builders)
        self.watch_build()

    @on(Unlisted)
    def _not_listed(self, event: Unlisted) -> None:
        unlisted = (*self._offers.unlisted, (event.place, event.error))
        self._offers = replace(self._offers, builders=self._offers.builders or (), unlisted=unlisted)
        self.watch_build()

    def _fill(self, id: str, options: Options, value: str) -> None:
        select = self.query_one(id, Select)
        with self.prevent(Select.Changed):
            select.set_options(options)
            select.value = value

    # What is chosen

    @on(Select.Changed)
    def _selected(self, event: Select.Changed) -> None:
        if event.select.id == "context":
            self._offers = replace(self._offers, builders=None)
            self.build = replace(self.build, context=str(event.value))
            self._list_again()
        elif event.select.id == "network":
            self.build = replace(self.build, network=str(event.value))
        else:
            self.build = replace(self.build, builder=str(event.value))

    @on(Checkbox.Changed)
    def _ticked(self, event: Checkbox.Changed) -> None:
        match event.checkbox.id:
            case "push":
                self.build = replace(self.build, push=event.value)
            case "package-cache":
                self.build = replace(self.build, package_cache=event.value)
            case "cache":
                caches = registry_cache(self.build.image) if event.value else ((), ())
                self.build = replace(self.build, cache_from=caches[0], cache_to=caches[1])
            case _:
                chosen = tuple(name for name in DOCKER_NAMES if self.query_one(f"#{_tick_id(name)}", Tick).value)
                self.build = replace(self.build, platforms=chosen)

    def watch_build(self) -> None:
        offers, build = self._offers, self.build
        self._fill("#builder", offers.builder_options(build), build.builder)
        decided = "" if build.context else chosen_by(os.environ, "")
        said = list(offers.notes(replace(self._plan, build=build)))
        for place, about in {**_ABOUT, "context": decided, "builder": offers.builder_words(build)}.items():
            notes = [note for where, note in said if where == place]
            note = self.query_one(f"#{place}-note", Static)
            note.update(Content("\n").join(notes or [Content(about)]))
            note.display = bool(notes or about)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(self.build if event.button.id == "use" else None)

    def action_use(self) -> None:
        self.dismiss(self.build)

    def action_close(self) -> None:
        self.close()

    def close(self) -> None:
        """Go without an answer; asks first where something was chosen."""
        if self.build == self._plan.build:
            self.dismiss(None)
        else:
            question = "What you chose here is not used yet. Use this (ctrl+n) does that."
            dialog = ConfirmDialog("Leave it as it was?", question, yes="Leave it", no="Go on")
            self.app.push_screen(dialog, self._leave)

    def _leave(self, sure: bool | None) -> None:
        if sure:
            self.dismiss(None)


def _tick_id(platform: str) -> str:
    return platform.replace("/", "-")
