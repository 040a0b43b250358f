"""Fixes of a text that is not YAML: at the line where the parser gave up, one row a fix."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from tui.core.dataclass import dataclass
from tui.core.environment.edits import Edit, Fix
from tui.core.environment.layout import Layout
from tui.core.environment.syntax import compose
from tui.core.errors import Problem
from tui.core.yaml_text import NOT_YAML

_MOST = 10
"""Fixes of one text: more than that was not meant to be YAML."""
_LONGEST = 1_000
"""Characters of a line that is repaired."""


@dataclass(frozen=True)
class _LineFix:
    """A pattern for the line, and what to put for it."""

    title: str
    pattern: str
    better: str | Callable[[re.Match[str]], str]
    everywhere: bool = False
    """All lines that have it are repaired at once."""

    def apply(self, line: str, newline: str) -> str:
        if len(line) > _LONGEST:
            return line
        content = line.rstrip("\r\n\x85\u2028\u2029")
        return re.sub(self.pattern, self.better, content).replace("\n", newline) + line[len(content) :]


def _quoted(found: re.Match[str]) -> str:
    return found[1] + json.dumps(found[2], ensure_ascii=False)


_LINE_FIXES = (
    _LineFix("Remove what cannot be seen", f"(?![\ud800-\udfff]){NOT_YAML}", "", everywhere=True),
    _LineFix(
        "Indent with spaces",
        r"^ *\t[ \t]*",
        lambda found: found[0].replace("\t", "  "),
        everywhere=True,
    ),
    _LineFix("Write it as one text", r"^(\s*- +[\w.-]+): +(?=[<>])", r"\1 "),
    _LineFix("Put a space behind the dash", r"^( *)-(?=[\w])", r"\1- "),
    _LineFix("Put the item on its own line", r"^( *)([\w-]+:) +(?=- )", "\\1\\2\n\\1  "),
    _LineFix("Put quotes around it", r"^(\s*(?:- +|[\w-]+: +)+)([>|*&!%@`].*?)(?=\s+#|\s*$)", _quoted),
    _LineFix("Close the quote", r"^([^'\"#]*)(['\"])([^'\"]*?)(?=\s*$)", r"\1\2\3\2"),
    _LineFix("Put quotes around it", r"^(\s*(?:- +)*[\w-]+: +)([^\s'\"\[{].*?: .*?)(?=\s+#|\s*$)", _quoted),
)


def yaml_fix(layout: Layout, problem: Problem) -> Fix | None:
    """The fix that makes the text YAML; None where these do not lead there."""
    lines = before = layout.text.splitlines(keepends=True)
    titles: list[str] = []
    for _ in range(_MOST):
        step = next(_steps(lines, problem, layout.newline), None)
        if step is None:
            return None
        title, lines, left = step
        titles.append(title)
        if left is None:
            return Fix(titles[0], tuple(_edits(layout, before, lines)))
        problem = left
    return None


def _steps(lines: list[str], problem: Problem, newline: str) -> Iterator[tuple[str, list[str], Problem | None]]:
    """The fixes that the parser comes further with: title, lines, and where it gives up then."""
    number = (problem.line or 1) - 1
    for line_fix in _LINE_FIXES:
        places = range(len(lines)) if line_fix.everywhere else range(number, min(number + 1, len(lines)))
        repaired = list(lines)
        for place in places:
            repaired[place] = line_fix.apply(lines[place], newline)
        if repaired == lines:
            continue
        left = compose("".join(repaired))
        if not isinstance(left, Problem):
            yield line_fix.title, repaired, None
        elif (left.line or 0, left.column or 0) > (number + 1, problem.column or 0):
            yield line_fix.title, repaired, left


def _edits(layout: Layout, before: list[str], after: list[str]) -> Iterator[Edit]:
    start = 0
    for old, new in zip(before, after, strict=True):
        if old != new:
            yield layout.edit(start, start + len(old), new)
        start += len(old)
