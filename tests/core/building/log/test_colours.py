from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.building.log.colours import PLAIN, Look, spans
from tui.core.untrusted_text import safe_line, unstyled


@pytest.mark.parametrize(
    ("codes", "look"),
    [
        ("", PLAIN),
        ("0", PLAIN),
        ("31", Look(foreground=1)),
        ("97", Look(foreground=15)),
        ("42", Look(background=2)),
        ("100", Look(background=8)),
        ("1;3;4;31", Look(foreground=1, bold=True, italic=True, underline=True)),
        ("2", Look(dim=True)),
        ("1;22", PLAIN),
        ("3;23;4;24", PLAIN),
        ("31;39;41;49", PLAIN),
        ("31;0;1", Look(bold=True)),
        ("38;5;208", Look(foreground=208)),
        ("48;5;0", Look(background=0)),
        ("38;2;1;2;3;1", Look(foreground=(1, 2, 3), bold=True)),
        ("38:2::1:2:3", Look(foreground=(1, 2, 3))),
        ("48:5:9", Look(background=9)),
        ("5;7;8", PLAIN),  # blinking, reversed, hidden
        ("38;5;256", PLAIN),
        ("38;2;1;2", PLAIN),
        ("38", PLAIN),
        ("38;9;1", Look(bold=True)),
        ("98;108;77;999;12345678901234567890", PLAIN),
    ],
)
def test_codes_change_how_text_looks(codes: str, look: Look) -> None:
    assert list(spans(f"\x1b[{codes}mx")) == [("x", look)]


def test_a_line_is_cut_where_its_look_changes() -> None:
    red = Look(foreground=1)
    line = "one \x1b[31mtwo \x1b[1mthree\x1b[0m four\x1b[32m"
    assert list(spans(line)) == [
        ("one ", PLAIN),
        ("two ", red),
        ("three", Look(foreground=1, bold=True)),
        (" four", PLAIN),
    ]
    assert list(spans("")) == []


@given(st.text(st.sampled_from("\x1b[]m0123456789;:38 ab")))
def test_the_pieces_of_any_line_are_its_text(raw: str) -> None:
    line = safe_line(raw)
    assert "".join(text for text, _ in spans(line)) == unstyled(line)
    assert all(text for text, _ in spans(line))
