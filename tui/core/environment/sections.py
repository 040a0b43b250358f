"""The lists of an environment.yml at its top level, and how an item comes into one or leaves it."""

from __future__ import annotations

import re

import yaml

from tui.core.environment.edits import Edit, Fix, apply_edits
from tui.core.environment.layout import Edits, Layout, as_yaml, end_of
from tui.core.environment.syntax import compose

_COLON = re.compile(r"[ \t]*:")
_NOTHING = re.compile(r"[ \t]*(?:\[[ \t]*\])?")
_COMMA = re.compile(r"[ \t]*,[ \t]*")


class Sections:
    """A text that is an environment.yml, or is to become one."""

    def __init__(self, text: str) -> None:
        self.layout = Layout(text)
        root = compose(self.layout.text)
        empty = root is None or (isinstance(root, yaml.ScalarNode) and not self.layout.source(root))
        self.root = root if isinstance(root, yaml.MappingNode) else None
        self.editable = self.root is not None or empty

    def pair(self, name: str) -> tuple[yaml.Node, yaml.Node] | None:
        """The name's node and its value's."""
        pairs = self.root.value if self.root else ()
        return next(((key, value) for key, value in pairs if key.value == name), None)

    def items(self, name: str) -> list[yaml.Node]:
        """The items of a list; none where it is no list."""
        sequence = self.sequence(name)
        return list(sequence.value) if sequence else []

    def texts(self, name: str) -> list[yaml.ScalarNode]:
        """The items of a list that are no lists or mappings."""
        return [item for item in self.items(name) if isinstance(item, yaml.ScalarNode)]

    def sequence(self, name: str) -> yaml.SequenceNode | None:
        pair = self.pair(name)
        return pair[1] if pair and isinstance(pair[1], yaml.SequenceNode) else None

    def added(self, name: str, value: str) -> Edits:
        """A list with one more item: behind the last that is a text, and before what is not."""
        if not self.editable:
            return ()
        pair = self.pair(name)
        if pair is None:
            return self._new_section(name, value)
        key, node = pair
        if isinstance(node, yaml.SequenceNode) and node.value:
            return self._in_brackets(node, value) if node.flow_style else self._on_a_line(node, value)
        return self._first(key, node, value)

    def removed(self, name: str, item: yaml.Node) -> Edits:
        """A list without an item; where that was all, an empty one."""
        pair, sequence = self.pair(name), self.sequence(name)
        if pair is None or sequence is None:
            return ()
        if len(sequence.value) > 1:
            return self.layout.without_item(sequence, item)
        if sequence.flow_style:
            end = end_of(item)
            comma = _COMMA.match(self.layout.text, end)
            return (self.layout.edit(item.start_mark.index, comma.end() if comma else end),)
        dash, colon = self.layout.dash(item), self.colon(pair[0])
        gone = () if dash is None else self.layout.erased(item, dash, end_of(item))
        return (self.layout.edit(colon, colon, " []"), *gone) if gone else ()

    def colon(self, key: yaml.Node) -> int:
        """The place behind the colon of a name."""
        found = _COLON.match(self.layout.text, end_of(key))
        return found.end() if found else end_of(key)

    def _in_brackets(self, sequence: yaml.SequenceNode, value: str) -> Edits:
        written = as_yaml(value, flow=True)
        texts = [item for item in sequence.value if isinstance(item, yaml.ScalarNode)]
        if texts:
            end = end_of(texts[-1])
            return (self.layout.edit(end, end, f", {written}"),)
        start = sequence.value[0].start_mark.index
        return (self.layout.edit(start, start, f"{written}, "),)

    def _on_a_line(self, sequence: yaml.SequenceNode, value: str) -> Edits:
        texts = [item for item in sequence.value if isinstance(item, yaml.ScalarNode)]
        neighbour = texts[-1] if texts else sequence.value[0]
        before = self.layout.beside(neighbour)
        if before is None or (texts and texts[-1].style in ("|", ">")):
            return ()
        line = before + as_yaml(value)
        if texts:
            return (self._line_behind(end_of(neighbour), line),)
        start = neighbour.start_mark.index - neighbour.start_mark.column
        return (self.layout.edit(start, start, line + self.layout.newline),)

    def _line_behind(self, index: int, line: str) -> Edit:
        """One more line, below the one that has this place."""
        end, next_line = self.layout.line_end(index)
        newline = self.layout.newline
        return self.layout.edit(next_line, next_line, line + newline if next_line > end else newline + line)

    def _first(self, key: yaml.Node, node: yaml.Node, value: str) -> Edits:
        """The first item of a list that is empty, or not begun."""
        colon, end = self.colon(key), end_of(node)
        if not _NOTHING.fullmatch(self.layout.text, colon, end):
            return ()
        if self.root is None or self.root.flow_style:
            return (self.layout.edit(colon, end, f" [{as_yaml(value, flow=True)}]"),)
        line = f"{' ' * key.start_mark.column}  - {as_yaml(value)}"
        return (self.layout.edit(colon, end), self._line_behind(end, line))

    def _new_section(self, name: str, value: str) -> Edits:
        """The list and its first item: channels before the dependencies, all else at the end."""
        if self.root is not None and self.root.flow_style:
            at = end_of(self.root.value[-1][1]) if self.root.value else self.root.start_mark.index + 1
            comma = ", " if self.root.value else ""
            return (self.layout.edit(at, at, f"{comma}{name}: [{as_yaml(value, flow=True)}]"),)
        newline = self.layout.newline
        indent = " " * (self.root.start_mark.column if self.root else 0)
        section = f"{indent}{name}:{newline}{indent}  - {as_yaml(value)}"
        packages = self.pair("dependencies")
        if name == "channels" and packages is not None:
            start = packages[0].start_mark.index - packages[0].start_mark.column
            return (self.layout.edit(start, start, section + newline),)
        return (self._at_the_end(section),)

    def _at_the_end(self, section: str) -> Edit:
        end = end_of(self.root) if self.root else len(self.layout.text)
        if not self.layout.text[:end].strip(" ") or self.layout.text[end - 1] in "\r\n":
            return self.layout.edit(end, end, section + self.layout.newline)
        return self._line_behind(end, section)


def safe_fix(text: str, title: str, edits: Edits, *, deliberate: bool = False) -> Fix | None:
    """The fix, if it changes the text into one that can be read."""
    changed = apply_edits(text, edits)
    return Fix(title, edits, deliberate) if changed != text and Sections(changed).root is not None else None
