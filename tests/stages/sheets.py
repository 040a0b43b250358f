"""Sheets parsed once for all the apps of a test process: to parse them is a fifth of what it takes to open one."""

from __future__ import annotations

from typing import Any

from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

_parse = Stylesheet._parse_rules
_parsed: dict[tuple[object, ...], list[RuleSet]] = {}


def _parse_once(sheet: Stylesheet, css: str, read_from: tuple[str, str], **how: Any) -> list[RuleSet]:
    """As Textual (8.2.8), which keeps what it parsed with its app; rules do not change once they are there."""
    key = (css, read_from, *sorted(how.items()), frozenset(sheet._variables.items()))
    if key not in _parsed:
        _parsed[key] = _parse(sheet, css, read_from, **how)
    return _parsed[key]


def share_sheets() -> None:
    """Have it so from now on, in this process."""
    Stylesheet._parse_rules = _parse_once  # type: ignore[assignment,method-assign]
