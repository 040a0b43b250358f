from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.building.log.log import BuildLog
from tui.core.building.log.search import LogSearch, after


def found(log: BuildLog, text: str, step: str | None = None) -> list[int]:
    search = LogSearch(log, step, text)
    while search.advance():
        pass
    return list(search.found)


def log_of(*lines: tuple[str, str]) -> BuildLog:
    log = BuildLog()
    for step, line in lines:
        log.append(step, line)
    return log


LOG = log_of(
    ("a", "Collecting NumPy"),
    ("b", "\x1b[31mnum\x1b[1mpy\x1b[0m in two colours"),
    ("a", "GRÜN und Grün"),
    ("b", "a.b [x] (y)"),
    ("b", ""),
    ("a", "num py"),
)


@pytest.mark.parametrize(
    ("text", "step", "numbers"),
    [
        ("numpy", None, [0, 1]),
        ("numpy", "b", [1]),
        ("NumPy", None, [0]),
        ("grün", None, [2]),
        ("a.b", None, [3]),
        ("[x] (", None, [3]),
        ("31m", None, []),
        ("nowhere", None, []),
        ("numpy", "no such step", []),
        ("", None, []),
    ],
)
def test_the_lines_that_hold_the_text_are_found(text: str, step: str | None, numbers: list[int]) -> None:
    assert found(LOG, text, step) == numbers


def test_each_place_in_a_line_is_told() -> None:
    search = LogSearch(BuildLog(), None, "on")
    assert search.spans("One on ONE") == [(0, 2), (4, 6), (7, 9)]
    assert LogSearch(BuildLog(), None, "On").spans("One on") == [(0, 2)]
    assert LogSearch(BuildLog(), None, "").spans("One on") == []


def test_what_is_added_later_is_found_once_and_what_is_dropped_is_found_no_more() -> None:
    log = BuildLog(lines=32)
    search = LogSearch(log, None, "x")
    for number in range(200):
        log.append("a", f"x {number}\ny {number}")
        if number % 7 == 0:
            while search.advance():
                pass
    while search.advance():
        pass
    assert list(search.found) == [n for n in log.numbers() if log.text(n).startswith("x")]


def test_one_call_looks_through_one_block_only() -> None:
    log = BuildLog()
    log.append("a", "\n".join(f"x {number}" for number in range(10_000)))
    search = LogSearch(log, None, "x")
    assert search.advance()
    assert 0 < len(search.found) < 2_000


TEXT = st.text("aBüß [\x1b", max_size=8)


@given(st.lists(st.tuples(st.sampled_from("ab"), TEXT), max_size=20), st.text("aBüß [", min_size=1, max_size=2))
def test_what_is_found_is_what_can_be_marked(lines: list[tuple[str, str]], text: str) -> None:
    log = log_of(*((step, line.replace("\x1b", "")) for step, line in lines))
    search = LogSearch(log, "a", text)
    assert found(log, text, "a") == [n for n in log.numbers("a") if search.spans(log.text(n))]


def test_the_next_match_and_the_one_before() -> None:
    matches = LogSearch(LOG, None, "num").found
    matches.extend([3, 5, 9])
    assert [after(matches, at, 1) for at in (0, 3, 4, 9)] == [3, 5, 5, None]
    assert [after(matches, at, -1) for at in (3, 4, 5, 99)] == [None, 3, 3, 9]
