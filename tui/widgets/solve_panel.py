"""Shows whether the environment solves, a line a platform."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui.core.solving.solution import Solution, SolveFailure, SolveProgress
from tui.core.solving.solve_words import progress_words, solution_words

SolveState = Solution | SolveFailure | SolveProgress


class SolvePanel(Static):
    """The state of each platform; nothing is shown before somebody asked."""

    DEFAULT_CSS = "SolvePanel { height: auto; text-wrap: nowrap; text-overflow: ellipsis; }"

    states: reactive[Mapping[str, SolveState]] = reactive[Mapping[str, SolveState]](dict)
    stale: reactive[bool] = reactive(False)
    """The text was changed since."""

    def render(self) -> Content:
        return Content("\n").join(self._line(*item) for item in self.states.items())

    def watch_states(self) -> None:
        self.display = bool(self.states)
        self.refresh(layout=True)

    def _line(self, platform: str, state: SolveState) -> Content:
        match state:
            case Solution():
                mark, style, words = "✓", "$text-success", solution_words(state)
            case SolveFailure():
                mark, style, words = "✗", "$text-error", state.message
            case _:
                mark, style, words = "…", "$text-muted", progress_words(state)
        if self.stale and not isinstance(state, SolveProgress):
            return Content.styled(f"{mark} {platform}, before the last change: {words}", "$text-muted")
        return Content.styled(f"{mark} ", style) + Content(f"{platform}: {words}")
