"""Checks of YAML nodes that every part of an environment.yml needs, collecting what is found."""

from __future__ import annotations

import yaml

from tui.core.environment.rules import Rule, judge
from tui.core.errors import Problem

EXAMPLE = "List what you need, one `- name` a line."

_TEXT = "tag:yaml.org,2002:str"
_KINDS = {
    "tag:yaml.org,2002:int": "a number",
    "tag:yaml.org,2002:float": "a number",
    "tag:yaml.org,2002:bool": "a yes or no",
    "tag:yaml.org,2002:null": "empty",
    "tag:yaml.org,2002:timestamp": "a date",
}


class Findings:
    """What is wrong, and what is worth a look, in the order of the text."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        self._problems: list[Problem] = []
        self._advice: list[Problem] = []

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._problems, key=_place))

    @property
    def advice(self) -> tuple[Problem, ...]:
        return tuple(sorted(self._advice, key=_place))

    def report(self, node: yaml.Node, message: str, hint: str, *, advice: bool = False) -> None:
        """Note something at the place where the node begins."""
        problem = problem_at(node.start_mark.line, node.start_mark.column, message, hint)
        (self._advice if advice else self._problems).append(problem)

    def apply(self, rules: tuple[Rule, ...], item: yaml.ScalarNode) -> None:
        """Note what the rules say of the item's text."""
        if verdict := judge(rules, item.value):
            message, hint, advice = verdict
            self.report(item, message, hint, advice=advice)

    def items(self, node: yaml.Node, name: str) -> list[yaml.Node]:
        """The items of what ought to be a list; anything else is noted."""
        if isinstance(node, yaml.SequenceNode):
            if not node.value:
                self.report(node, f"`{name}` is an empty list.", EXAMPLE, advice=name != "dependencies")
            return list(node.value)
        if isinstance(node, yaml.ScalarNode) and not node.style and node.value.startswith("-"):
            hint = "Write a dash, a space and the name, as in `- numpy`."
            self.report(node, "The dash has no space behind it.", hint)
        else:
            self.report(node, f"`{name}` is {kind(node)}, not a list.", EXAMPLE)
        return []

    def one_text(self, item: yaml.Node) -> yaml.ScalarNode | None:
        """The item if it is one text on one line; anything else is noted."""
        text = as_text(item)
        if text is None:
            hint = "Write a package's name, as in `- python=3.13`."
            self.report(item, f"This item is {kind(item)}, not a package.", hint)
        elif not text.style and text.end_mark.line > text.start_mark.line:
            self._joined(text)
            return None
        return text

    def _joined(self, text: yaml.ScalarNode) -> None:
        """Note the line that YAML has made part of the one above it."""
        number = text.start_mark.line + 1
        while not (line := self._lines[number]).strip():
            number += 1
        message = "This line is read as the end of the line above it."
        hint = "Begin each item with a dash and a space, all dashes in the same column."
        self._problems.append(problem_at(number, len(line) - len(line.lstrip()), message, hint))


def as_text(node: yaml.Node | None) -> yaml.ScalarNode | None:
    """The node if it is one text (not a number, a date, a yes or no, or nothing)."""
    return node if isinstance(node, yaml.ScalarNode) and node.tag == _TEXT else None


def kind(node: yaml.Node) -> str:
    """What a node is, in plain words, to stand behind "is"."""
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if isinstance(node, yaml.MappingNode):
        return "a set of `name: value` lines"
    return "one text" if node.tag == _TEXT else _KINDS.get(node.tag, "a special value")


def problem_at(line: int, column: int, message: str, hint: str) -> Problem:
    """A problem of the environment file; line and column counted from 0."""
    return Problem(message, hint, "environment", line + 1, column + 1)


def _place(problem: Problem) -> tuple[int, int]:
    return problem.line or 0, problem.column or 0
