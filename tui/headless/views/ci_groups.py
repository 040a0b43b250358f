"""A build in the log of a CI service that folds groups of lines: one group a step."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping

from tui.core.building.events import BuildEvent, Notice, OutputReceived
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress, BuildStep, Status
from tui.core.dataclass import dataclass
from tui.headless.views.stderr import say
from tui.headless.views.step_lines import news, place

_MOST_KEPT = 5_000
"""Lines of a step that are kept until it ends; what is more is shown before, so that memory stays small."""

# What services obey in a log: `::` at the begin of a line, spaces aside, and `##[` anywhere (actions/runner,
# ActionCommand.cs); `##vso[` anywhere (azure-pipelines-agent, Command.cs); `---` and the like at the begin
# (buildkite.com/docs, managing log output). GitLab's has an escape in it, which no text of ours can have.
_COMMAND = r"##(?=\[|vso\[)"
_OPENING = r"\s*(?:::|---|\+\+\+|~~~|\^\^\^)"


@dataclass(frozen=True)
class Service:
    """How a CI service is told where a group begins and ends; `{title}`, `{name}` and `{time}` are filled in."""

    variable: str
    """Set to `true` where its jobs run, in small or large letters."""
    group: str
    end: str = ""
    line: str = "{title}"
    """A line of its own."""
    open: str = "{title}"
    """The line above those that shall be seen unfolded."""


SERVICES = (
    Service("GITHUB_ACTIONS", "::group::{title}", "::endgroup::"),
    Service(
        "GITLAB_CI",
        "\x1b[0Ksection_start:{time}:{name}[collapsed=true]\r\x1b[0K{title}",
        "\x1b[0Ksection_end:{time}:{name}\r\x1b[0K",
    ),
    Service("TF_BUILD", "##[group]{title}", "##[endgroup]"),
    Service("BUILDKITE", "--- {title}", line="--- {title}", open="+++ {title}"),
)
"""docs.github.com (workflow commands), docs.gitlab.com (job logs), learn.microsoft.com (logging commands),
buildkite.com/docs (managing log output)."""


def service_of(env: Mapping[str, str]) -> Service | None:
    """The CI service that this runs in, if it is one that folds."""
    return next((service for service in SERVICES if env.get(service.variable, "").lower() == "true"), None)


def neutral(text: str) -> str:
    """The text as no service takes it for a command."""
    text = re.sub(_COMMAND, "# #", text)
    return f"| {text}" if re.match(_OPENING, text) else text


class CiGroups:
    """Each step's output as a group when the step ends, since steps run side by side; a failed one's unfolded."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._kept: dict[str, list[str]] = {}
        self._groups = 0

    def show(self, before: BuildProgress, after: BuildProgress, events: list[BuildEvent]) -> None:
        """Write what these events, which lie between the two states, say."""
        for event in events:
            if isinstance(event, OutputReceived):
                self._kept.setdefault(event.step, []).extend(event.lines)
            elif isinstance(event, Notice) and event.text.startswith("WARNING"):
                self.say(event.text)
        for step, line in news(before, after):
            if step.status is Status.RUNNING:
                self._write(self._service.line, line)
            else:
                self._end(step, line)
        for id in [id for id, lines in self._kept.items() if len(lines) > _MOST_KEPT and id in after.steps]:
            self._group(f"output of {place(after.steps[id])}so far", self._kept.pop(id))

    def tick(self) -> None:
        """Nothing changes by time alone."""

    def end(self, progress: BuildProgress, log: BuildLog) -> None:
        """Write the output of steps that never ended, such as of a build that was stopped."""
        for id in [id for id in self._kept if id in progress.steps]:
            self._group(f"output of {place(progress.steps[id])}".rstrip(), self._kept.pop(id))
        if self._service.open != self._service.line:
            self._write(self._service.open, "outcome")

    def say(self, text: str) -> None:
        """A line beside the build's own."""
        say(neutral(text))

    def record(self, data: Mapping[str, object]) -> None:
        """Programs ask for JSON."""

    def _end(self, step: BuildStep, line: str) -> None:
        lines = self._kept.pop(step.id, [])
        if step.status is Status.FAILED:
            self._write(self._service.open, line)
            self._output(lines)
        elif lines:
            self._group(line, lines)
        else:
            self._write(self._service.line, line)

    def _group(self, title: str, lines: list[str]) -> None:
        self._groups += 1
        self._write(self._service.group, title)
        self._output(lines)
        self._write(self._service.end, "")

    def _output(self, lines: list[str]) -> None:
        if lines:
            say("\n".join(f"  | {neutral(line)}" for line in lines))

    def _write(self, form: str, title: str) -> None:
        if form:
            name = f"condock_{self._groups}"
            say(form.format(title=neutral(title), name=name, time=int(time.time())))
