"""The Dockerfile as a list of instructions that can be asked why they are there."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.highlight import highlight
from textual.reactive import reactive
from textual.widgets.option_list import Option

from tui.core.dockerfile.chosen import shortened_digests
from tui.core.dockerfile.instruction import Instruction
from tui.widgets.option_list import OptionList

_WIDTH = 72
"""Columns of a reason, before the list has any."""


def _plain(instruction: Instruction) -> Content:
    return highlight(shortened_digests(instruction.text), language="docker")


def _explained(instruction: Instruction, width: int) -> Content:
    """The instruction, and its reason below it in lines that all bear a mark."""
    mark = Content.styled("┃ ", "$text-accent")
    lines = textwrap.wrap(instruction.why, max(20, width - 2))
    return Content("\n").join([_plain(instruction), *(mark + Content.styled(line, "not bold") for line in lines)])


class DockerfileView(Vertical):
    """Coloured instructions; the reason of the highlighted one stands right below it."""

    DEFAULT_CSS = "DockerfileView { height: 1fr; & OptionList { height: 1fr; } }"

    instructions: reactive[tuple[Instruction, ...]] = reactive(())

    def __init__(self) -> None:
        super().__init__()
        self._explained = 0

    def compose(self) -> ComposeResult:
        yield OptionList(compact=True)

    def on_mount(self) -> None:
        self.watch_instructions(self.instructions)

    def on_resize(self) -> None:
        self.call_after_refresh(self._wrap_anew)

    def _wrap_anew(self) -> None:
        """Break the reason into lines of the width that there is now."""
        options = self.query_one(OptionList)
        if self._explained < min(options.option_count, len(self.instructions)):
            options.replace_option_prompt_at_index(self._explained, self._shown(self._explained, self._explained))

    def watch_instructions(self, instructions: tuple[Instruction, ...]) -> None:
        if not self.is_mounted:
            return
        options = self.query_one(OptionList)
        at = min(options.highlighted or 0, max(0, len(instructions) - 1))
        self._explained = at
        options.set_options(self._rows(at))
        if instructions:
            options.highlighted = at

    def _rows(self, explained: int) -> Iterator[Option | None]:
        """An option for each instruction, and a rule between the stages."""
        stage = self.instructions[0].stage if self.instructions else ""
        for number, instruction in enumerate(self.instructions):
            if instruction.stage != stage:
                stage = instruction.stage
                yield None
            yield Option(self._shown(number, explained))

    def _shown(self, number: int, explained: int) -> Content:
        instruction = self.instructions[number]
        width = self.query_one(OptionList).scrollable_content_region.width or _WIDTH
        return _explained(instruction, width) if number == explained else _plain(instruction)

    @on(OptionList.OptionHighlighted)
    def _explain(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        at, before = event.option_index, self._explained
        if at >= len(self.instructions) or at == before:
            return
        self._explained = at
        for number in (before, at):
            event.option_list.replace_option_prompt_at_index(number, self._shown(number, at))
        event.option_list.scroll_to_highlight()

    @property
    def why(self) -> str:
        """The reason that is shown."""
        return self.instructions[self._explained].why if self.instructions else ""
