"""The Dockerfile as a list of instructions that can be asked why they are there."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.highlight import highlight
from textual.reactive import reactive
from textual.widgets.option_list import Option

from tui.core.dockerfile.deciding_step import mounts_key, shortened_digests
from tui.core.dockerfile.instruction import Instruction
from tui.widgets.hanging_indent import hang
from tui.widgets.option_list import OptionList

_WIDTH = 72
"""Columns of the list, before it has any."""
_BESIDE = 100
"""Columns from which on a reason stands beside its instruction."""
_MARK = 2
"""Columns of the bar in front of a reason."""


class DockerfileView(Vertical):
    """Coloured instructions, `◆` at those that are shown the key.

    Where there is room each has its reason beside it, by its first sentence; the highlighted one has all of it,
    and where there is no room right below it.
    """

    DEFAULT_CSS = "DockerfileView { height: 1fr; & OptionList { height: 1fr; } }"

    instructions: reactive[tuple[Instruction, ...]] = reactive(())

    def __init__(self, chosen_where: Callable[[Instruction], str] = lambda _: "") -> None:
        """`chosen_where` names the place where what an instruction says is chosen."""
        super().__init__()
        self._chosen_where = chosen_where
        self._explained = 0

    def compose(self) -> ComposeResult:
        yield OptionList(compact=True)

    def on_mount(self) -> None:
        self.watch_instructions(self.instructions)

    def on_resize(self) -> None:
        self.call_after_refresh(self._wrap_anew)

    def _wrap_anew(self) -> None:
        """Break code and reasons into lines of the width that there is now."""
        options = self.query_one(OptionList)
        for number in range(min(options.option_count, len(self.instructions))):
            options.replace_option_prompt_at_index(number, self._shown(number, self._explained))

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
        width = self.query_one(OptionList).scrollable_content_region.width or _WIDTH
        show = _beside if width >= _BESIDE else _below
        instruction = self.instructions[number]
        return show(instruction, self._chosen_where(instruction), width, explained=number == explained)

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
    def current(self) -> Instruction | None:
        """The instruction that is highlighted."""
        return self.instructions[self._explained] if self.instructions else None

    @property
    def why(self) -> str:
        """The reason that is shown."""
        return self.current.why if self.current else ""


def _code(instruction: Instruction, width: int) -> list[Content]:
    """Its lines, of which the first bears the mark of the key."""
    text = highlight(shortened_digests(instruction.text), language="docker")
    mark = Content.styled("◆", "$text-warning") if mounts_key(instruction) else Content("")
    return hang(mark + text, width).split("\n", allow_blank=True)


def _below(instruction: Instruction, where: str, width: int, *, explained: bool) -> Content:
    """The instruction, and its reason below it in lines that all bear a mark."""
    mark = Content.styled("┃ ", "$text-accent")
    room = max(20, width - _MARK)
    place = f"e edits it in {where}" if where else ""
    why = _with_place(textwrap.wrap(instruction.why, room), place, room) if explained else ()
    reason = (mark + line.stylize("not bold") for line in why)
    return Content("\n").join([*_code(instruction, width), *reason])


def _beside(instruction: Instruction, where: str, width: int, *, explained: bool) -> Content:
    """The instruction, and its reason at its right."""
    left = width * 3 // 5
    why = instruction.why if explained else f"{instruction.why.partition('. ')[0].rstrip('.')}."
    room = width - left - _MARK
    reasons = _with_place(textwrap.wrap(why, room), where, room)
    look, bar = ("not bold", "$text-accent") if explained else ("$text-muted", "$border-blurred")
    code = _code(instruction, left - 1)
    rows = []
    for number in range(max(len(code), len(reasons))):
        line = code[number] if number < len(code) else Content("")
        reason = reasons[number].stylize_before(look) if number < len(reasons) else Content("")
        mark = Content.styled("┃ " if number < len(reasons) else "  ", bar)
        rows.append(line.pad_right(max(0, left - line.cell_length)) + mark + reason)
    return Content("\n").join(rows)


def _with_place(reasons: Sequence[str], where: str, width: int) -> list[Content]:
    """The lines of a reason, and at the right of the last one the step where it is chosen."""
    lines = [Content(line) for line in reasons]
    if not where:
        return lines
    if not lines or lines[-1].cell_length + len(where) + 2 > width:
        lines.append(Content(""))
    last = lines.pop()
    return [
        *lines,
        last.pad_right(width - len(where) - last.cell_length) + Content.styled(where, "$text-secondary"),
    ]
