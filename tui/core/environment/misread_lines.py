"""Lines of an environment.yml that conda reads as others than are seen, whatever else is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.core.environment.findings import Finding, finding_at
from tui.core.environment.layout import Layout

_LIST = r"(?:\A|[\r\n])[^\S\r\n]*(@EXPLICIT)(?=[^\S\r\n]*(?:[\r\n]|\Z))"
"""The line by which conda knows a list of addresses, wherever in the text it stands (26.7.1, ExplicitSpec)."""
_RARE_BREAK = "([\x85\u2028\u2029])"
"""A line ends there for libyaml and not for conda's YAML (ruamel.yaml 0.18), or the other way round."""

_CASES = (
    (
        _LIST,
        "By a line `@EXPLICIT` conda may take the file for a list of addresses, and install those.",
        "Remove the line: such a list is a lock file, which is a file of its own.",
    ),
    (
        _RARE_BREAK,
        "A line break of a rare kind is here, and conda may read other lines than you see.",
        "Write a plain line break in its place, or none.",
    ),
)


def misread_lines(layout: Layout) -> Iterator[Finding]:
    """A finding for each."""
    for pattern, message, hint in _CASES:
        for found in re.finditer(pattern, layout.text):
            yield finding_at(*layout.place_of(found.start(1)), message, hint)
