"""A build as lines that nothing takes back, for pipes and files."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tui.core.building.events import BuildEvent, Notice, OutputReceived, to_json
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress, Status
from tui.headless.views.stderr import say, tell
from tui.headless.views.step_lines import news, place


class PlainLines:
    """A line for each step that begins or ends, and the output as it comes, each line with its step."""

    def show(self, before: BuildProgress, after: BuildProgress, events: list[BuildEvent]) -> None:
        """Write what these events, which lie between the two states, say."""
        begun, ended = dict[str, str](), dict[str, str]()
        for step, line in news(before, after):
            (begun if step.status is Status.RUNNING else ended)[step.id] = line
        # Much may have happened at once: a step ends behind the last that is heard of it.
        last = {_step(event): number for number, event in enumerate(events)}
        for number, event in enumerate(events):
            id = _step(event)
            if id in begun:
                say(begun.pop(id))
            if isinstance(event, OutputReceived) and id in after.steps:
                say("\n".join(f"  {place(after.steps[id])}| {line}" for line in event.lines))
            elif isinstance(event, Notice) and event.text.startswith("WARNING"):
                say(f"  {event.text}")
            if last[id] == number and id in ended:
                say(ended.pop(id))
        for line in ended.values():
            say(line)

    def tick(self) -> None:
        """Nothing changes by time alone."""

    def end(self, progress: BuildProgress, log: BuildLog) -> None:
        """All is said."""

    def say(self, text: str) -> None:
        """A line beside the build's own."""
        tell(text)

    def record(self, data: Mapping[str, object]) -> None:
        """Programs ask for JSON."""


def _step(event: BuildEvent) -> str:
    """The id of the step it is about; empty for what is about none."""
    return getattr(event, "step", "")


class JsonLines(PlainLines):
    """The events as JSON lines on stdout."""

    def show(self, before: BuildProgress, after: BuildProgress, events: list[BuildEvent]) -> None:
        """Write the events."""
        print("".join(f"{json.dumps(to_json(event))}\n" for event in events), end="", flush=True)

    def record(self, data: Mapping[str, object]) -> None:
        """One more line, with a `type` of its own."""
        print(json.dumps(data), flush=True)
