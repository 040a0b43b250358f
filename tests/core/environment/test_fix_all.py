"""Findings of one kind: said once, and mended together."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from tests.core.environment.test_edits_properties import broken_files, files
from tests.paths import ROOT
from tui.core.environment.document import read_environment
from tui.core.environment.edits import Edit, apply_edits, fix_diff, moved
from tui.core.environment.finding_groups import Group, grouped
from tui.core.environment.findings import Finding, fix_of
from tui.core.environment.fix_all import fix_all, group_fix

EXPORT = (ROOT / "tests/data/brought/macos-export/environment.yml").read_text()
D = "dependencies:\n"


def groups(text: str) -> list[Group]:
    document = read_environment(text)
    return [*grouped(document.problems), *grouped(document.advice)]


def group(text: str, said: str) -> Group:
    return next(found for found in groups(text) if said in found.message)


def fixable(text: str) -> Iterator[Finding]:
    document = read_environment(text)
    return (found for found in (*document.problems, *document.advice) if found.fix)


def test_the_export_of_a_mac_has_three_things_to_say() -> None:
    said = [(found.message.partition(",")[0], len(found.findings)) for found in groups(EXPORT)]
    assert said == [
        ("3 packages are for Windows or macOS", 3),
        ("30 packages ask for one build", 30),
        ("`prefix` is a folder of one machine; in the image the environment is in /env.", 1),
    ]


def test_one_fix_drops_all_build_strings_and_shows_them_as_one_diff() -> None:
    fix = group_fix(EXPORT, group(EXPORT, "ask for one build"), read_environment)
    assert fix is not None
    assert fix.title == "Drop all 30 build strings"
    after = apply_edits(EXPORT, fix.edits)
    assert not any("one build" in found.message for found in groups(after))
    assert "  - numpy=2.2.5\n" in after
    assert "  - decorator=5.1.1=pyhd3eb1b0_0\n" in after, "a build that is the same everywhere may stay"
    diff = fix_diff(EXPORT, fix).splitlines()
    assert (len([line for line in diff if line[0] == "-"]), len([line for line in diff if line[0] == "+"])) == (
        30,
        30,
    )


def test_nothing_that_was_mended_is_found_again() -> None:
    after = fix_all(EXPORT, read_environment)
    assert groups(after) == []
    for gone in ("appnope", "libcxx", "pyobjc", "prefix"):
        assert gone not in after
    assert "      - rich==14.0.0\n" in after


@pytest.mark.parametrize(
    ("text", "said", "title", "after"),
    [
        (D + "  - a[x]\n  - b[y]>1\n", "extras of 2", "Write all 2 without extras", D + "  - a\n  - b>1\n"),
        (
            D + "  - c\n  - a: 1\n  - b: 2\n",
            "2 packages are",
            "Write all 2 as one text",
            D + "  - c\n  - a=1\n  - b=2\n",
        ),
        (
            D + "  - git+https://h/a\n  - c\n  - git+https://h/b\n",
            "2 addresses",
            "Give all 2 to pip",
            D + "  - pip:\n      - git+https://h/a\n      - git+https://h/b\n  - c\n",
        ),
        ("dependencies: [vc, a, pywin32]\n", "2 packages", "Remove all 2", "dependencies: [a]\n"),
        (D + "  - vc\n  - pywin32\n", "2 packages", "Remove all 2", D + "  - pywin32\n"),
        (D + "  - a\n    b\n    c\n", "read as the end", "Mend all 2", D + "  - a\n  - b\n  - c\n"),
    ],
)
def test_a_kind_is_mended_together(text: str, said: str, title: str, after: str) -> None:
    fix = group_fix(text, group(text, said), read_environment)
    assert fix is not None
    assert (fix.title, apply_edits(text, fix.edits)) == (title, after)


def test_one_finding_keeps_its_own_words_and_fix() -> None:
    text = D + "  - numpy=1.2=py312h7f4fdc5_0\n"
    [only] = groups(text)
    assert only.message.startswith("`numpy=1.2=py312h7f4fdc5_0` asks for the one build")
    assert group_fix(text, only, read_environment) == fix_of(only.findings[0])


def test_what_cannot_be_mended_has_no_fix() -> None:
    text = "channels: [/srv/a, /srv/b]\ndependencies: [a]\n"
    assert [group_fix(text, found, read_environment) for found in groups(text)] == [None, None]


def test_lines_are_said_in_runs() -> None:
    text = D + "".join(f"  - p{n}{'=1=py_0' if n != 3 else ''}\n" for n in range(6)) + "  - z\n  - y=1=py_0\n"
    assert group(text, "one build").places == "lines 2 to 4, 6, 7 and 9"
    far = D + "".join(f"  - a{n}=1=py_0\n  - b{n}\n" for n in range(20))
    assert group(far, "one build").places == "lines 2, 4, 6, 8, 10, 12 and 14 more"


@pytest.mark.parametrize(
    ("edits", "index", "after"),
    [
        ((Edit(0, 3, ""),), 5, 2),
        ((Edit(0, 3, ""),), 1, 0),
        ((Edit(4, 4, "xy"),), 4, 6),
        ((Edit(8, 9, ""), Edit(0, 1, "abc")), 5, 7),
        ((Edit(6, 9, ""),), 5, 5),
        ((Edit(2, 6, "abc"),), 3, 3),
        ((Edit(2, 9, "abc"),), 8, 5),
    ],
)
def test_a_place_goes_along_with_the_edits(edits: tuple[Edit, ...], index: int, after: int) -> None:
    assert moved(index, edits) == after


_FEW = settings(max_examples=60, deadline=None)


@_FEW
@given(files() | broken_files())
def test_mending_all_leaves_nothing_to_mend_and_keeps_every_comment(text: str) -> None:
    after = fix_all(text, read_environment)
    assert list(fixable(after)) == []
    assert sorted(re.findall(r"# c\d+\.", after)) == sorted(re.findall(r"# c\d+\.", text))


def test_thousands_of_findings_are_mended_in_a_moment() -> None:
    text = D + "".join(f"  - p{number}=1=py312_0\n" for number in range(3000))
    assert list(fixable(fix_all(text, read_environment))) == []
