"""The dialog on where an image is built, for which platforms, and where it and its layers are kept."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from threading import Event
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widgets import Button, Checkbox, Select, Static

from tui.core.engine.builder import Builder, machine
from tui.core.engine.builders import list_builders
from tui.core.engine.contexts import Context, chosen_by, in_force, list_contexts, reaching
from tui.core.engine.engine import EngineReport
from tui.core.engine.place import on_offer, place_advice, place_problems, report_of
from tui.core.engine.registry import registry_cache
from tui.core.errors import CondockError, Problem
from tui.core.plan import Build, BuildPlan
from tui.core.platforms import DOCKER_NAMES
from tui.core.text import printable
from tui.widgets.toggles import Tick

_SWITCHES = {
    "push": "Push the image when it is built",
    "cache": "Keep the layers in the registry too",
    "package-cache": "Keep downloaded packages between builds",
}
_ABOUT = {
    "platforms": "None ticked: the builder's own.",
    "push": "Off: the image stays in the engine.",
    "cache": "Other machines then build only what has changed.",
    "package-cache": "On the builder's machine, outside the image.",
}
_PLACES = {
    "build.context": "context",
    "build.builder": "builder",
    "build.push": "push",
    "build.image": "push",
    "build.cache_from": "cache",
    "build.cache_to": "cache",
}
"""Where a problem or advice is said, by its field; what is not here has to do with the platforms."""

PLACE_FIELDS = tuple(
    f"build.{name}" for name in ("context", "builder", "platforms", "push", "cache_from", "cache_to")
)
"""The plan's names of what is chosen here, as problems have them."""


class EngineChoiceDialog(ModalScreen[Build | None]):
    """Answers with the plan's new build part, or None where nothing is to change."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

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
        self._report = report or EngineReport()
        self._contexts: tuple[Context, ...] = ()
        self._builders: tuple[Builder, ...] | None = None
        self._unlisted: list[tuple[str, Content]] = []
        self._cancel = Event()
        self.set_reactive(EngineChoiceDialog.build, plan.build)

    def compose(self) -> ComposeResult:
        build = self.build
        with Vertical(classes="dialog"):
            yield Static("Where it is built", classes="dialog-title")
            with VerticalScroll(classes="dialog-text", can_focus=False):
                yield from self._choice("context", "Context", self._context_options(), build.context)
                yield from self._choice("builder", "Builder", self._builder_options(), build.builder)
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
                yield Button("Use this", id="use", variant="primary", compact=True)

    def _choice(self, id: str, name: str, options: list[tuple[Content, str]], value: str) -> ComposeResult:
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
        self._unlisted = []
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
        self._contexts = event.contexts
        self._fill("#context", self._context_options(), self.build.context)

    @on(BuildersListed)
    def _builders_listed(self, event: BuildersListed) -> None:
        self._builders = event.builders
        self.watch_build()

    @on(Unlisted)
    def _not_listed(self, event: Unlisted) -> None:
        self._builders = self._builders or ()
        problem = event.error.problem()
        self._unlisted.append((event.place, _note(problem, "$text-warning")))
        self.watch_build()

    def _fill(self, id: str, options: list[tuple[Content, str]], value: str) -> None:
        select = self.query_one(id, Select)
        with self.prevent(Select.Changed):
            select.set_options(options)
            select.value = value

    def _context_options(self) -> list[tuple[Content, str]]:
        own = next((context.endpoint for context in self._contexts if context.current), "")
        named = [(context.name, context.endpoint) for context in self._contexts]
        return list(_options([("", own), *named, (self.build.context, "")], "the one in force"))

    def _builder_options(self) -> list[tuple[Content, str]]:
        fitting = on_offer(self._builders or (), self._context_name)
        current = next((builder.name for builder in fitting if builder.current), "")
        named = [(builder.name, builder.driver) for builder in fitting]
        return list(_options([("", current), *named, (self.build.builder, "")], "the current one"))

    # What is chosen

    @property
    def _context_name(self) -> str:
        return in_force(reaching(os.environ, self.build.context))

    @property
    def _found(self) -> EngineReport:
        """What is known of the place that is chosen now."""
        found = report_of(self.build, self._builders or (), self._context_name)
        return replace(found, platform=self._report.platform)

    @on(Select.Changed)
    def _selected(self, event: Select.Changed) -> None:
        if event.select.id == "context":
            self._builders = None  # which one is current depends on the context
            self.build = replace(self.build, context=str(event.value))
            self._list_again()
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
        self._fill("#builder", self._builder_options(), self.build.builder)
        decided = "" if self.build.context else chosen_by(os.environ, "")
        said = list(self._notes())
        for place, about in {**_ABOUT, "context": decided, "builder": self._builder_words}.items():
            notes = [note for where, note in said if where == place]
            note = self.query_one(f"#{place}-note", Static)
            note.update(Content("\n").join(notes or [Content(about)]))
            note.display = bool(notes or about)

    @property
    def _builder_words(self) -> str:
        if self._builders is None:
            return "Asking the builders …"
        builder = self._found.builder
        return printable(f"{builder.name}: {builder.words}") if builder else ""

    def _notes(self) -> Iterator[tuple[str, Content]]:
        """Problems and advice about what is chosen, each with the place where it is said."""
        plan, report = replace(self._plan, build=self.build), self._found
        for problem in place_problems(plan, report):
            yield _PLACES.get(problem.field, "platforms"), _note(problem, "$text-error")
        for advice in place_advice(plan, report):
            yield _PLACES.get(advice.field, "platforms"), _note(advice, "$text-warning")
        yield from self._unlisted

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.dismiss(self.build if event.button.id == "use" else None)

    def action_cancel(self) -> None:
        self.dismiss(None)


def _options(named: Iterable[tuple[str, str]], unnamed: str) -> Iterator[tuple[Content, str]]:
    """Each name once, with what is known of it beside it."""
    known: dict[str, str] = {}
    for name, more in named:
        known.setdefault(name, more)
    for name, more in known.items():
        label = printable(name) or unnamed
        yield Content(f"{label}  {more}" if more else label), name


def _note(problem: Problem, colour: str) -> Content:
    return Content.styled(problem.message, colour) + Content(f" {problem.hint}")


def _tick_id(platform: str) -> str:
    return platform.replace("/", "-")
