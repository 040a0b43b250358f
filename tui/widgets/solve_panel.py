"""Shows how solving goes, a line a platform, with its seconds; why one is not solved stands in the findings."""

from __future__ import annotations

from collections.abc import Mapping
from time import monotonic

from textual.content import Content
from textual.reactive import reactive
from textual.timer import Timer

from tui.core.solving.solution import Solution, SolveFailure, SolveProgress
from tui.core.solving.solve_words import progress_words, solution_words
from tui.widgets.static import Static

_FRAME = 1 / 10
_TURNS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"

SolveState = Solution | SolveFailure | SolveProgress


class SolvePanel(Static):
    """The state of each platform; nothing is shown before somebody asked."""

    DEFAULT_CSS = "SolvePanel { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }"

    states: reactive[Mapping[str, SolveState]] = reactive[Mapping[str, SolveState]](dict)
    stale: reactive[bool] = reactive(False)
    """The text was changed since."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._began = 0.0
        self._turning: Timer | None = None

    def render(self) -> Content:
        return Content("\n").join(self._line(*item) for item in self.states.items())

    def watch_states(self) -> None:
        self.display = bool(self.states)
        self.refresh(layout=True)
        running = any(isinstance(state, SolveProgress) for state in self.states.values())
        if running and self._turning is None:
            self._began, self._turning = monotonic(), self.set_interval(_FRAME, self.refresh)
        elif not running and self._turning is not None:
            self._turning.stop()
            self._turning = None

    def _line(self, platform: str, state: SolveState) -> Content:
        match state:
            case Solution():
                mark, style, words = "✓", "$text-success", solution_words(state)
            case SolveFailure():
                mark, style, words = "✗", "$text-error", "not solved"
                words += "; f3 shows all that was said" if state.lines else ""
            case _:
                seconds = monotonic() - self._began
                still = self.app.animation_level == "none"
                mark, style = "…" if still else _TURNS[int(seconds / _FRAME) % len(_TURNS)], "$text-accent"
                words = f"{progress_words(state)}, {seconds:.0f} s"
        if self.stale and not isinstance(state, SolveProgress):
            return Content.styled(f"{mark} {platform}, before the last change: {words}", "$text-muted")
        return Content.styled(f"{mark} ", style) + Content(f"{platform}: {words}")
