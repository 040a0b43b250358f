"""A build as one watches it: its steps, and beside them its log."""

from __future__ import annotations

import time
from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.events import Resize
from textual.reactive import reactive

from tui.core.building.events import BuildEvent, OutputReceived
from tui.core.building.fold import fold_all
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.widgets.build_steps import BuildSteps
from tui.widgets.log_pane import LogPane

FRAME = 1 / 20
"""Seconds: call `next_frame` this often while a build runs, however fast its lines come."""
_LAST = 1_000
"""Lines of a step's log in which what a cause was read from is looked for."""
_FLOOD = 200_000
"""Characters of output from one frame to the next that nobody can follow: then drawing may be put off."""
_SELDOM = 3
"""Frames of which one is drawn then: the time of the others is better spent on reading what comes."""
_TALL = 36
"""Rows from which on the list stands above the log with all its rows, however wide the screen is."""
_FEWEST = 4


class BuildView(Container):
    """Draws events, many at once; `progress` and `log_shown` are what has been drawn."""

    DEFAULT_CSS = """
    BuildView {
        height: 1fr;
        layout: vertical;
        & > BuildSteps { height: 40%; max-height: 40%; }
        & > LogPane { border-top: solid $border-blurred; }
        & > LogPane:focus-within { border-top: solid $border; }
        &.-tall > BuildSteps { max-height: 50%; }
        &.-log-only > BuildSteps { display: none; }
    }
    """

    log_only: reactive[bool] = reactive(False, init=False, toggle_class="-log-only")
    """True to give all room to the log."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.progress = BuildProgress()
        self.log_shown = BuildLog()
        self._arrived: list[BuildEvent] = []
        self._put_off = 0  # frames since one was drawn
        self._ahead = 0.0
        self._rows = 0  # that the list was given

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.height >= _TALL, "-tall")
        self._rows = 0
        self._make_room()

    def _make_room(self) -> None:
        """Have the list as high as its rows where there is room for all, and not lower again while they come."""
        steps = self.query_one(BuildSteps)
        if not self.has_class("-tall"):
            steps.styles.height = None
        elif (rows := max(_FEWEST, self._rows, len(steps.rows))) != self._rows:
            self._rows = rows
            steps.styles.height = rows

    def compose(self) -> ComposeResult:
        yield BuildSteps()
        yield LogPane(self.log_shown, id="build-log")

    @property
    def now(self) -> float:
        """Seconds since the epoch by the builder's clock, as far as its events have told it."""
        return time.monotonic() + self._ahead

    def begin(self) -> None:
        """Show another build, from its beginning."""
        self.progress, self.log_shown, self._arrived = BuildProgress(), BuildLog(), []
        self.log_only = False
        self.query_one(BuildSteps).chosen = None
        view = self.query_one(LogPane).log_view
        view.step = None
        view.show(self.log_shown)
        self.draw()

    def receive(self, events: Sequence[BuildEvent]) -> None:
        """Keep what has come until a frame draws it."""
        self._arrived += events

    def next_frame(self) -> None:
        """Draw what has come; of some frames only one, while more comes than anybody could follow."""
        self._put_off += 1
        if self._put_off == _SELDOM or _characters(self._arrived) < _FLOOD:
            self.draw_received()

    def draw_received(self) -> None:
        """Draw all that has come."""
        events, self._arrived, self._put_off = self._arrived, [], 0
        self.draw(events)

    def draw(self, events: Sequence[BuildEvent] = ()) -> None:
        """Draw what has come since the last frame, and the time that has passed."""
        if events:
            self.log_shown.add(*events)
            self.progress = fold_all(self.progress, events)
            if self.progress.time is not None:
                self._ahead = self.progress.time - time.monotonic()
            self.query_one(LogPane).grow()
        self.query_one(BuildSteps).show(self.progress, self.now)
        self._make_room()

    def choose_failed(self) -> None:
        """Choose the step that failed; one that said nothing is only shown, beside the log of all."""
        failed, steps = self.progress.failed, self.query_one(BuildSteps)
        if failed is not None and self.log_shown.numbers(failed.id):
            steps.choose(failed.id)
        elif failed is not None:
            steps.bring(failed.id)

    def shows(self, evidence: Sequence[str]) -> bool:
        """Bring these lines into view, and say whether the log of the step that failed has them near its end."""
        failed, view = self.progress.failed, self.query_one(LogPane).log_view
        numbers = self.log_shown.numbers(failed.id)[-_LAST:] if failed else ()
        texts = {self.log_shown.text(number).strip(): number for number in numbers}
        found = [texts.get(line.strip()) for line in evidence]
        if not found or None in found:
            return False
        self.call_after_refresh(view.bring, min(number for number in found if number is not None))
        return True

    @on(BuildSteps.Chosen)
    def _chosen(self, event: BuildSteps.Chosen) -> None:
        event.stop()
        self.query_one(LogPane).log_view.step = event.step


def _characters(events: Sequence[BuildEvent]) -> int:
    return sum(len(event.text) for event in events if isinstance(event, OutputReceived))
