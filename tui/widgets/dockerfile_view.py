"""The Dockerfile as a list of instructions that can be asked why they are there."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.highlight import highlight
from textual.reactive import reactive
from textual.widgets import Static
from textual.widgets.option_list import Option

from tui.core.dockerfile.instruction import Instruction
from tui.widgets.option_list import OptionList


def _rows(instructions: tuple[Instruction, ...]) -> Iterator[Option | None]:
    """An option for each instruction, and a rule between the stages."""
    stage = instructions[0].stage if instructions else ""
    for instruction in instructions:
        if instruction.stage != stage:
            stage = instruction.stage
            yield None
        yield Option(highlight(instruction.text, language="docker"))


class DockerfileView(Vertical):
    """Coloured instructions; the reason of the highlighted one stands below."""

    DEFAULT_CSS = """
    DockerfileView {
        height: 1fr;
        & OptionList { height: 1fr; }
        & .why { height: auto; max-height: 6; padding: 0 1; }
    }
    """

    instructions: reactive[tuple[Instruction, ...]] = reactive(())

    def compose(self) -> ComposeResult:
        yield OptionList(compact=True)
        yield Static(classes="why")

    def on_mount(self) -> None:
        self.watch_instructions(self.instructions)

    def watch_instructions(self, instructions: tuple[Instruction, ...]) -> None:
        if not self.is_mounted:
            return
        options = self.query_one(OptionList)
        at = options.highlighted or 0
        options.set_options(_rows(instructions))
        if instructions:
            options.highlighted = min(at, len(instructions) - 1)

    @on(OptionList.OptionHighlighted)
    def _explain(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_index < len(self.instructions):
            self.query_one(".why", Static).update(Content(self.instructions[event.option_index].why))
