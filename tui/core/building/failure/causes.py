"""The table of causes that a failed build can have (assets/failures.yml)."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from tui.core.assets import read_table
from tui.core.dataclass import dataclass

PLACES = ("builder", "output", "start")
"""The places that patterns are looked for in: see the head of the table."""


@dataclass(frozen=True)
class Cause:
    """One row of the table."""

    key: str
    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    """Each with its place."""
    seen: str
    """The program that said it in a trial, with version and solver; or `not seen`, and the source of the words."""
    sentence: str
    advice: str
    step: str
    field: str = ""
    exit_code: int | None = None
    outcome: str = ""
    condition: str = ""
    """A name of `conditions.CONDITIONS`; empty for none."""
    passes: bool = False
    """True if it may be gone the next time, with nothing changed."""


@cache
def causes() -> tuple[Cause, ...]:
    """All of them, the most telling first."""
    return tuple(map(_cause, read_table("failures.yml")))


def _cause(row: dict[str, Any]) -> Cause:
    return Cause(
        key=row["cause"],
        patterns=tuple((place, re.compile(text, re.MULTILINE)) for place in PLACES for text in _texts(row, place)),
        seen=row["seen"],
        sentence=row["sentence"],
        advice=row["advice"],
        step=row["step"],
        field=row.get("field", ""),
        exit_code=row.get("exit"),
        outcome=row.get("outcome", ""),
        condition=row.get("if", ""),
        passes=row.get("passes", False),
    )


def _texts(row: dict[str, Any], place: str) -> list[str]:
    found = row.get(place, [])
    return [found] if isinstance(found, str) else found
