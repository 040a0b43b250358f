from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.content import Content

from tui.widgets.hanging import hang

MOUNT = "--mount=type=secret,id=ANACONDA_AUTH_API_KEY,required=true"


@pytest.mark.parametrize(
    ("code", "width", "lines"),
    [
        (MOUNT, 80, [MOUNT]),
        (MOUNT, 57, ["--mount=type=secret,id=ANACONDA_AUTH_API_KEY,", "    required=true"]),
        (MOUNT, 50, ["--mount=type=secret,id=ANACONDA_AUTH_API_KEY,", "    required=true"]),
        ("RUN a b \\", 8, ["RUN a", "    b \\"]),
        ("  RUN one two", 10, ["  RUN one", "     two"]),
        ("a" * 9, 4, ["aaaa", "  aa", "  aa", "  a"]),
        ("", 4, [""]),
    ],
)
def test_lines_fit_and_hang(code: str, width: int, lines: list[str]) -> None:
    assert hang(Content(code), width).plain.split("\n") == lines


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab ,/=\\\n", max_size=80), st.integers(2, 40))
def test_nothing_is_lost_and_nothing_is_too_wide(code: str, width: int) -> None:
    hung = hang(Content(code), width).plain
    assert max(map(len, hung.split("\n"))) <= width
    assert hung.replace(" ", "").replace("\n", "") == code.replace(" ", "").replace("\n", "")
