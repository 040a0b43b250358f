"""The steps of a build as rows: how each stands, how long it took and when, how far it is, what it last said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.core.building.downloads import Downloads
from tui.core.building.key.key_use import KEY_NOT_USED, came_without_key, is_authenticated
from tui.core.building.progress import BuildProgress, BuildStep, Status
from tui.core.building.transfers import Moved, all_moved, layers
from tui.core.units import short_time
from tui.widgets.step_parts import MARKS, Part, cut
from tui.widgets.time_bars import TimeBars

_ALL = "  All output"
_INDENT = " " * 9
_BAR = 12
_WIDEST_STAGE = 12
_VARIABLES = r"^RUN (?:[A-Z_]+=\S+ )+"
_KEY = "◆"
"""Beside the bar of a step that is shown the key."""


class StepTable:
    """All steps stage by stage, under a first row for the log of all of them.

    BuildKit's own preparations are left out once they went well. Below a step that runs stands what it moves, or
    the newest of its output; below the chosen one each layer. Where there is room, a bar beside each step says
    when it ran; those of the critical path are the bright ones.
    """

    def __init__(self) -> None:
        self._progress = BuildProgress()
        self._chosen: str | None = None
        self._rows: tuple[tuple[str | None, int], ...] = ()
        self._arranged: tuple[tuple[str, ...], set[str]] = (), set()
        self._steps: list[tuple[str | None, int]] = []
        self._places: dict[str, int] = {}
        self._internal: list[str] = []
        self._authenticated: list[str] = []
        self._unused: frozenset[str] = frozenset()
        self._stage_width = 0
        self._bars = TimeBars()

    def arrange(
        self, progress: BuildProgress, now: float, chosen: str | None
    ) -> tuple[tuple[str | None, int], ...]:
        """Each row: its step, and which of the step's rows it is, from 0."""
        self._progress, self._chosen, steps = progress, chosen, progress.steps
        self._arrange()
        self._bars.arrange(progress, now)
        self._unused = frozenset(id for id in self._authenticated if came_without_key(steps[id]))
        telling = progress.running | progress.clipped | self._unused | {chosen or ""}
        rows = list(self._steps)
        # From the last on: what comes before stays in its place.
        for id in sorted(telling & self._places.keys(), key=self._places.__getitem__, reverse=True):
            after = self._places[id] + 1
            rows[after:after] = [(id, part) for part, _ in enumerate(self._details(steps[id]), 1)]
        self._rows = tuple(rows)
        return self._rows

    def _arrange(self) -> None:
        """Put the steps in order, where that or what is left out has changed: with thousands it takes its time."""
        order, steps = self._progress.order, self._progress.steps
        if order is not self._arranged[0]:
            self._internal = [id for id in order if steps[id].name.internal]
            self._authenticated = [id for id in order if is_authenticated(steps[id])]
        noise = {id for id in self._internal if steps[id].status in (Status.DONE, Status.CACHED)}
        if order is self._arranged[0] and noise == self._arranged[1]:
            return
        self._arranged = order, noise
        shown = [id for id in order if id not in noise]
        self._steps = [(None, 0), *((id, 0) for id in shown)]
        self._places = {id: place for place, id in enumerate(shown, 1)}
        stages = {(steps[id].name.platform, steps[id].name.stage): steps[id] for id in shown}
        self._stage_width = min(_WIDEST_STAGE, max((len(_stage(step)) for step in stages.values()), default=0))

    def draw(self, row: int, width: int, now: float, top: int) -> list[Part]:
        """The parts of a row, so many columns wide at the most; `top` is the first that is on the screen."""
        id, part = self._rows[row]
        if id is None:
            return [(_ALL, "text")]
        step = self._progress.steps[id]
        if part:
            return [(_INDENT, "text"), *self._details(step)[part - 1]]
        above = self._rows[row - 1][0] if row > top else None
        begins = above is None or _stage(self._progress.steps[above]) != _stage(step)
        parts = [*_standing(step, now), *self._place(step, begins), _title(step)]
        if not (room := self._bars.width(width)):
            return parts
        key = _KEY if id in self._authenticated else " "
        return [*cut(parts, width - room - 3), (f" {key} ", "note"), *self._bars.parts(step, now, room)]

    def _place(self, step: BuildStep, begins: bool) -> Iterator[Part]:
        """Its place in the Dockerfile; the stage is named once for all its steps."""
        name = step.name
        if not name.index:
            return
        if self._stage_width:
            stage = _stage(step)[: self._stage_width] if begins else ""
            yield f"{stage:{self._stage_width}} ", "stage"
        yield f"{name.index:>{len(str(name.total))}}/{name.total} ", "muted"

    def _details(self, step: BuildStep) -> list[list[Part]]:
        """The rows below a step's own."""
        rows: list[list[Part]] = []
        if step.id in self._unused:
            rows.append([(KEY_NOT_USED, "note")])
        if step.clipped:
            rows.append([(f"✂ output cut off by the builder at {step.clipped}", "note")])
        if step.status is Status.RUNNING:
            moved = all_moved(step)
            if moved is not None:
                rows.append(_moved(moved))
            elif step.last_line:
                rows.append([(step.last_line, "muted")])
        if step.id == self._chosen:
            rows += [[(f"{digest} ", "muted"), *_moved(moved)] for digest, moved in layers(step)]
        return rows


def _stage(step: BuildStep) -> str:
    """The stage of a step, and its platform where there may be several."""
    platform = step.name.platform.rpartition("/")[2]
    return " ".join(filter(None, (platform, step.name.stage)))


def _standing(step: BuildStep, now: float) -> list[Part]:
    time = short_time(step.seconds(now)) if step.intervals else ""
    time = "cached" if step.status is Status.CACHED else time
    return [(f"{MARKS[step.status]} ", step.status.value), (f"{time:>6} ", "muted")]


def _title(step: BuildStep) -> Part:
    """The command, without the variables that it sets before: they would be all that is seen of it."""
    title = re.sub(_VARIABLES, "RUN ", step.name.title)
    return title, "muted" if step.status is Status.WAITING or step.name.internal else "text"


def _moved(moved: Moved | Downloads) -> list[Part]:
    """A bar, where the whole is known, and the bytes."""
    if moved.fraction is None:
        return [(moved.words, "muted")]
    done = round(moved.fraction * _BAR)
    return [("━" * done, "bar"), ("━" * (_BAR - done), "rest"), (f" {moved.words}", "muted")]
