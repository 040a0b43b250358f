from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.content import Content

from tui.widgets.hanging_indent import hang, last_column

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


@pytest.mark.parametrize(
    ("line", "width", "lines"),
    [
        ("  when          2026 or so", 22, ["  when          2026", "           or so"]),
        ("  when          2026 or so", 40, ["  when          2026 or so"]),
        ("  searched      one two three four", 32, ["  searched      one two three", " " * 16 + "four"]),
        ("      67.6 MB  RUN conda create", 30, ["      67.6 MB  RUN conda", " " * 15 + "create"]),
        ("Nowhere in it, they say.", 14, ["Nowhere in it,", "they say."]),
    ],
)
def test_what_goes_on_stands_under_the_last_column(line: str, width: int, lines: list[str]) -> None:
    assert hang(Content(line), width, last_column).plain.split("\n") == lines
