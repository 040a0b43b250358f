"""The QR code of an address, as it is drawn on the screen."""

from __future__ import annotations

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from tui.core.account.qr import qr_lines

ADDRESS = "https://auth.anaconda.com/ui/activate?user_code=WDJB-MJHT"
MODULES = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def drawn(lines: list[str]) -> list[list[int]]:
    """The modules that are seen on the screen, row by row."""
    return [[MODULES[cell][half] for cell in line] for line in lines for half in (0, 1)]


def test_an_address_for_signing_in_fits_beside_its_words_on_a_small_terminal() -> None:
    lines = qr_lines(ADDRESS)
    assert (len(lines[0]), len(lines)) == (37, 19)


@given(st.text(min_size=1, max_size=120))
def test_what_is_drawn_are_the_modules_with_a_quiet_zone_all_round(text: str) -> None:
    lines = qr_lines(text)
    assert len({len(line) for line in lines}) == 1
    modules = drawn(lines)
    width = len(lines[0])
    assert [row[2 : width - 2] for row in modules[2 : width - 2]] == [
        list(row) for row in segno.make_qr(text, error="l", boost_error=False).matrix
    ]
    assert not any(map(any, modules[:2] + modules[width - 2 :]))
    assert not any(any(row[:2] + row[-2:]) for row in modules)


def test_the_three_corners_that_a_reader_looks_for_are_there() -> None:
    modules = drawn(qr_lines(ADDRESS))
    finder = [[1] * 7, [1, 0, 0, 0, 0, 0, 1], *[[1, 0, 1, 1, 1, 0, 1]] * 3, [1, 0, 0, 0, 0, 0, 1], [1] * 7]
    for top, left in ((2, 2), (2, 28), (28, 2)):
        assert [row[left : left + 7] for row in modules[top : top + 7]] == finder


def test_what_no_code_can_hold_is_a_value_error() -> None:
    assert qr_lines("x" * 2_953)
    with pytest.raises(ValueError):
        qr_lines("x" * 2_954)
