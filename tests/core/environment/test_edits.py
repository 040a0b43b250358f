"""Edits of packages and channels of environment.yml, as a table: what each makes of texts of every form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.environment.channel_edits import add_channel, move_channel, remove_channel
from tui.core.environment.edits import Fix, apply_edits, difference, line_break
from tui.core.environment.package_edits import add_dependency, pin, remove_dependency, rename, unpin
from tui.core.environment.package_moves import move_all_to_conda, move_to_conda, move_to_pip, put_package

Change = Callable[[str], Fix | None]


def add(spec: str) -> Change:
    return partial(add_dependency, spec=spec)


def remove(name: str) -> Change:
    return partial(remove_dependency, name=name)


def pinned(**versions: str) -> Change:
    return partial(pin, versions=versions)


def unpinned(name: str) -> Change:
    return partial(unpin, name=name)


def channel(name: str) -> Change:
    return partial(add_channel, channel=name)


def no_channel(name: str) -> Change:
    return partial(remove_channel, channel=name)


def moved(name: str, by: int) -> Change:
    return partial(move_channel, channel=name, by=by)


D = "dependencies:\n"
TOKEN = "zq-5e0c-canary-71f2"

# before, change, after
ROWS: list[tuple[str, Change, str]] = [
    # Between conda and pip
    (
        D + "  - a  # one\n  - pytorch=2.1\n  - b\n",
        partial(move_to_pip, name="pytorch"),
        D + "  - a  # one\n  - b\n  - pip\n  - pip:\n      - torch==2.1.*\n",
    ),
    (
        D + "- a\n- numpy >=1,<2\n- pip\n- pip:\n  - x  # two",
        partial(move_to_pip, name="numpy"),
        D + "- a\n- pip\n- pip:\n  - x  # two\n  - numpy>=1,<2",
    ),
    (
        D + "  - a\n  - pip\n  - pip:\n      - Pillow==10.1  # p\n      - x\n",
        partial(move_to_conda, name="pillow"),
        D + "  - a\n  - pip\n  - pillow==10.1\n  - pip:\n      # p\n      - x\n",
    ),
    (
        D + "  - python=3.11\n  - pip\n  - pip:\n      - x>1 ; python_version < '3.13'\n      - y\n",
        partial(move_to_conda, name="x"),
        D + "  - python=3.11\n  - pip\n  - x>1\n  - pip:\n      - y\n",
    ),
    (
        D + "  - pip\n  - pip:\n      - x==1\n      - y[z]\n      - w ; os_name == 'nt'\n      - v\n",
        move_all_to_conda,
        D + "  - pip\n  - x==1\n  - v\n  - pip:\n      - y[z]\n      - w ; os_name == 'nt'\n",
    ),
    # Put in place
    (D + "  - numpy >=1  # n\n", partial(put_package, spec="numpy=1.26"), D + "  - numpy=1.26  # n\n"),
    (D + "  - a\n", partial(put_package, spec="numpy=1.26"), D + "  - a\n  - numpy=1.26\n"),
    (
        D + "  - pip\n  - pip:\n      - rich>13\n",
        partial(put_package, spec="rich=14.0.0"),
        D + "  - pip\n  - pip:\n      - rich==14.0.0.*\n",
    ),
    # Another name
    (D + "  - x::numpi >=1  # a\n", partial(rename, name="numpi", other="numpy"), D + "  - x::numpy >=1  # a\n"),
    ("dependencies: ['numpi']\n", partial(rename, name="numpi", other="numpy"), "dependencies: ['numpy']\n"),
    # Adding a package
    (D + "  - a  # one\n", add("numpy >=1.26"), D + "  - a  # one\n  - numpy >=1.26\n"),
    (D + "- a\n\n# end\n", add("b"), D + "- a\n- b\n\n# end\n"),
    (D + "  -   a\nname: x\n", add("b"), D + "  -   a\n  -   b\nname: x\n"),
    (D + "  - a", add("b"), D + "  - a\n  - b"),
    (D + "  - a\n  - pip:\n    - x\n", add("b"), D + "  - a\n  - b\n  - pip:\n    - x\n"),
    (D + "  - pip:\n    - x\n", add("pip"), D + "  - pip\n  - pip:\n    - x\n"),
    (D + "  - a\n", add("b=*=py_0"), D + "  - a\n  - b=*=py_0\n"),
    (D, add("a"), D + "  - a\n"),
    (D + "  # later\n", add("a"), D + "  - a\n  # later\n"),
    ("dependencies:", add("a"), D + "  - a"),
    ("dependencies:  # all\nname: x\n", add("a"), "dependencies:  # all\n  - a\nname: x\n"),
    ("dependencies: []  # none\n", add("a"), "dependencies:  # none\n  - a\n"),
    ("dependencies: [a]\n", add("b >=1,<2"), 'dependencies: [a, "b >=1,<2"]\n'),
    ("dependencies: [a, # one\n  b, # two\n]\n", add("c"), "dependencies: [a, # one\n  b, c, # two\n]\n"),
    ("dependencies: [pip: [x]]\n", add("pip"), "dependencies: [pip, pip: [x]]\n"),
    ("{dependencies: }\n", add("a"), "{dependencies: [a]}\n"),
    ("{name: x}\n", add("a"), "{name: x, dependencies: [a]}\n"),
    ("{}\n", add("a"), "{dependencies: [a]}\n"),
    ("name: x  # y", add("a"), "name: x  # y\ndependencies:\n  - a"),
    ("name: x\n# end\n", add("a"), "name: x\ndependencies:\n  - a\n# end\n"),
    ("name: |\n  x\n", add("a"), "name: |\n  x\ndependencies:\n  - a\n"),
    ("", add("a"), D + "  - a\n"),
    ("# only this", add("a"), "# only this\ndependencies:\n  - a"),
    ("# only this\n\n", add("a"), "# only this\n\ndependencies:\n  - a\n"),
    ("---\n", add("a"), "---\ndependencies:\n  - a\n"),
    ("name: x\n...\n", add("a"), "name: x\ndependencies:\n  - a\n...\n"),
    # Removing one
    (D + "  - a\n  - b=1  # why\n", remove("b"), D + "  - a\n  # why\n"),
    (D + "  - a\n  - b=1\n  - c\n", remove("b"), D + "  - a\n  - c\n"),
    (D + "  - a\n  - conda-forge::B", remove("b"), D + "  - a\n"),
    (D + "  - a\n  - b\n  - b>1\n", remove("b"), D + "  - a\n"),
    (D + "  - b\n  - b\n    1\n  - b\n", remove("b"), D + "  - b\n    1\n"),
    (D + "  - a\nname: x\n", remove("a"), "dependencies: []\nname: x\n"),
    ("dependencies: [a, b, c]\n", remove("a"), "dependencies: [b, c]\n"),
    ("dependencies: [a, b, c]\n", remove("c"), "dependencies: [a, b]\n"),
    ("dependencies: [a, ]\n", remove("a"), "dependencies: []\n"),
    ("dependencies: [\n  a,\n  b # two\n]\n", remove("b"), "dependencies: [\n  a,\n   # two\n]\n"),
    (D + "  - pip\n  - pip:\n    - x\n    - y>1  # y\n", remove("y"), D + "  - pip\n  - pip:\n    - x\n    # y\n"),
    (D + "  - pip\n  - pip:  # these\n    # note\n    - x\n", remove("x"), D + "  - pip\n  # these\n    # note\n"),
    ("dependencies: [pip, pip: [x]]\n", remove("x"), "dependencies: [pip]\n"),
    # Pinning
    (D + "  - numpy  # fast\n", pinned(numpy="1.26.4"), D + "  - numpy=1.26.4  # fast\n"),
    (D + "  - c::Numpy >=1,<2\n  - b\n", pinned(numpy="1.26.4", b="2"), D + "  - c::Numpy=1.26.4\n  - b=2\n"),
    (D + "  - 'numpy >=1'\n", pinned(numpy="1.26.4"), D + "  - 'numpy=1.26.4'\n"),
    (D + "  - \"numpy[version='>=1']\"\n", pinned(numpy="2"), D + '  - "numpy=2"\n'),
    (D + "  - numpy=1=py_0\n", pinned(numpy="1.26.4"), D + "  - numpy=1.26.4\n"),
    ("dependencies: [numpy, a]\n", pinned(numpy="1!2.0"), "dependencies: [numpy=1!2.0, a]\n"),
    (D + "  - numpy=1.26.4  # fast\n", unpinned("numpy"), D + "  - numpy  # fast\n"),
    (D + "  - c::numpy >=1,<2\n", unpinned("numpy"), D + "  - c::numpy\n"),
    # Channels
    ("channels:\n  - a\n" + D + "  - x\n", channel("b"), "channels:\n  - a\n  - b\n" + D + "  - x\n"),
    ("name: n\n" + D + "  - x\n", channel("b"), "name: n\nchannels:\n  - b\n" + D + "  - x\n"),
    ("name: n\n", channel("b"), "name: n\nchannels:\n  - b\n"),
    ("channels: [a]\n", channel("https://h/c"), "channels: [a, https://h/c]\n"),
    ("channels:\n  - a # one\n  - b\n", no_channel("a"), "channels:\n  # one\n  - b\n"),
    ("channels:\n  - a\n" + D + "  - x\n", no_channel("a"), "channels: []\n" + D + "  - x\n"),
    ("channels:\n  - a # one\n  - b\n", moved("b", -1), "channels:\n  - b\n  - a # one\n"),
    ("channels:\n  - a # one\n  - b", moved("a", 1), "channels:\n  - b\n  - a # one"),
    ("channels: [a, b, c]\n", moved("c", -1), "channels: [a, c, b]\n"),
    (
        f"channels: [a, 'https://h/t/{TOKEN}/c']\n",
        moved("https://h/t/••••/c", -1),
        f"channels: ['https://h/t/{TOKEN}/c', a]\n",
    ),
]


@pytest.mark.parametrize(
    ("before", "change", "after"), ROWS, ids=[f"{row[0]!r} to {row[2]!r}"[:90] for row in ROWS]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_changes_the_text_by_as_little_as_it_takes(
    before: str, change: Change, after: str, line_end: str, mark: str
) -> None:
    before, after = (mark + text.replace("\n", line_end) for text in (before, after))
    if line_end not in before:
        after = after.replace(line_end, "\n")  # there is no line ending yet to follow
    fix = change(before)
    assert fix is not None and fix.title and TOKEN not in fix.title
    assert apply_edits(before, fix.edits) == after


@pytest.mark.parametrize(
    ("text", "change"),
    [
        (D + "  - a=1\n", add("a")),
        (D + "  - a\n", add(" ")),
        (D + "  - a\n", add(">=1")),
        ("dependencies: a\n", add("b")),
        ("dependencies: {a: b}\n", add("b")),
        ("- a\n", add("b")),
        ("a\n", add("b")),
        (D + "  - [\n", add("b")),
        (D + "  -\n    a\n", add("b")),
        (D + "  - a\n", remove("b")),
        (D + "  -\n    a\n  - b\n", remove("a")),
        (D + "  - &x a\n  - *x\n", remove("a")),
        (D + "  - numpy=1.26.4\n", pinned(numpy="1.26.4")),
        (D + "  - numpy==1.26.4\n", pinned(numpy="1.26.4")),
        (D + '  - "numpy[channel=c]"\n', pinned(numpy="2")),
        (D + "  - numpy\n", pinned(scipy="2")),
        (D + "  - numpy\n", unpinned("numpy")),
        ("channels: [a]\n", channel("a")),
        ("channels: [a]\n", channel("")),
        ("channels: [a]\n", no_channel("b")),
        ("channels: [a, b]\n", moved("a", -1)),
        ("channels: [a, b]\n", moved("b", 1)),
        ("channels: [a, b]\n", moved("c", 1)),
        (D + "  - a\n  - torch >=2\n", partial(move_to_conda, name="torch")),
        (D + "  - a\n  - python=3.12\n", partial(move_to_pip, name="python")),
        (D + "  - a\n  - b=1|2\n", partial(move_to_pip, name="b")),
        ("dependencies: [a, b]\n", partial(move_to_pip, name="b")),
        (D + "  - pip\n  - pip:\n      - x[y]\n      - z\n", partial(move_to_conda, name="x")),
        (D + "  - pip\n  - pip:\n      - x ; os_name == 'nt'\n      - z\n", partial(move_to_conda, name="x")),
        (D + "  - python=3.13\n  - pip:\n      - x ; python_version < '3.13'\n", partial(move_to_conda, name="x")),
        (D + "  - python>3\n  - pip:\n      - x ; python_version < '3.13'\n", partial(move_to_conda, name="x")),
        (D + "  - pip:\n      - x\n      - y[z]\n", move_all_to_conda),
        (D + "  - a\n", partial(put_package, spec=">=1")),
    ],
)
def test_leaves_alone_what_is_so_already_or_cannot_be_changed_safely(text: str, change: Change) -> None:
    assert change(text) is None


@given(st.text("ab\n", max_size=12), st.text("ab\n", max_size=12))
def test_a_difference_makes_one_text_of_the_other(before: str, after: str) -> None:
    edits = difference(before, after)
    assert apply_edits(before, edits) == after
    assert bool(edits) == (before != after)


@pytest.mark.parametrize(
    ("line", "column", "meant"),
    [
        ("  - python", 10, (10, "\n  ")),
        ("    - six  ", 9, (9, "\n    ")),
        ("- python", 8, (8, "\n")),
        ("  ", 2, (0, "\n")),
        ("", 0, (0, "\n")),
        ("  - numpy", 0, (0, "\n")),
        ("  - numpy", 4, (4, "\n")),
    ],
)
def test_a_line_break_at_the_end_of_a_line_keeps_its_indent(
    line: str, column: int, meant: tuple[int, str]
) -> None:
    assert line_break(line, column) == meant
