"""The part of the dependencies step that proposes what could stand where one types."""

from __future__ import annotations

from textual import on

from screens.parts.completing import Completing
from screens.parts.solving import Solving
from screens.step_screen import StepScreen
from tui.widgets.completion_list import CompletionList
from tui.widgets.yaml_editor import YamlEditor


class Proposing(StepScreen):
    """A step with an editor, a list of proposals and what knows the channels' names."""

    _editor: YamlEditor

    @on(YamlEditor.Begun)
    def _begun(self, event: YamlEditor.Begun) -> None:
        self.query_one(Completing).propose(self.current, event.completion)

    @on(Solving.Unanswered)
    def _ask_anew(self) -> None:
        if self._editor.has_focus:
            self._editor.complete()

    @on(Completing.NamesRead)
    def _names_read(self, event: Completing.NamesRead) -> None:
        if event.found is not None and self.query_one(Completing).asked:
            self._editor.complete()

    @on(Completing.Proposed)
    def _proposed(self, event: Completing.Proposed) -> None:
        if event.completion == self._editor.begun and self._editor.has_focus:
            self._editor.propose(event.proposals, event.completion.start)

    @on(CompletionList.Taken)
    def _taken(self, event: CompletionList.Taken) -> None:
        self._editor.take(event.proposal.text)
