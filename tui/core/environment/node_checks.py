"""Checks of YAML nodes that every part of an environment.yml needs, collecting what is found."""

from __future__ import annotations

import re

import yaml

from tui.core.dataclass import replace
from tui.core.environment import fixes
from tui.core.environment.edits import Fix
from tui.core.environment.findings import Finding, FindingKind, finding_at, place
from tui.core.environment.layout import Layout, end_of
from tui.core.environment.rule import Rule, Rules, judge

EXAMPLE = "List what you need, one `- name` a line."

_TEXT = "tag:yaml.org,2002:str"
_KINDS = {
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:bool": "a yes or no",
    "tag:yaml.org,2002:null": "empty",
    "tag:yaml.org,2002:timestamp": "a date",
}
# What conda-lock knows (conda/conda-lock, src_parser/selectors.py).
_SYSTEM = r"\[(?:(?P<here>linux|linux64|aarch64|unix)|(?P<elsewhere>win|win64|osx|osx64|arm64))\]"
_ELSEWHERE = FindingKind(
    "{count} lines are for Windows or macOS by a comment that conda does not read.",
    "Make all {count} lines comments",
)
_SELECTOR = re.compile(rf"[ \t,]*#[^\r\n]*{_SYSTEM}")


class NodeChecks:
    """Problems and advice, in the order of the text."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._mends = not layout.has_anchors
        self._has_selectors = re.search(_SYSTEM, layout.text) is not None
        self._problems: list[Finding] = []
        self._advice: list[Finding] = []

    @property
    def problems(self) -> tuple[Finding, ...]:
        return tuple(sorted(self._problems, key=place))

    @property
    def advice(self) -> tuple[Finding, ...]:
        return tuple(sorted(self._advice, key=place))

    def report(
        self,
        node: yaml.Node,
        message: str,
        hint: str,
        *,
        fix: Fix | None = None,
        kind: FindingKind | None = None,
        advice: bool = False,
    ) -> None:
        """Note something at the place of the node."""
        start, end = node.start_mark, node.end_mark
        end_column = end.column + 1 if end.line == start.line else None
        found = finding_at(start.line, start.column, message, hint, end_column=end_column, fix=fix)
        self._add(replace(found, kind=kind), advice)

    def _add(self, finding: Finding, advice: bool = False) -> None:
        if finding.fix and not self._mends:
            finding = replace(finding, fix=None)
        (self._advice if advice else self._problems).append(finding)

    def apply(
        self,
        rules: tuple[Rule | Rules, ...],
        item: yaml.ScalarNode,
        sequence: yaml.SequenceNode,
        pip: yaml.Node | None = None,
    ) -> None:
        """Note what the rules say of the text of an item, and of the selector behind it; `pip` is pip's list."""
        if verdict := judge(rules, item.value):
            if verdict.for_pip:
                fix = fixes.for_pip(self.layout, sequence, item, pip)
            elif verdict.apart:
                fix = fixes.taken_apart(self.layout, item, verdict.apart)
            else:
                fix = fixes.amended(self.layout, sequence, item, verdict.better)
            self.report(item, verdict.message, verdict.hint, fix=fix, kind=verdict.kind, advice=verdict.advice)
        if self._has_selectors and (found := _SELECTOR.match(self.layout.text, end_of(item))):
            self._selector(item, found)

    def _selector(self, item: yaml.ScalarNode, found: re.Match[str]) -> None:
        message = f"`# [{found['here'] or found['elsewhere']}]` is only a comment for conda; conda-lock reads it."
        if found["here"]:
            self.report(item, message, "It may stay: the image is always Linux.", advice=True)
            return
        hint = "Make the line a comment: the image is always Linux, and conda would install this."
        fix = fixes.commented_out(self.layout, item)
        self.report(item, message, hint, fix=fix, kind=_ELSEWHERE, advice=True)

    def items(self, node: yaml.Node, name: str) -> list[yaml.Node]:
        """The items of what ought to be a list; anything else is noted."""
        if isinstance(node, yaml.SequenceNode):
            if not node.value:
                self.report(node, f"`{name}` is an empty list.", EXAMPLE, advice=name != "dependencies")
            return list(node.value)
        fix = fixes.itemised(self.layout, node) if isinstance(node, yaml.ScalarNode) and node.value else None
        if isinstance(node, yaml.ScalarNode) and not node.style and node.value.startswith("-"):
            hint = "Write a dash, a space and the name, as in `- numpy`."
            self.report(node, "The dash has no space behind it.", hint, fix=fix)
        else:
            self.report(node, f"`{name}` is {kind(node)}, not a list.", EXAMPLE, fix=fix)
        return []

    def one_text(
        self, item: yaml.Node, sequence: yaml.SequenceNode, version_of: str = ""
    ) -> yaml.ScalarNode | None:
        """The item if it is one text on one line; anything else is noted.

        `version_of` is the package that people mean by a number that stands alone.
        """
        text = as_text(item)
        if text is None:
            hint = "Write a package's name, as in `- python=3.13`."
            fix = fixes.for_value(self.layout, sequence, item, version_of)
            self.report(item, f"This item is {kind(item)}, not a package.", hint, fix=fix)
        elif not text.style and text.end_mark.line > text.start_mark.line:
            self._joined(text)
            return None
        return text

    def _joined(self, item: yaml.ScalarNode) -> None:
        """Note the lines that YAML has made part of the one above them."""
        message = "This line is read as the end of the line above it."
        hint = "Begin each item with a dash and a space, all dashes in the same column."
        number, begin = item.start_mark.line + 1, self.layout.line_end(item.start_mark.index)[1]
        while begin < item.end_mark.index:
            end, following = self.layout.line_end(begin)
            line = self.layout.text[begin:end]
            if line.strip():
                fix = fixes.separated(self.layout, item, begin, line)
                column = len(line) - len(line.lstrip())
                self._add(finding_at(number, column, message, hint, end_column=len(line) + 1, fix=fix))
            number, begin = number + 1, following


def as_text(node: yaml.Node | None) -> yaml.ScalarNode | None:
    """The node if it is one text (not a number, a date, a yes or no, or nothing)."""
    return node if isinstance(node, yaml.ScalarNode) and node.tag == _TEXT else None


def kind(node: yaml.Node) -> str:
    """The kind of a node in plain words, to stand behind "is"."""
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if isinstance(node, yaml.MappingNode):
        return "a set of `name: value` lines"
    return "one text" if node.tag == _TEXT else _KINDS.get(node.tag, "a special value")
