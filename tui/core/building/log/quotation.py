"""Errors as BuildKit prints them, without what they quote: the Dockerfile, and what a step has printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_FRAME = r"\s*\d+ \| .*|-+|\s> .*|\d+\.\d+ .*|Dockerfile\S*:\d+"
_COMMAND = ('process "', '" did not complete')


def unquoted(lines: Iterable[str]) -> Iterator[str]:
    """The builder's own lines without the quotations between them, and without a command that failed."""
    for line in lines:
        if not re.fullmatch(_FRAME, line):
            start, end = command_in(line)
            yield f"{line[:start]}…{line[end:]}" if end else line


def command_in(error: str) -> tuple[int, int]:
    """The stretch of an error that quotes the command that failed, in full; 0 twice where there is none."""
    before, behind = _COMMAND
    start, end = error.find(before), error.rfind(behind)
    return (start + len(before), end) if 0 <= start < end else (0, 0)
