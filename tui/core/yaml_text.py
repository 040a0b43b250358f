"""YAML to nodes with positions: by libyaml where it is there, and no deeper than it can bear."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from yaml.reader import ReaderError

MAX_DEPTH = 50
"""Levels of nesting: libyaml's composer recurses on the C stack and crashes the process beyond some thousands."""
NOT_YAML = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Ten times as fast as PyYAML's own, which takes seconds for the worst that can be written in 64 kB (6.0.3)."""

_FAR_IN = rf"(?m)^[ \t?:-]{{{MAX_DEPTH}}}"


class TooDeepError(yaml.YAMLError):
    """More levels of nesting than MAX_DEPTH."""


def compose_nodes(text: str) -> yaml.Node | None:
    """The root node, None for a text without content; yaml.YAMLError where it is not YAML, or too deep."""
    if found := re.search(NOT_YAML, text):
        reason = "special characters are not allowed"
        raise ReaderError("<text>", found.start(), ord(found[0]), "unicode", reason)
    if _may_be_deep(text) and too_deep(text):
        raise TooDeepError
    return yaml.compose(text, Loader=LOADER)


def load_data(text: str) -> object:
    """The lists, mappings and values of a text; yaml.YAMLError as `compose_nodes`, or where a value is none."""
    root, loader = compose_nodes(text), LOADER("")
    try:
        return None if root is None else loader.construct_document(root)
    except ValueError as error:  # such as of a 13th month
        raise yaml.YAMLError from error
    finally:
        loader.dispose()


def _may_be_deep(text: str) -> bool:
    """True if there is a place where nesting could be deep: to count the levels costs as much as to compose."""
    return text.count("[") + text.count("{") > MAX_DEPTH or re.search(_FAR_IN, text) is not None


def too_deep(text: str) -> bool:
    """True if composing the text would be a danger; it must be YAML, else yaml.YAMLError."""
    return any(depth > MAX_DEPTH for depth in _depths(text))


def _depths(text: str) -> Iterator[int]:
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            yield depth
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
