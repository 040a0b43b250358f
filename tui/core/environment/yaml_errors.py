"""Errors of the parser on a text that is not YAML, in plain words."""

from __future__ import annotations

import re

import yaml

from tui.core.dataclass import dataclass
from tui.core.errors import Problem
from tui.core.yaml_text import NOT_YAML

_UNDECODED = "[\udc80-\udcff]"  # what the error handler surrogateescape leaves
_CONFLICT = r"(?m)^(?:<{7}|>{7}) "


@dataclass(frozen=True)
class _Meaning:
    """An error of the parser's: a pattern for it, and our words for it.

    The pattern is searched in "context|problem|first or later|rest of the line", where *first* says that the
    place is the first thing on its line. Both of PyYAML's parsers (6.0, with libyaml and without) are covered.
    """

    complaint: str
    message: str
    hint: str
    at_start: bool = False
    """The place is where the matter began, not where the parser noticed."""


_MEANINGS = (
    _Meaning(
        r"\|\t",
        "This line is indented with a tab.",
        "YAML is indented with spaces: write two spaces instead of each tab.",
    ),
    _Meaning(
        r"block scalar",
        "A value cannot begin with `>` or `|`: they have a meaning of their own in YAML.",
        "Write the package's name in front, as in `- numpy >=1.26`, or put quotes around the value.",
        at_start=True,
    ),
    _Meaning(
        r"scanning an? (?:alias|anchor)|undefined alias",
        "A value cannot begin with `*` or `&`: they have a meaning of their own in YAML.",
        "Put quotes around the value.",
    ),
    _Meaning(
        r"(?:scanning|parsing) a tag|undefined tag",
        "A value cannot begin with `!`: it has a meaning of its own in YAML.",
        "Put quotes around the value.",
        at_start=True,
    ),
    _Meaning(
        r"quoted scalar\|.*(?:end of stream|document)",
        "The quote that is opened here is never closed.",
        "Close it on the same line with the same kind of quote.",
        at_start=True,
    ),
    _Meaning(
        r"escape",
        "A backslash between double quotes has a meaning of its own in YAML.",
        "Use single quotes instead.",
    ),
    _Meaning(
        r"flow (?:sequence|mapping|node)",
        "A bracket is not closed, or a comma is missing between its items.",
        "Close the bracket, or write the list with one `- item` a line.",
        at_start=True,
    ),
    _Meaning(
        r"cannot start any token|node content",
        "A value cannot begin with the character {character} in YAML.",
        "Put quotes around the value, or remove the character.",
    ),
    _Meaning(
        r"mapping values",
        "This colon is out of place.",
        "Give the line the indentation of its neighbours, and put quotes around a value that has `: ` in it.",
    ),
    _Meaning(
        r"sequence entries",
        "A list cannot begin on the same line as its name.",
        "Put each `- item` on a line of its own below the name.",
    ),
    _Meaning(
        r"could not find expected ':'",
        "This line is neither `name: value` nor `- item`.",
        "Add the colon behind the name; an item of a list needs a dash and a space.",
        at_start=True,
    ),
    _Meaning(
        r"another document",
        "A second document begins here, and conda reads only one.",
        "Remove the line `---`, or what follows it.",
    ),
    _Meaning(
        r"directive",
        "A line cannot begin with `%`: it has a meaning of its own in YAML.",
        "Remove the line, or put `#` in front to make it a comment.",
        at_start=True,
    ),
    _Meaning(
        r"\|later\|",
        "This text is one too many: the value has already ended.",
        "Put quotes around the whole value, or `#` in front of a comment.",
    ),
    _Meaning(
        r"expected",
        "This line does not line up with the lines above it.",
        "Items of one list begin in the same column, and so do names of one level.",
    ),
    _Meaning(
        r"",
        "This is not YAML.",
        "Compare the line with its neighbours: indentation, colons, quotes.",
    ),
)


def explain(error: yaml.YAMLError, text: str) -> Problem:
    """The error of a text that is not YAML, with its place."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return _unreadable(text) or Problem("This is not YAML.", "Start from a new file.", "environment", 1, 1)
    if conflict := re.search(_CONFLICT, text):
        hint = "Choose one side, and remove the lines `<<<<<<<`, `=======` and `>>>>>>>`."
        return _at(text, conflict.start(), "A merge conflict is left in the file.", hint)
    mark = error.problem_mark or error.context_mark
    if mark is None:
        return Problem(_MEANINGS[-1].message, _MEANINGS[-1].hint, "environment", 1, 1)
    before, rest = _around(text, mark.line, mark.column)
    place = "later" if before.strip() else "first"
    complaint = f"{error.context}|{error.problem}|{place}|{rest}"
    meaning = next(row for row in _MEANINGS if re.search(row.complaint, complaint))
    if meaning.at_start and error.context_mark:
        mark = error.context_mark
    message = meaning.message.replace("{character}", rest[:1])
    return Problem(message, meaning.hint, "environment", mark.line + 1, mark.column + 1)


def _unreadable(text: str) -> Problem | None:
    found = re.search(NOT_YAML, text)
    if found and (undecoded := re.search(_UNDECODED, text)):
        return _at(text, undecoded.start(), "The file is not UTF-8 text from here on.", "Save it again as UTF-8.")
    if found:
        message = f"There is an invisible character here that YAML does not allow (U+{ord(found[0]):04X})."
        return _at(text, found.start(), message, "Remove it: it often comes from copying out of another program.")
    return None


def _around(text: str, line: int, column: int) -> tuple[str, str]:
    """The line before and after a place; lines and columns counted from 0."""
    lines = text.splitlines()
    content = lines[line] if line < len(lines) else ""
    return content[:column], content[column:]


def _at(text: str, index: int, message: str, hint: str) -> Problem:
    lines = text[:index].splitlines(keepends=True) or [""]
    if lines[-1].endswith(("\n", "\r")):
        lines.append("")
    return Problem(message, hint, "environment", len(lines), len(lines[-1]) + 1)
