"""What is begun at the cursor, for texts that are not YAML yet."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.environment.completion import Completion, CompletionKind, completion_at

NAME, VERSION = CompletionKind.NAME, CompletionKind.VERSION


def _at_the_bar(text: str) -> Completion | None:
    before, _, after = text.partition("█")
    line = before.count("\n")
    return completion_at(before + after, line, len(before) - (before.rfind("\n") + 1))


D = "dependencies:\n"

# The place is the bar.
ROWS = [
    (D + "  - █", Completion(NAME, "", 4, 4)),
    (D + "  - nu█", Completion(NAME, "nu", 4, 6)),
    (D + "  - nu█mpy", Completion(NAME, "nu", 4, 9)),
    (D + "- nu█\n  : [", Completion(NAME, "nu", 2, 4)),
    (D + '  - "nu█', Completion(NAME, "nu", 5, 7)),
    (D + "  - conda-forge::nu█", Completion(NAME, "nu", 17, 19, channel="conda-forge")),
    (D + "  - https://h/c::█", Completion(NAME, "", 17, 17, channel="https://h/c")),
    (D + "  - Numpy=1.2█6 # c", Completion(VERSION, "1.2", 10, 14, "numpy")),
    (D + "  - numpy=█", Completion(VERSION, "", 10, 10, "numpy")),
    (D + "  - numpy █", Completion(VERSION, "", 10, 10, "numpy")),
    (D + "  - numpy >= 1█", Completion(VERSION, "1", 13, 14, "numpy")),
    (D + "  - c::numpy >=1,<2█", Completion(VERSION, "2", 18, 19, "numpy", "c")),
    (D + "  - numpy>=1,<█", Completion(VERSION, "", 14, 14, "numpy")),
    (D + "  - numpy==1.*█", Completion(VERSION, "1.*", 11, 14, "numpy")),
    (D + "  - 'numpy=1█'", Completion(VERSION, "1", 11, 12, "numpy")),
    (D + "  - a\r\n  - nu█\r\n", Completion(NAME, "nu", 4, 6)),
    (D + "  - pip:\n      - flask\n  - nu█", Completion(NAME, "nu", 4, 6)),
    (D + "  # note: [\n\n  - nu█", Completion(NAME, "nu", 4, 6)),
    ("name: [\nchannels:\n  - x\n" + D + "  - nu█", Completion(NAME, "nu", 4, 6)),
    ("dependencies: [nu█", Completion(NAME, "nu", 15, 17)),
    ("dependencies: [a, nu█]", Completion(NAME, "nu", 18, 20)),
    ('dependencies: ["a >=1,<2", b=█]', Completion(VERSION, "", 29, 29, "b")),
    ("dependencies: [a,\n  nu█", Completion(NAME, "nu", 2, 4)),
    ("dependencies: [\n  a=1█", Completion(VERSION, "1", 4, 5, "a")),
    # Nothing of conda's
    (D + "  - pip:\n    - fl█", None),
    (D + "  - pip:\n      - fl█", None),
    (D + "- pip:\n  - fl█", None),
    ("channels:\n  - co█", None),
    ("name: x█", None),
    ("█", None),
    (D + "  -█", None),
    (D + "  nu█", None),
    (D + "  - numpy # nu█", None),
    (D + "  - numpy=1.2=py█", None),
    (D + "  - numpy 1.2 py█", None),
    (D + "  - numpy[ver█", None),
    (D + "  - python: 3█", None),
    ("dependencies: [a]█", None),
    ("dependencies: [a, pip: [fl█", None),
    ("channels: [co█", None),
    ("channels: [a]\nx█", None),
]


@pytest.mark.parametrize(("text", "completion"), ROWS, ids=[repr(row[0]) for row in ROWS])
def test_says_what_is_begun(text: str, completion: Completion | None) -> None:
    assert _at_the_bar(text) == completion


def test_a_place_outside_the_text_is_none_or_the_end_of_its_line() -> None:
    assert completion_at("", 3, 7) is None
    assert completion_at(D + "  - nu", 1, 99) == Completion(NAME, "nu", 4, 6)
    assert completion_at(D, 1, 0) is None


PIECES = st.sampled_from(
    ["dependencies:", "pip:", " ", "  ", "- ", "\n", "[", "]", ",", "'", '"', "=", ">=", "::", "#", "a", "1."]
)


@given(st.lists(PIECES, max_size=30).map("".join), st.integers(0, 8), st.integers(0, 40))
def test_what_a_choice_replaces_is_around_the_place(text: str, line: int, column: int) -> None:
    completion = completion_at(text, line, column)
    if completion is None:
        return
    content = [*text.splitlines(), ""][line]
    place = min(column, len(content))
    assert completion.start <= place <= completion.end <= len(content)
    assert content[completion.start : place] == completion.prefix


def test_the_answer_comes_before_the_next_frame_in_a_large_file() -> None:
    text = D + "  - package=1.0  # note\n" * 5_000 + "  - nu"
    began = time.perf_counter()
    assert completion_at(text, 5_001, 6) == Completion(NAME, "nu", 4, 6)
    assert time.perf_counter() - began < 0.1
