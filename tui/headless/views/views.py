"""Which of the plain outputs a build is shown in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Protocol

from tui.core.building.events import BuildEvent
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress


class Output(StrEnum):
    """The output that was asked for on the command line."""

    AUTO = "auto"
    PLAIN = "plain"
    """Lines as in a pipe, also on a terminal."""
    JSON = "json"
    """The events on stdout."""
    QUIET = "quiet"
    """The image's id on stdout, and on stderr only what went wrong."""


class View(Protocol):
    """Shows a build while it runs."""

    def show(self, before: BuildProgress, after: BuildProgress, events: list[BuildEvent]) -> None:
        """Show events, which lie between the two states."""

    def tick(self) -> None:
        """Some time has passed."""

    def end(self, progress: BuildProgress, log: BuildLog) -> None:
        """Show what is left to show of a build that has ended."""

    def say(self, text: str) -> None:
        """Show a line beside the build's own."""

    def record(self, data: Mapping[str, object]) -> None:
        """Give a fact to programs, for whom alone it is in this form."""


def view_of(
    output: Output,
    env: Mapping[str, str],
    image: str,
    left: Callable[[BuildProgress, float], str],
    stopping: Callable[[], bool],
) -> View:
    """The view for this output in these surroundings; for `left` and `stopping` see LiveLines."""
    # What is not used is not imported: a cached build is over in the time that all of it takes.
    if output is Output.QUIET or (output is Output.AUTO and _redraws(env)):
        from tui.headless.views.live_lines import LiveLines, Quiet

        if output is Output.QUIET:
            return Quiet(image)
        return LiveLines(image, left, stopping, colours=not env.get("NO_COLOR"))  # no-color.org
    if output is Output.AUTO and _is_ci(env):
        from tui.headless.views.ci_groups import CiGroups, service_of

        if service := service_of(env):
            return CiGroups(service)
    from tui.headless.views.plain_lines import JsonLines, PlainLines

    return JsonLines() if output is Output.JSON else PlainLines()


def _redraws(env: Mapping[str, str]) -> bool:
    """True if stderr is a terminal on which lines can be drawn again."""
    return sys.stderr.isatty() and env.get("TERM", "dumb") != "dumb" and not _is_ci(env)


def _is_ci(env: Mapping[str, str]) -> bool:
    """True if this runs for a CI service; some give it a terminal that nobody sits at."""
    return bool(env.get("CI") or env.get("TF_BUILD"))
