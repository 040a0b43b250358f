"""The place where a plan is built and what becomes of the image there: its problems, and advice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tui.core.engine.builder import Builder, machine
from tui.core.engine.platform_checks import FIELD, platform_problems, unsure_bases
from tui.core.engine.registry import (
    cache_audience,
    cache_problems,
    leaves_the_image,
    push_audience,
    push_problem,
)
from tui.core.engine.report import EngineReport
from tui.core.errors import Problem
from tui.core.plan import Build, BuildPlan
from tui.core.platforms import DOCKER_NAMES
from tui.core.untrusted_text import printable, shown

_BUILDER = "build.builder"
_NAME = r"(?a)[A-Za-z0-9][\w.+-]*"
"""Of contexts and builders, a little wider than in docker/cli (context/store) and buildx (store/util.go)."""
_OTHER_BUILDER = (
    "Choose another builder (`docker buildx create --driver docker-container` makes one), "
    "or turn on the engine's containerd image store."
)


def settings_problems(plan: BuildPlan, report: EngineReport | None) -> Iterator[Problem]:
    """The problems of the plan's platforms, push and caches, with its builder where that was asked."""
    build = plan.build
    if strange := tuple(_strange_names(build)):
        yield from strange
        return
    yield from platform_problems(build.platforms or _own_platform(report), plan.base)
    yield from cache_problems(build.cache_from, build.cache_to, build.image)
    if build.push and (problem := push_problem(build.image)):
        yield problem
    if report is None:
        return
    if report.problem and report.problem.field.startswith("build."):
        yield report.problem
    if report.builder:
        yield from _builder_problems(build, report, report.builder)


def _own_platform(report: EngineReport | None) -> tuple[str, ...]:
    """That of the engine, where the plan names none and the engine itself builds."""
    known = report is not None and report.builder is None and report.platform in DOCKER_NAMES
    return (report.platform,) if report and known else ()


def settings_advice(plan: BuildPlan, report: EngineReport | None) -> tuple[Problem, ...]:
    """Things to know before building so; none of them stands in the way."""
    return tuple(_advice(plan, report or EngineReport()))


def on_offer(builders: Iterable[Builder], context: str) -> tuple[Builder, ...]:
    """The builders that a build on this context can name: the engine of another context is none."""
    return tuple(b for b in builders if b.driver and (not b.is_engine or b.name == context))


def report_of(build: Build, builders: Iterable[Builder], context: str) -> EngineReport:
    """The report a probe would give of these builders for a build on the context of this name."""
    fitting = on_offer(builders, context)
    own = next((builder for builder in fitting if builder.is_engine), None)
    if build.builder:
        chosen = next((builder for builder in fitting if builder.name == build.builder), None)
    else:
        chosen = next((builder for builder in fitting if builder.current), own)
    return EngineReport(builder=chosen, image_store=own is not None and own.builds_several)


def _strange_names(build: Build) -> Iterator[Problem]:
    """Of what cannot be the name of a context or builder: nothing is asked of it, docker could read an option."""
    for name, field, kind in ((build.context, "build.context", "context"), (build.builder, _BUILDER, "builder")):
        if name and not re.fullmatch(_NAME, name):
            yield Problem(f"`{shown(name)}` is no name of a {kind}.", f"Choose another {kind}.", field)


def _builder_problems(build: Build, report: EngineReport, builder: Builder) -> Iterator[Problem]:
    """The problems that buildx would have with this builder, in its own order."""
    name = printable(builder.name)
    if builder.failure:
        message = f"The builder `{name}` cannot be used: {builder.failure.rstrip('.')}."
        yield Problem(message, "Choose another.", _BUILDER)
        return
    if builder.driver == "remote" and not builder.known:
        at = printable(", ".join(node.endpoint for node in builder.nodes))
        yield Problem(f"The builder `{name}` does not answer at {at}.", "Start it, or choose another.", _BUILDER)
        return
    several = len(build.platforms) > 1
    if several and not builder.builds_several:
        message = f"The builder `{name}` makes images for one platform at a time."
        yield Problem(message, _OTHER_BUILDER, FIELD)
    elif several and not build.push and not (builder.is_engine or report.image_store):
        message = "An image for several platforms cannot be put among this engine's images."
        yield Problem(message, "Push it to a registry, or build for one platform.", "build.push")
    for platform in build.platforms:
        if not builder.runs(platform):
            hint = "Choose one that can, or install emulation (docs.docker.com/build/building/multi-platform)."
            yield Problem(f"The builder `{name}` cannot run commands for {printable(platform)}.", hint, FIELD)
    if any(map(leaves_the_image, build.cache_to)) and not builder.exports_cache:
        yield Problem(f"The builder `{name}` cannot keep its cache elsewhere.", _OTHER_BUILDER, "build.cache_to")


def _advice(plan: BuildPlan, report: EngineReport) -> Iterator[Problem]:
    build, builder = plan.build, report.builder
    others = [platform for platform in build.platforms if machine(platform) != machine(report.platform)]
    emulated = [platform for platform in build.platforms if builder and builder.emulates(platform)]
    if emulated:
        # docs.docker.com, build/builders/drivers: emulation is much slower, decompression above all.
        message = f"{' and '.join(emulated)} is emulated here, several times slower, and most of all in unpacking."
        yield Problem(message, "A builder with a machine of that kind does without.", FIELD)
    if others and (bases := unsure_bases(plan.base)):
        # BuildKit takes the image a digest names, whatever its platform is.
        message = f"The digest of {' and '.join(bases)} may be of one platform, and would be used for all."
        yield Problem(message, "Check the pins: the answer lists their platforms.", "base.builder")
    if build.push and (audience := push_audience(build.image)):
        yield Problem(audience, "The key is not in it.", "build.push")
    for entry in build.cache_to:
        if audience := cache_audience(entry):
            yield Problem(audience, "The key is not in them.", "build.cache_to")
