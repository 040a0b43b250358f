"""The contexts and builders on offer for a build, with notes on each choice."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from textual.content import Content

from tui.core.dataclass import dataclass, replace
from tui.core.engine.build_settings import on_offer, report_of, settings_advice, settings_problems
from tui.core.engine.builder import Builder
from tui.core.engine.contexts import Context, in_force, reaching
from tui.core.engine.report import EngineReport
from tui.core.errors import CondockError, Problem
from tui.core.plan import Build, BuildPlan
from tui.core.untrusted_text import printable

Options = list[tuple[Content, str]]

_PLACES = {
    "build.context": "context",
    "build.builder": "builder",
    "build.push": "push",
    "build.image": "push",
    "build.cache_from": "cache",
    "build.cache_to": "cache",
}
"""The places of problems and advice, by their field; all others have to do with the platforms."""


@dataclass(frozen=True)
class Offers:
    """The contexts and builders listed so far."""

    platform: str = ""
    """The engine's own."""
    contexts: tuple[Context, ...] = ()
    builders: tuple[Builder, ...] | None = None
    """None while they are asked for: which one is current depends on the context."""
    unlisted: tuple[tuple[str, CondockError], ...] = ()
    """Why contexts or builders could not be listed, by the place where that is said."""

    def context_options(self, build: Build) -> Options:
        """Each context once, the chosen one too where there is none of its name."""
        own = next((context.endpoint for context in self.contexts if context.current), "")
        named = [(context.name, context.endpoint) for context in self.contexts]
        return list(_options([("", own), *named, (build.context, "")], "the one in force"))

    def builder_options(self, build: Build) -> Options:
        """Each builder that goes with the chosen context, and the chosen one."""
        fitting = on_offer(self.builders or (), _context_name(build))
        current = next((builder.name for builder in fitting if builder.current), "")
        named = [(builder.name, builder.driver) for builder in fitting]
        return list(_options([("", current), *named, (build.builder, "")], "the current one"))

    def report(self, build: Build) -> EngineReport:
        """The place that is chosen, as far as it is known."""
        return replace(report_of(build, self.builders or (), _context_name(build)), platform=self.platform)

    def builder_words(self, build: Build) -> str:
        """The builder that would build."""
        if self.builders is None:
            return "Asking the builders …"
        builder = self.report(build).builder
        return printable(f"{builder.name}: {builder.words}") if builder else ""

    def notes(self, plan: BuildPlan) -> Iterator[tuple[str, Content]]:
        """Problems and advice about what the plan chooses, each with the place where it is said."""
        report = self.report(plan.build)
        for problem in settings_problems(plan, report):
            yield _PLACES.get(problem.field, "platforms"), _note(problem, "$text-error")
        for advice in settings_advice(plan, report):
            yield _PLACES.get(advice.field, "platforms"), _note(advice, "$text-warning")
        for place, error in self.unlisted:
            yield place, _note(error.problem(), "$text-warning")


def _context_name(build: Build) -> str:
    return in_force(reaching(os.environ, build.context))


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
