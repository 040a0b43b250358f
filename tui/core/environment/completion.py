"""Finds the word that is begun at a place of an environment.yml; the text need not be YAML yet."""

from __future__ import annotations

import re
from enum import StrEnum

from tui.core.dataclass import dataclass


class CompletionKind(StrEnum):
    """The kind of word that is wanted."""

    NAME = "name"
    VERSION = "version"


@dataclass(frozen=True)
class Completion:
    """A name or a version that has been begun; columns counted from 0, in characters."""

    kind: CompletionKind
    prefix: str
    """The part of it in front of the place."""
    start: int
    end: int
    """The columns of all of it: what a choice replaces."""
    name: str = ""
    """The package whose version is wanted, in lower case."""
    channel: str = ""
    """The channel in front of `::`."""


_ITEM = r"(?P<indent> *)-[ \t]+[\"']?"
_KEY = r"(?P<indent> *)(?P<dash>-[ \t]+)?[\"']?(?P<name>[\w-]+)[\"']?[ \t]*:(?P<rest>.*)"
_COMMENT = r"(?:^|\s)#"
_NAME = r"(?a)(?:(?P<channel>\S+)::)?(?P<name>[\w.-]*)"
_VERSION = (
    r"(?a)(?:(?P<channel>\S+)::)?(?P<name>\w[\w.-]*?)"
    r"(?:[ \t]*(?:[=<>!~]=|[=<>])[ \t]*|[ \t]+)"
    r"(?:[^=\s]*[,|][ \t]*(?:[=<>!~]=|[<>])?)?(?P<version>[\w.*+!-]*)"
)
_LEAD = re.compile(r"[ \t]*[\"']?")
_REST_OF_NAME = re.compile(r"[\w.-]*", re.ASCII)
_REST_OF_VERSION = re.compile(r"[\w.*+!-]*", re.ASCII)


def completion_at(text: str, line: int, column: int) -> Completion | None:
    """The word begun at this place, as editors count it, from 0; None where no package of conda's is written.

    Only the line is read, and those above it up to the name of its list.
    """
    lines = [*text.splitlines(), ""]
    if line >= len(lines):
        return None
    content = lines[line]
    column = min(column, len(content))
    before = content[:column]
    if re.search(_COMMENT, before):
        return None
    start = _item_start(lines, line, before)
    return None if start is None else _in_item(content, start, column)


def _in_item(content: str, start: int, column: int) -> Completion | None:
    """The word begun in an item that starts at a column."""
    typed = content[start:column]
    if found := re.fullmatch(_NAME, typed):
        begun, rest, name = found["name"], _REST_OF_NAME, ""
    elif found := re.fullmatch(_VERSION, typed):
        begun, rest, name = found["version"], _REST_OF_VERSION, found["name"].lower()
    else:
        return None
    end = rest.match(content, column)
    kind = CompletionKind.VERSION if name else CompletionKind.NAME
    return Completion(kind, begun, column - len(begun), end.end() if end else column, name, found["channel"] or "")


def _item_start(lines: list[str], line: int, before: str) -> int | None:
    """The start of the item of conda's packages that the text before the place ends in."""
    if item := re.match(_ITEM, before):
        return item.end() if _list_of(lines[:line], len(item["indent"])) == "dependencies" else None
    return _in_brackets(lines[:line], before)


def _list_of(above: list[str], indent: int) -> str:
    """The name of the list whose dashes are indented so far."""
    for content in reversed(above):
        if (key := re.match(_KEY, content)) and len(key["indent"]) <= indent:
            column = key.end("dash") if key["dash"] else len(key["indent"])
            if column <= indent and not (key["dash"] and len(key["indent"]) == indent):
                return key["name"]
    return ""


def _in_brackets(above: list[str], before: str) -> int | None:
    """The start of an item in a list in brackets, which may have begun on a line above."""
    content, opened = before, re.match(_KEY, before)
    for earlier in () if opened else reversed(above):
        content = f"{earlier}\n{content}"
        if opened := re.match(_KEY, earlier):
            break
    if not opened or opened["name"] != "dependencies":
        return None
    start = _last_item(content, opened.start("rest"))
    if start is None:
        return None
    start = max(0, start - (len(content) - len(before)))
    lead = _LEAD.match(before, start)
    return lead.end() if lead else start


def _last_item(content: str, at: int) -> int | None:
    """The start of a bracketed list's last item; None where the list is closed, or one within is open."""
    start, depth, quote = at, 0, ""
    for place, character in enumerate(content[at:], start=at):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "[]":
            depth += 1 if character == "[" else -1
        if not quote and depth == 1 and character in "[,":
            start = place + 1
    return start if depth == 1 else None
