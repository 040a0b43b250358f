"""Patterns are compiled when they are used."""

from __future__ import annotations

import re

import pytest

from tui.core.regex import regex


def test_nothing_is_compiled_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    real = re.compile

    def noted(text: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(text)
        return real(text, flags)

    monkeypatch.setattr(re, "compile", noted)
    word = regex(r"(?P<word>[a-z]+)", re.IGNORECASE)
    assert (word.pattern, compiled) == ("(?P<word>[a-z]+)", [])
    found = [word.search("1 One"), word.fullmatch("one"), word.match("2")]
    assert [match and match["word"] for match in found] == ["One", "one", None]
    assert (word.sub("-", "a b"), word.flags & re.IGNORECASE) == ("- -", re.IGNORECASE)
    assert compiled == ["(?P<word>[a-z]+)"]
