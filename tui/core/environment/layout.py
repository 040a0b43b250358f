"""The layout of a YAML text: the places of its values, and the smallest edits of them.

All edits leave comments and line endings as they are. Where that cannot be done safely, there are none.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from functools import cached_property, lru_cache

import yaml

from tui.core.environment.edits import Edit
from tui.core.environment.syntax import compose

Edits = tuple[Edit, ...]
"""Empty where it cannot be done."""

_TEXT = "tag:yaml.org,2002:str"
_MARK = "\ufeff"
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")
_ANCHOR = r"(?:^|[\s\[{,])&[^\s&]"
_PLAIN = r"(?a)[A-Za-z][\w.-]*(?:[<>=!~]=?| )[\w.*+!-]+"  # as most packages are
_DASH = r"( *)-[ \t]*"
_TAIL = re.compile(r"[ \t]*(?:(?=#)|\Z)")
_COMMA = re.compile(r"\s*,[ \t]*")
_COMMA_HERE = re.compile(r"[ \t]*,[ \t]*")


class Layout:
    """A text and the places in it; nodes are those of the text without its byte order mark."""

    def __init__(self, text: str) -> None:
        self.text = text.removeprefix(_MARK)
        self._offset = len(text) - len(self.text)

    def edit(self, start: int, end: int, text: str = "") -> Edit:
        return Edit(start + self._offset, end + self._offset, text)

    @property
    def newline(self) -> str:
        """The line ending that the text has first."""
        found = _BREAK.search(self.text)
        return found[0] if found else "\n"

    @property
    def has_anchors(self) -> bool:
        """True if one place may be repeated at another, so that an edit changes more than is seen."""
        return "&" in self.text and re.search(_ANCHOR, self.text) is not None

    def line_end(self, index: int) -> tuple[int, int]:
        """The end of this place's line: without its line ending, and with it."""
        found = _BREAK.search(self.text, index)
        return found.span() if found else (len(self.text), len(self.text))

    def place_of(self, index: int) -> tuple[int, int]:
        """The line and the column of a place, both counted from 0."""
        line = bisect_right(self._line_starts, index) - 1
        return line, index - self._line_starts[line]

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(found.end() for found in _BREAK.finditer(self.text))]

    def before(self, node: yaml.Node) -> str:
        """The text on the node's line in front of it."""
        start = node.start_mark.index
        return self.text[start - node.start_mark.column : start]

    def source(self, node: yaml.Node) -> str:
        """The node as it is written."""
        return self.text[node.start_mark.index : end_of(node)]

    def on_one_line(self, node: yaml.Node) -> bool:
        return not _BREAK.search(self.source(node))

    def dash(self, item: yaml.Node) -> int | None:
        """The place of an item's dash, if that is the first thing on the item's line."""
        found = re.fullmatch(_DASH, self.before(item))
        return item.start_mark.index - item.start_mark.column + len(found[1]) if found else None

    def beside(self, item: yaml.Node) -> str | None:
        """The beginning of a line for another item of the same list, up to its text."""
        before = self.before(item)
        return None if self.dash(item) is None else before.removesuffix("-") + "- " * before.endswith("-")

    def rewritten(self, node: yaml.ScalarNode, value: str, *, flow: bool) -> Edits:
        """Another value in the node's place, between its quotes if it has some."""
        start, end = node.start_mark.index, node.end_mark.index
        source = self.text[start:end]
        if not node.style and source == node.value:
            written = as_yaml(value, flow=flow)
        elif node.style and node.style in "'\"" and source.startswith(node.style) and value.isprintable():
            written = json.dumps(value, ensure_ascii=False) if node.style == '"' else _in_single_quotes(value)
        else:
            return ()
        return (self.edit(start, end, written),)

    def replaced(self, node: yaml.Node, value: str, *, flow: bool) -> Edits:
        """One text in place of a node of any kind that is on one line."""
        if not self.on_one_line(node):
            return ()
        return (self.edit(node.start_mark.index, end_of(node), as_yaml(value, flow=flow)),)

    def without_item(self, sequence: yaml.SequenceNode, item: yaml.Node) -> Edits:
        """A list without one of its items; not without its last."""
        if len(sequence.value) < 2:
            return ()
        if sequence.flow_style:
            return self._without_flow_item(sequence, item)
        dash = self.dash(item)
        return () if dash is None else self.erased(item, dash, end_of(item))

    def without_pair(self, mapping: yaml.MappingNode, key: yaml.Node, value: yaml.Node) -> Edits:
        """A mapping without one of its pairs; not without its last, nor one in braces."""
        if len(mapping.value) < 2 or mapping.flow_style:
            return ()
        return self.erased(key, key.start_mark.index, end_of(value))

    def erased(self, node: yaml.Node, start: int, end: int) -> Edits:
        """Remove a node that stands alone, with its line; a comment behind it takes its place."""
        line = node.start_mark.index - node.start_mark.column
        line_end, next_line = self.line_end(start)
        tail = _TAIL.match(self.text, end, line_end)
        if tail is None or self.text[line:start].strip(" "):
            return ()
        if tail.end() < line_end:
            return (self.edit(start, tail.end()),)
        return (self.edit(line, next_line),)

    def _without_flow_item(self, sequence: yaml.SequenceNode, item: yaml.Node) -> Edits:
        start, end = item.start_mark.index, end_of(item)
        at = next(number for number, other in enumerate(sequence.value) if other is item)
        if at + 1 < len(sequence.value):
            comma = _COMMA.match(self.text, end)
            return (self.edit(start, comma.end()),) if comma else ()
        before = end_of(sequence.value[at - 1])
        if _COMMA_HERE.fullmatch(self.text, before, start):
            return (self.edit(before, end),)
        comma = _COMMA_HERE.match(self.text, end)
        return (self.edit(start, comma.end() if comma else end),)


def end_of(node: yaml.Node) -> int:
    """The place behind the last character of what a node writes; libyaml ends a block only at the next token."""
    if isinstance(node, yaml.MappingNode) and node.value:
        bare = node.start_mark.index == node.value[0][0].start_mark.index
        if bare or not node.flow_style:
            return end_of(node.value[-1][1])
    elif isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return end_of(node.value[-1])
    return int(node.end_mark.index)


@lru_cache(maxsize=4096)
def as_yaml(value: str, *, flow: bool = False) -> str:
    """The value as a YAML text: plain where it reads back as the same, in brackets (`flow`) or as an item."""
    if re.fullmatch(_PLAIN, value):
        return value
    root = compose(f"[{value}]" if flow else f"- {value}")
    if isinstance(root, yaml.SequenceNode) and len(root.value) == 1:
        (item,) = root.value
        if isinstance(item, yaml.ScalarNode) and item.tag == _TEXT and item.value == value:
            return value
    return json.dumps(value, ensure_ascii=False)


def _in_single_quotes(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
