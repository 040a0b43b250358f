"""The steps of a build as a list: how each stands, how long it took, what it last said."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui.core.image.progress import BuildProgress, Status, Step

_ALL = "All output"
_MARKS = {
    Status.WAITING: ("·", "$text-muted"),
    Status.RUNNING: ("▶", "$text-accent"),
    Status.CACHED: ("≡", "$text-success"),
    Status.DONE: ("✓", "$text-success"),
    Status.FAILED: ("✗", "$text-error"),
    Status.CANCELLED: ("-", "$text-warning"),
}


class BuildSteps(OptionList):
    """All steps in order, under a first line for the log of all of them."""

    @dataclass
    class Chosen(Message):
        """A step was highlighted; None is all of them."""

        step: str | None

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(_ALL, id=id, compact=True)
        self._order: tuple[str, ...] = ()
        self._shown: dict[str, Content] = {}

    def show(self, progress: BuildProgress, now: float) -> None:
        """Draw the steps as they are at `now`, in seconds since the epoch by the builder's clock."""
        steps = [step for step in progress.ordered if not _is_noise(step)]
        rows = {step.id: _row(step, now) for step in steps}
        if tuple(rows) != self._order:
            self._reorder(rows)
        else:
            for number, (id, row) in enumerate(rows.items(), 1):
                if self._shown[id] != row:
                    self.replace_option_prompt_at_index(number, row)
        self._shown = rows
        running = [number for number, step in enumerate(steps, 1) if step.status is Status.RUNNING]
        if running and not self.highlighted:
            self.scroll_to(y=running[-1] - self.size.height + 1, animate=False)

    def _reorder(self, rows: dict[str, Content]) -> None:
        at = self._order[self.highlighted - 1] if self.highlighted else None
        self._order = tuple(rows)
        with self.prevent(OptionList.OptionHighlighted):
            self.set_options([Option(_ALL), *(Option(row) for row in rows.values())])
            self.highlighted = self._order.index(at) + 1 if at in self._order else 0

    def choose(self, step: str) -> None:
        """Highlight a step."""
        if step in self._order:
            self.highlighted = self._order.index(step) + 1

    @on(OptionList.OptionHighlighted)
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        number = event.option_index
        self.post_message(self.Chosen(self._order[number - 1] if number else None))


def _is_noise(step: Step) -> bool:
    """BuildKit's own preparations, once they went well."""
    return step.name.internal and step.status in (Status.DONE, Status.CACHED)


def _row(step: Step, now: float) -> Content:
    sign, colour = _MARKS[step.status]
    seconds = step.seconds(now)
    time = "cached" if step.status is Status.CACHED else f"{seconds:5.1f}s" if step.intervals else ""
    where = f"{step.name.stage} {step.name.index}/{step.name.total} " if step.name.index else ""
    muted = "$text-muted" if step.status is Status.WAITING or step.name.internal else ""
    return (
        Content.styled(f"{sign} ", colour)
        + Content.styled(f"{time:>7} ", "$text-muted")
        + Content.styled(where, "$text-secondary")
        + Content.styled(step.name.title, muted)
    )
