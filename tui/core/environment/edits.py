"""Edits of a text as data: what stands where instead; a fix is those that are made together."""

from __future__ import annotations

from collections.abc import Iterable

from tui.core.dataclass import dataclass
from tui.core.untrusted_text import masked


@dataclass(frozen=True)
class Edit:
    """The characters from `start` up to `end` of a whole text, and what stands there instead."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Fix:
    """One change of a text that a user can ask for; its edits do not overlap."""

    title: str
    """Its title, for a binding or a list: `Write numpy=1.26`."""
    edits: tuple[Edit, ...]
    deliberate: bool = False
    """True where it takes something away, or leaves it to pip's index: no key alone is to do it."""


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made, each in the places of the text as it was.

    Edits of the same place are made in the order they are given; they must not overlap.
    """
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += text[at : edit.start], edit.text
        at = edit.end
    return "".join(parts) + text[at:]


def moved(index: int, edits: Iterable[Edit]) -> int:
    """The place that a place of a text has after the edits; within what is replaced, as far into what is new."""
    shift = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        if edit.end <= index:
            shift += len(edit.text) - (edit.end - edit.start)
        elif edit.start < index:
            return edit.start + shift + min(index - edit.start, len(edit.text))
    return index + shift


def difference(before: str, after: str) -> tuple[Edit, ...]:
    """One edit that makes one text of the other; none where they are the same."""
    if before == after:
        return ()
    shorter = min(len(before), len(after))
    start = next((at for at in range(shorter) if before[at] != after[at]), shorter)
    tail = 0
    while tail < min(len(before), len(after)) - start and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    return (Edit(start, len(before) - tail, after[start : len(after) - tail]),)


def fix_diff(text: str, fix: Fix) -> str:
    """The lines that the fix changes, `-` before the old ones and `+` before the new; tokens are masked."""
    import difflib

    before, after = masked(text).splitlines(), masked(apply_edits(text, fix.edits)).splitlines()
    lines = difflib.unified_diff(before, after, lineterm="", n=0)
    return "\n".join(line for line in list(lines)[2:] if not line.startswith("@@"))


def line_break(line: str, column: int) -> tuple[int, str]:
    """A line break typed in this column: the column from which it replaces, and the text.

    At the end of a line it keeps the indent; in a line of nothing else it takes that away.
    """
    before, behind = line[:column], line[column:]
    if behind.strip():
        return column, "\n"
    return (column, "\n" + before[: len(before) - len(before.lstrip())]) if before.strip() else (0, "\n")
