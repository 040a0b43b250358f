"""Environment files as people write them, by chance: no fix and no change ever spoils one."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.core.environment.channel_edits import add_channel, move_channel, remove_channel
from tui.core.environment.document import read_environment
from tui.core.environment.edits import Fix, apply_edits, fix_diff
from tui.core.environment.findings import Finding
from tui.core.environment.layout import as_yaml
from tui.core.environment.package_edits import add_dependency, pin, remove_dependency, unpin
from tui.core.environment.package_moves import move_to_conda, move_to_pip, put_package
from tui.core.environment.syntax import compose
from tui.core.errors import Problem

PACKAGES = (
    "numpy", "numpy >=1.26,<2", "conda-forge::scipy=1.11", "python=3.12", "pip", "Numpy", "zlib==1.3",
    # what the doctor has something to say of
    "uvicorn[standard]", "scipy=>1", "pandas (>=1.2, <3)", "a; sys_platform == 'win32'", "b ; c", "c,", "d=1=py_0",
    "pywin32=300", "vc", "''", '""', "", "3.12", "yes", "git+https://h/a", "e @ https://h/e.whl", "'f=>1'",
    '"g (1)"', "h: 1.0", "i: '>=1,<2'", "{j: 2}", "k:", "sel(win): l", "sel(linux): m", "https://h/t/token/c::n",
    "[o]", "!x p",
)  # fmt: skip
REQUIREMENTS = ("flask", "flask[async]>=2", "''", "", "-r r.txt", "-e .", "git+https://u:p@h/q", "'r>1'")
CHANNELS = ("defaults", "conda-forge", "https://h/t/token/c", "''", "", "nodefaults", "1", "'https://u:p@h/c'")
UNREADABLE = (
    "  - >=1",
    "\t- tab",
    "-space",
    "  - s: >=3",
    "  - *t",
    "name: a: b",
    "  - 'u",
    "    - more",
    "      more",
)
GAP = st.sampled_from([" ", "  ", "   "])


class _Writer:
    """Draws a file line by line, with a comment of its own wherever one may stand."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.lines: list[str] = []
        self.comments = 0

    def chance(self) -> bool:
        return self.draw(st.integers(0, 3)) == 3

    def comment(self) -> str:
        if not self.chance():
            return ""
        self.comments += 1
        selector = self.draw(st.sampled_from(["", "", " [win]", " [linux]"]))
        return f"{self.draw(GAP)}# c{self.comments}.{selector}"

    def line(self, content: str) -> None:
        while self.chance():
            self.lines.append(self.comment())
        self.lines.append(content + self.comment())

    def sequence(self, name: str, indent: str, items: list[str]) -> None:
        """A list in one of the forms it can have."""
        form = self.draw(st.sampled_from(["block", "block", "block", "flow", "lines", "none"]))
        flat = [item for item in items if item]
        inner = indent.replace("-", " ")
        if form == "block" or not flat:
            inner += self.draw(st.sampled_from(["", "  ", "    "]) if "-" not in indent else GAP)
            self.line(f"{indent}{name}:")
            for item in items:
                self.item(inner, item)
        elif form == "none":
            bare = [item for item in flat if item[0].isalpha() and ":" not in item] or ["numpy"]
            self.lines.append(f"{indent}{name}:")
            self.lines += [f"{inner}  {self.draw(st.sampled_from(['', '', '-']))}{item}" for item in bare]
        elif form == "flow":
            self.line(
                f"{indent}{name}: [{', '.join(map(_for_flow, flat))}{self.draw(st.sampled_from(['', ',']))}]"
            )
        else:
            self.line(f"{indent}{name}: [")
            for item in flat:
                self.line(f"{inner}   {_for_flow(item)},")
            self.line(f"{inner}  ]")

    def item(self, indent: str, item: str) -> None:
        self.line(f"{indent}-{self.draw(GAP) if item else ''}{item}")
        if item[:1].isalpha() and ":" not in item and self.chance():
            self.lines.append(f"{indent}    {self.draw(st.sampled_from(['', '- ']))}more")


def _for_flow(item: str) -> str:
    return item if item[0] in "'\"{" or ": " in item else as_yaml(item, flow=True)


@st.composite
def files(draw: st.DrawFn) -> str:
    writer = _Writer(draw)
    sections: list[Callable[[], None]] = [
        lambda: writer.line(draw(st.sampled_from(["name: x", "name: 3", "name: 'y'", "name:"]))),
        lambda: writer.line("prefix: /opt/x"),
        lambda: writer.line("chanels: [a]"),
        lambda: writer.sequence("channels", "", draw(st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=4))),
        lambda: _dependencies(writer),
        lambda: _variables(writer),
    ]
    for section in draw(st.permutations(sections))[: draw(st.integers(1, 6))]:
        section()
    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    return (
        draw(st.sampled_from(["", "\ufeff"])) + newline.join(writer.lines) + draw(st.sampled_from(["", newline]))
    )


def _variables(writer: _Writer) -> None:
    for line in ("variables:", "  MODE: fast", "  API_KEY: x"):
        writer.line(line)


def _dependencies(writer: _Writer) -> None:
    items = writer.draw(st.lists(st.sampled_from(PACKAGES), min_size=1, max_size=6))
    requirements = writer.draw(st.lists(st.sampled_from(REQUIREMENTS), max_size=3))
    if not requirements:
        writer.sequence("dependencies", "", items)
        return
    indent = writer.draw(st.sampled_from(["", "  "]))
    writer.line("dependencies:")
    pip = writer.draw(st.integers(0, len(items)))
    for item in (*items[:pip], None, *items[pip:]):
        if item is None:
            writer.sequence("pip", f"{indent}- ", requirements)
        else:
            writer.item(indent, item)


@st.composite
def broken_files(draw: st.DrawFn) -> str:
    """The same with lines in it that YAML or conda stumbles over."""
    lines = draw(files()).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 3))):
        newline = "\r\n" if any(line.endswith("\r\n") for line in lines) else "\n"
        lines.insert(draw(st.integers(0, len(lines))), draw(st.sampled_from(UNREADABLE)) + newline)
    return "".join(lines)


def _readable(text: str) -> bool:
    return not isinstance(compose(text.removeprefix("\ufeff")), Problem)


def _findings(text: str) -> tuple[Finding, ...]:
    document = read_environment(text)
    return document.problems + document.advice


def _check(before: str, fix: Fix) -> str:
    """The text after the fix, which is YAML and has all that is not to be touched."""
    after = apply_edits(before, fix.edits)
    assert after != before and fix.title
    assert _readable(after)
    assert sorted(re.findall(r"# c\d+\.", after)) == sorted(re.findall(r"# c\d+\.", before))
    if "\r\n" in before:
        assert not re.search(r"(?<!\r)\n", after)
    assert after.startswith("\ufeff") == before.startswith("\ufeff")
    ordered = sorted(fix.edits, key=lambda edit: (edit.start, edit.end))
    assert all(one.end <= other.start for one, other in pairwise(ordered))
    return after


def _texts(text: str) -> list[str]:
    """All texts in the lists of a file, whatever they are in."""

    def walk(value: object) -> list[str]:
        if isinstance(value, dict):
            return [found for item in value.items() for part in item for found in walk(part)]
        return [found for part in value for found in walk(part)] if isinstance(value, list) else [str(value)]

    return walk(yaml.load(text, Loader=_Loader))


class _Loader(yaml.CSafeLoader):
    """condock's own, which takes a tab within a plain text; a tag it does not know is part of the text."""


_Loader.add_multi_constructor("!", lambda loader, tag, node: f"{tag} {node.value}")
_MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_MANY
@given(files() | broken_files())
def test_no_fix_spoils_the_text(text: str) -> None:
    readable = _readable(text)
    for finding in _findings(text):
        if finding.fix is None:
            continue
        after = _check(text, finding.fix)
        same = [other.message for other in _findings(after)].count(finding.message)
        assert same < [other.message for other in _findings(text)].count(finding.message)
        if readable:
            gone = [value for value in _texts(text) if value not in _texts(after)]
            assert len(gone) <= 2  # an item, or a name and its value


@_MANY
@given(files() | broken_files())
def test_mending_one_thing_after_the_other_ends(text: str) -> None:
    for _ in range(60):
        fix = next((finding.fix for finding in _findings(text) if finding.fix), None)
        if fix is None:
            return
        text = _check(text, fix)
    pytest.fail("There is always something left to mend.")


CHANGES: list[Callable[[str], Fix | None]] = [
    lambda text: add_dependency(text, "new >=1,<2"),
    lambda text: remove_dependency(text, "numpy"),
    lambda text: remove_dependency(text, "flask"),
    lambda text: pin(text, {"numpy": "1.26.4", "scipy": "2", "zlib": "1.3"}),
    lambda text: unpin(text, "numpy"),
    lambda text: add_channel(text, "https://h/new"),
    lambda text: remove_channel(text, "defaults"),
    lambda text: move_channel(text, "defaults", 1),
    lambda text: move_channel(text, "conda-forge", -1),
    lambda text: move_to_pip(text, "numpy"),
    lambda text: move_to_conda(text, "flask"),
    lambda text: put_package(text, "numpy=1.26"),
]


@_MANY
@given(files() | broken_files(), st.sampled_from(range(len(CHANGES))))
def test_no_change_spoils_the_text(text: str, which: int) -> None:
    fix = CHANGES[which](text)
    if fix is not None:
        _check(text, fix)
        assert _readable(text)


@_MANY
@given(files())
def test_changes_do_what_they_say(text: str) -> None:
    if fix := add_dependency(text, "new >=1,<2"):
        assert "new" in [found.name for found in read_environment(_check(text, fix)).dependencies]
    if fix := remove_dependency(text, "numpy"):
        assert "numpy" not in [found.name for found in read_environment(_check(text, fix)).dependencies]
    if fix := pin(text, {"numpy": "9"}):
        pinned = [found for found in read_environment(_check(text, fix)).dependencies if found.name == "numpy"]
        assert all(found.text.lower() == "numpy=9" for found in pinned)
    if fix := add_channel(text, "https://h/new"):
        assert read_environment(_check(text, fix)).channels[-1] == "https://h/new"
    if fix := move_channel(text, "defaults", -1):
        before, after = (yaml.load(version, _Loader)["channels"] for version in (text, _check(text, fix)))
        assert after.index("defaults") == before.index("defaults") - 1
        assert sorted(map(str, after)) == sorted(map(str, before))


@_MANY
@given(files())
def test_the_diff_of_a_fix_shows_no_token(text: str) -> None:
    for finding in _findings(text):
        if finding.fix:
            diff = fix_diff(text, finding.fix)
            assert "token" not in diff.replace("token or", "") and "u:p" not in diff
