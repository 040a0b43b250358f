"""The fixes that findings offer: each mends one thing, and leaves the rest of the text as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import yaml

from tui.core.environment.edits import Edit, Fix
from tui.core.environment.layout import Edits, Layout, as_yaml, end_of
from tui.core.untrusted_text import shown

_LEFT_OUT = "Remove it"
_BEFORE_VALUE = r"""((?: |- )*)["']?[\w-]+["']?:([ \t]+)"""
_LINE = r"( *)-?(?=\w)"
_SELECTOR = r"sel\(\s*(?:(?P<here>linux|unix)|win|osx)\s*\)"
_COMPARISON = ("<", ">", "=", "!", "~")


def fix(title: str, edits: Edits) -> Fix | None:
    """The fix, if it can be done."""
    return Fix(title, edits) if edits else None


def amended(layout: Layout, sequence: yaml.SequenceNode, item: yaml.ScalarNode, better: str | None) -> Fix | None:
    """An item with another text, or without any: then the item goes."""
    if better is None:
        return None
    if not better:
        return fix(_LEFT_OUT, layout.without_item(sequence, item))
    edits = layout.rewritten(item, better, flow=bool(sequence.flow_style))
    return fix(f"Write `{shown(better)}`", edits)


def left_out(layout: Layout, sequence: yaml.SequenceNode, item: yaml.Node) -> Fix | None:
    """A list without the item."""
    return fix(_LEFT_OUT, layout.without_item(sequence, item))


def pair_left_out(layout: Layout, mapping: yaml.MappingNode, key: yaml.Node, value: yaml.Node) -> Fix | None:
    """A mapping without this name and its value."""
    return fix(_LEFT_OUT, layout.without_pair(mapping, key, value))


def renamed(layout: Layout, key: yaml.ScalarNode, name: str) -> Fix | None:
    """Another name for a value."""
    return fix(f"Write `{name}`", layout.rewritten(key, name, flow=False))


def quoted(layout: Layout, node: yaml.Node) -> Fix | None:
    """Quote a value that YAML takes for a number or the like."""
    source = layout.source(node)
    if not source or source != node.value:
        return None
    edit = layout.edit(node.start_mark.index, end_of(node), json.dumps(source, ensure_ascii=False))
    return Fix("Put quotes around it", (edit,))


def package_of(name: str, version: str) -> str:
    """A mapping such as `python: 3.12` as the one text that conda reads; empty for what Linux has no use for."""
    if selector := re.fullmatch(_SELECTOR, name):
        return version if selector["here"] else ""
    joint = "" if not version else " " if version.startswith(_COMPARISON) else "="
    return f"{name}{joint}{version}"


def one_text(layout: Layout, sequence: yaml.SequenceNode, item: yaml.MappingNode, text: str) -> Fix | None:
    """A mapping of one pair as one text."""
    if len(item.value) > 1:
        return None
    if not text:
        return left_out(layout, sequence, item)
    return fix(f"Write `{shown(text)}`", layout.replaced(item, text, flow=bool(sequence.flow_style)))


def for_value(layout: Layout, sequence: yaml.SequenceNode, item: yaml.Node, version_of: str = "") -> Fix | None:
    """A list without its empty item; or what is meant by a version alone, where that package is not named."""
    if not isinstance(item, yaml.ScalarNode):
        return None
    if not layout.source(item):
        return left_out(layout, sequence, item)
    others = (other.value for other in sequence.value if isinstance(other, yaml.ScalarNode))
    if not version_of or not re.fullmatch(r"3\.\d{1,2}", item.value):
        return None
    if any(re.match(rf"{version_of}(?![\w.-])", other) for other in others):
        return None
    return amended(layout, sequence, item, f"{version_of}={item.value}")


def itemised(layout: Layout, node: yaml.ScalarNode) -> Fix | None:
    """Write a value that stands where a list should as items, one a line."""
    return fix("Make it a list", tuple(_itemised(layout, node)))


def _itemised(layout: Layout, node: yaml.ScalarNode) -> Iterator[Edit]:
    start, end, before = node.start_mark.index, end_of(node), layout.before(node)
    if not before.strip(" "):
        yield from _dashed(layout, node, start - len(before), end)
    elif layout.on_one_line(node) and not node.value.startswith("-"):
        if on_line := re.fullmatch(_BEFORE_VALUE, before):
            indent = " " * (len(on_line[1]) + 2)
            yield layout.edit(start - len(on_line[2]), start, f"{layout.newline}{indent}- ")
        elif as_yaml(node.value, flow=True) == layout.source(node):
            yield layout.edit(start, start, "[")
            yield layout.edit(end, end, "]")


def _dashed(layout: Layout, node: yaml.ScalarNode, start: int, end: int) -> list[Edit]:
    """A dash and a space in front of each line; none where the lines do not begin in one column."""
    lines = layout.text[start:end].splitlines(keepends=True)
    edits = []
    for line in lines:
        found = re.match(_LINE, line)
        if found and len(found[1]) == node.start_mark.column:
            edits.append(layout.edit(start + found.end(1), start + found.end(), "- "))
        elif line.strip():
            return []
        start += len(line)
    return edits


def separated(layout: Layout, item: yaml.ScalarNode, line: int, text: str) -> Fix | None:
    """The line from `line` on with this text, which continues an item, as an item of its own."""
    dash = layout.dash(item)
    content = text.strip(" ").removeprefix("- ").lstrip(" ")
    if dash is None or not re.match(r"\w", content):
        return None
    indent = " " * (dash - item.start_mark.index + item.start_mark.column)
    end = line + len(text) - len(content)
    return Fix("Make it an item of its own", (layout.edit(line, end, f"{indent}- "),))


def taken_apart(layout: Layout, item: yaml.ScalarNode, between: str) -> Fix | None:
    """An item for each text that this pattern stands between."""
    before, start = layout.beside(item), item.start_mark.index
    if before is None or item.style or not layout.on_one_line(item):
        return None
    places = (found.span() for found in re.finditer(between, layout.source(item)))
    edits = (layout.edit(start + begin, start + end, f"{layout.newline}{before}") for begin, end in places)
    return fix("Write each on a line of its own", tuple(edits))


def with_pip(layout: Layout, sequence: yaml.SequenceNode, item: yaml.Node) -> Fix | None:
    """pip itself, in front of an item: the list of what it installs."""
    start = item.start_mark.index
    if sequence.flow_style:
        return Fix("Add `pip`", (layout.edit(start, start, "pip, "),))
    dash = layout.dash(item)
    if dash is None:
        return None
    line = start - item.start_mark.column
    return Fix("Add `- pip`", (layout.edit(line, line, f"{layout.text[line:start]}pip{layout.newline}"),))


def for_pip(
    layout: Layout, sequence: yaml.SequenceNode, item: yaml.ScalarNode, requirements: yaml.Node | None
) -> Fix | None:
    """An item that only pip understands, moved to the list of pip's, or made the first of a new one."""
    if requirements is None:
        return fix("Give it to pip", tuple(_list_for_pip(layout, sequence, item)))
    if isinstance(requirements, yaml.SequenceNode) and not sequence.flow_style and layout.on_one_line(item):
        return fix("Give it to pip", tuple(_moved(layout, item, requirements)))
    return None


def _list_for_pip(layout: Layout, sequence: yaml.SequenceNode, item: yaml.ScalarNode) -> Iterator[Edit]:
    start, end = item.start_mark.index, end_of(item)
    if sequence.flow_style:
        yield layout.edit(start, start, "pip: [")
        yield layout.edit(end, end, "]")
    elif layout.dash(item) is not None and layout.on_one_line(item):
        indent = " " * (item.start_mark.column + 2)
        yield layout.edit(start, start, f"pip:{layout.newline}{indent}- ")


def _moved(layout: Layout, item: yaml.ScalarNode, requirements: yaml.SequenceNode) -> Iterator[Edit]:
    """The item's line, with its comment, below the last of pip's."""
    dash = layout.dash(item)
    if dash is None or requirements.flow_style or not requirements.value:
        return
    last = requirements.value[-1]
    before = layout.beside(last)
    end, next_line = layout.line_end(end_of(last))
    if before is None or not layout.on_one_line(last):
        return
    line_end, following = layout.line_end(item.start_mark.index)
    moved = before + layout.text[item.start_mark.index : line_end]
    line = item.start_mark.index - item.start_mark.column
    yield layout.edit(next_line, next_line, moved + layout.newline if next_line > end else layout.newline + moved)
    yield layout.edit(line, following)


def commented_out(layout: Layout, item: yaml.Node) -> Fix | None:
    """An item's line as a comment."""
    dash = layout.dash(item)
    if dash is None or not layout.on_one_line(item):
        return None
    return Fix("Make the line a comment", (layout.edit(dash, dash, "# "),))
