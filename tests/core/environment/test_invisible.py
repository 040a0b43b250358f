"""Characters that cannot be seen, where they break what conda reads and where they do not."""

from __future__ import annotations

import time

import pytest

from tui.core.environment.document import read_environment
from tui.core.environment.edits import apply_edits

NOTHINGS = "\u200b\ufeff\u2060\xad\ufe0f"
TEXTS = [
    "channels: [defaults]\ndependencies:\n  - six{}>=1.16\n",
    "channels: [defaults]\ndependencies:\n  - six{}\n",
    "channels: [defaults]\ndependencies:\n  - {}six\n",
    "channels: [defaults]\ndependencies:\n  - 'six {}>=1'\n",
    "channels: [defaults]\ndependencies:\n  -{}six\n",
    "channels: [defaults]\ndependencies:\n{}{} - six\n",
    "channels: [defaults]\ndependencies{}:\n  - six\n",
    "channels: [defau{}lts]\ndependencies:\n  - six\n",
    "channels: [defaults]\ndependencies:\n  - pip\n  - pip:\n    - flask{}==3\n",
]


@pytest.mark.parametrize("character", ["\xa0", "\u200b", "\ufeff", "\u2060", "\u202f", "\u3000", "\xad", "\ufe0f"])
@pytest.mark.parametrize("text", TEXTS)
def test_what_cannot_be_seen_is_found_and_goes(text: str, character: str) -> None:
    found = read_environment(text.replace("{}", character)).problems
    line = next(at for at, row in enumerate(text.splitlines(), 1) if "{}" in row)
    assert {finding.line for finding in found} == {line}
    unseen = next(finding for finding in found if f"U+{ord(character):04X}" in finding.message)
    assert unseen.fix
    mended = apply_edits(text.replace("{}", character), unseen.fix.edits)
    assert mended.isascii()
    no_space_is_left = text == TEXTS[4] and character in NOTHINGS  # `-six` is no item
    assert bool(read_environment(mended).problems) is no_space_is_left


def test_one_repair_mends_all_lines() -> None:
    text = "\ufeffchannels: [defaults]\r\ndependencies:\r\n  - six\xa0>=1\r\n  - click\u200b\u200b\r\n"
    found = read_environment(text).problems
    assert [(finding.line, finding.column) for finding in found] == [(3, 8), (4, 10)]
    assert found[1].fix
    assert apply_edits(text, found[1].fix.edits) == text.replace("\xa0", " ").replace("\u200b", "")


@pytest.mark.parametrize("text", ["- " + "\xa0" * 20_000, "- a\u200b\n" * 2_000], ids=["one line", "many lines"])
def test_any_number_is_found_in_time_that_grows_with_the_text(text: str) -> None:
    began = time.process_time()
    assert read_environment(f"dependencies:\n{text}\n").problems
    assert time.process_time() - began < 3  # seconds; once it took the square, and hours for a megabyte


@pytest.mark.parametrize(
    "line",
    [
        "# a\xa0comment",
        "name: my\u200benv",
        'variables: {TITLE: "a\xa0b"}',
        "prefix: /opt/a\xa0b",
    ],
)
def test_where_it_harms_nobody_it_may_stay(line: str) -> None:
    assert not read_environment(f"{line}\nchannels: [defaults] # x\xa0y\ndependencies: [six]\n").problems
