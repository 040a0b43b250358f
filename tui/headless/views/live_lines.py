"""A build on a terminal: what runs stands below and changes, what has ended stands above and stays."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from tui.core.building.events import BuildEvent, BuildSucceeded, Notice
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress, BuildStep, Status
from tui.core.building.summary import progress_line
from tui.core.building.transfers import all_moved
from tui.headless.views.frame import Frame, clipped, columns_of, size, wrapped
from tui.headless.views.stderr import say, tell
from tui.headless.views.step_lines import news, step_line

_COLOURS = {
    Status.RUNNING: "36",
    Status.CACHED: "32",
    Status.DONE: "32",
    Status.FAILED: "1;31",
    Status.CANCELLED: "33",
}
_FAINT = "2"


class FailureOutput:
    """Nothing of a build that goes well; of another, in the end, all that the step printed that it failed at."""

    def __init__(self, *, colours: bool = False) -> None:
        self._colours = colours

    def show(self, before: BuildProgress, after: BuildProgress, events: list[BuildEvent]) -> None:
        """Take in events, which lie between the two states."""

    def tick(self) -> None:
        """Nothing changes by time alone."""

    def end(self, progress: BuildProgress, log: BuildLog) -> None:
        """Write the output of the step that failed, if one did."""
        step = progress.failed
        if step is None:
            return
        say(self._step_line(step.status, step_line(step)))
        if dropped := log.dropped(step.id):
            say(f"  … {dropped:,} earlier lines were dropped")
        for number in log.numbers(step.id):
            # Its own colours may not be set back at its end.
            say(f"  | {log.styled(number)}\x1b[0m" if self._colours else f"  | {log.text(number)}")

    def say(self, text: str) -> None:
        """A line beside the build's own."""
        tell(text)

    def record(self, data: Mapping[str, object]) -> None:
        """Programs ask for JSON."""

    def _step_line(self, status: Status | None, line: str) -> str:
        if status is None:
            return line
        word = len(status)
        return self._in_colour(line[:word], _COLOURS[status]) + line[word:]

    def _in_colour(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colours and text else text


class Quiet(FailureOutput):
    """Prints the id of the image that was built, and of a build that failed all that matters."""

    def __init__(self, image: str) -> None:
        super().__init__()
        self._image, self._failed = image, False

    def end(self, progress: BuildProgress, log: BuildLog) -> None:
        """Write the id on stdout, or else the output of the step that failed."""
        if isinstance(progress.outcome, BuildSucceeded):
            print(progress.outcome.image or self._image)
        else:
            self._failed = True
            super().end(progress, log)

    def say(self, text: str) -> None:
        """A line beside the build's own."""
        if self._failed:
            super().say(text)


class LiveLines(FailureOutput):
    """The steps that run, one line each, and under them how far the build is."""

    def __init__(
        self,
        image: str,
        left: Callable[[BuildProgress, float], str],
        stopping: Callable[[], bool],
        *,
        colours: bool,
    ) -> None:
        """`left` says how long the build still takes, by the builder's clock; `stopping` if it was told to end."""
        super().__init__(colours=colours)
        self._image, self._left, self._stopping = image, left, stopping
        self._frame = Frame()
        self._progress, self._received = BuildProgress(), time.monotonic()
        self._above: list[tuple[Status | None, str]] = []

    def show(self, before: BuildProgress, after: BuildProgress, events: list[BuildEvent]) -> None:
        """Take in events, to be drawn with the next tick."""
        self._progress, self._received = after, time.monotonic()
        notices = (event.text for event in events if isinstance(event, Notice))
        self._above += [(None, text) for text in notices if text.startswith("WARNING")]
        for step, line in news(before, after):
            if step.status not in (Status.RUNNING, Status.FAILED):
                self._above.append((step.status, line))

    def tick(self) -> None:
        """Draw."""
        columns, rows = size()
        self._draw(self._below(columns - 1, rows - 2))

    def end(self, progress: BuildProgress, log: BuildLog) -> None:
        """Leave what has ended, then the output of the step that failed."""
        self._draw([])
        super().end(progress, log)

    def say(self, text: str) -> None:
        """A line beside the build's own; above those that change, where there are any."""
        if self._frame.drawn:
            self._above += [(None, row) for row in wrapped(text, size()[0] - 1).split("\n")]
        else:
            super().say(text)

    def _draw(self, below: list[str]) -> None:
        columns = size()[0] - 1
        lines = [self._step_line(status, clipped(line, columns)) for status, line in self._above]
        self._frame.draw(lines, below)
        self._above = []

    def _below(self, columns: int, room: int) -> list[str]:
        """The lines of the steps that run, as many as there is room for, and a last one."""
        now = (self._progress.time or 0.0) + time.monotonic() - self._received
        running = [step for step in self._progress.ordered if step.status is Status.RUNNING]
        shown = running[: max(0, room)]
        words = [progress_line(self._progress, self._image, now), self._left(self._progress, now)]
        if len(running) > len(shown):
            words.append(f"{len(running) - len(shown)} more steps run.")
        if self._stopping():
            words = ["Stopping …"]
        last = clipped(" ".join(filter(None, words)), columns)
        return [*(self._row(step, now, columns) for step in shown), last]

    def _row(self, step: BuildStep, now: float, columns: int) -> str:
        """The step's line; behind it, in the room that is left, its transfers or else its newest output."""
        moved = all_moved(step)
        line, tail = step_line(step, now), (moved.words if moved else "") or step.last_line
        if tail:
            line = clipped(line, max(columns * 3 // 5, columns - columns_of(tail) - 3))
            tail = clipped(f" | {tail}", columns - columns_of(line))
        return self._step_line(step.status, clipped(line, columns)) + self._in_colour(tail, _FAINT)
