"""environment.yml as text: every rule by a row, and no text at all that makes the reader fail."""

from __future__ import annotations

import time

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from tui.core import yaml_text
from tui.core.environment import syntax
from tui.core.environment.dependencies import Dependency
from tui.core.environment.document import read_environment
from tui.core.untrusted_text import printable

GOOD = """\
# why this file
name: demo
channels:
  - defaults
dependencies:
  - python=3.13  # pinned
  - conda-forge::Fast.API >=0.1,<2
  - numpy[version='>=1.26']
  - https://repo.anaconda.com/pkgs/main/linux-64/zlib-1.3-h1_0.conda
  - pip
  - pip:
      - flask[async]>=2
variables:
  MODE: fast
platforms: [linux-64]
"""


def test_reads_what_the_file_says() -> None:
    document = read_environment(GOOD)
    assert document.problems == ()
    assert [advice.line for advice in document.advice] == [14]  # ENV sets the variables
    assert document.name == "demo"
    assert document.channels == ("defaults",)
    assert [dependency.name for dependency in document.dependencies] == ["python", "fast.api", "numpy", "", "pip"]
    assert document.dependencies[0] == Dependency("python=3.13", 6, 5, "python")
    assert document.pip == (Dependency("flask[async]>=2", 12, 9, "flask"),)
    assert document.variables == (("MODE", "fast"),)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_endings_and_a_byte_order_mark_change_no_place(line_end: str) -> None:
    text = "\ufeff" + GOOD.replace("\n", line_end)
    assert read_environment(text) == read_environment(GOOD)


# text, a part of the sentence, line, column
PROBLEMS = [
    ("", "is empty", 1, 1),
    ("# nothing\n", "is empty", 1, 1),
    ("- numpy\n", "not a set of `name: value`", 1, 1),
    ("numpy\n", "not a set of `name: value`", 1, 1),
    ("name: x\n", "There are no `dependencies`", 1, 1),
    ("dependencies:\n", "`dependencies` is empty, not a list", 1, 14),
    ("dependencies: []\n", "`dependencies` is an empty list", 1, 15),
    ("dependencies: numpy\n", "`dependencies` is one text, not a list", 1, 15),
    ("dependencies:\n  numpy: 1\n", "`dependencies` is a set of", 2, 3),
    ("dependencies:\n  -python\n", "The dash has no space behind it", 2, 3),
    ("dependencies:\n  -python\n  -numpy\n", "The dash has no space behind it", 2, 3),
    ("dependencies:\n  - a\n  -numpy\n", "neither `name: value` nor `- item`", 3, 3),
    ("dependencies:\n  - a\n    - numpy\n", "read as the end of the line above", 3, 5),
    ("dependencies:\n  - a\n\n    numpy\n", "read as the end of the line above", 4, 5),
    ("dependencies:\n  - a\n - b\n", "does not line up", 3, 2),
    ("dependencies:\n\t- python\n", "indented with a tab", 2, 1),
    ("dependencies:\n  - a\n\t- b\n", "indented with a tab", 3, 1),
    ("dependencies: - a\n", "cannot begin on the same line", 1, 15),
    ("dependencies:\n  - >=1\n", "cannot begin with `>`", 2, 5),
    ("dependencies:\n  - python: >=3\n", "cannot begin with `>`", 2, 13),
    ("dependencies:\n  - *numpy\n", "cannot begin with `*`", 2, 5),
    ("dependencies:\n  - *.whl\n", "cannot begin with `*`", 2, 6),
    ("dependencies:\n  - @numpy\n", "begin with the character @", 2, 5),
    ("dependencies:\n  - `numpy`\n", "begin with the character `", 2, 5),
    ("dependencies:\n  - }\n", "begin with the character }", 2, 5),
    ("dependencies:\n  - !<\n", "cannot begin with `!`", 2, 5),
    ('dependencies:\n  - "numpy\n  - b\n', "quote that is opened here is never closed", 2, 5),
    ('dependencies:\n  - "C:\\q"\n', "backslash", 2, 8),
    ('dependencies:\n  - "numpy" 1\n', "one too many", 2, 13),
    ("dependencies: [a,\nname: x\n", "bracket is not closed", 1, 15),
    ("name: a: b\n", "colon is out of place", 1, 8),
    ("näme: 😀: b\n", "colon is out of place", 1, 8),
    ("name\ndependencies: [a]\n", "colon is out of place", 2, 13),
    ("dependencies:\n  - a\n---\nname: x\n", "A second document", 3, 1),
    ("%name x\n---\ndependencies: [a]\n", "cannot begin with `%`", 1, 1),
    ("dependencies:\n<<<<<<< HEAD\n  - a\n=======\n  - b\n>>>>>>> x\n", "merge conflict", 2, 1),
    ("dependencies:\n  - a\x1b[31m\n", "invisible character here that YAML does not allow (U+001B)", 2, 6),
    ("dependencies:\r\n  - \x00\r\n", "(U+0000)", 2, 5),
    ("\ud800", "(U+D800)", 1, 1),
    (b"name: caf\xe9\n".decode(errors="surrogateescape"), "not UTF-8 text from here on", 1, 10),
    ("name: 3\ndependencies: [a]\n", "The name is a number, not text", 1, 7),
    ("name:\ndependencies: [a]\n", "The name is empty, not text", 1, 6),
    ("channels: defaults\ndependencies: [a]\n", "`channels` is one text, not a list", 1, 11),
    ("channels:\ndependencies: [a]\n", "`channels` is empty, not a list", 1, 10),
    ("channels: [1]\ndependencies: [a]\n", "A channel is a number", 1, 12),
    ("channels: ['']\ndependencies: [a]\n", "A channel is empty", 1, 12),
    ("channels: [/srv/conda]\ndependencies: [a]\n", "a folder of this machine", 1, 12),
    ("dependencies:\n  - 3.12\n", "This item is a number, not a package", 2, 5),
    ("dependencies:\n  - yes\n", "This item is a yes or no", 2, 5),
    ("dependencies:\n  - 2024-01-01\n", "This item is a date", 2, 5),
    ("dependencies:\n  - # later\n", "This item is empty", 2, 4),
    ("dependencies:\n  - [a]\n", "This item is a list", 2, 5),
    ("dependencies:\n  - !x a\n", "This item is a special value", 2, 5),
    ("dependencies:\n  - python: 3.12\n", "conda drops `python: 3.12` without a word", 2, 5),
    ("dependencies:\n  - sel(linux): a\n", "conda drops `sel(linux): a`", 2, 5),
    ("dependencies:\n  - ''\n", "does not begin with a package's name", 2, 5),
    ("dependencies:\n  - '>=1'\n", "does not begin with a package's name", 2, 5),
    ("dependencies:\n  - numpy=>1.2\n", "`=>` is not a comparison", 2, 5),
    ("dependencies:\n  - uvicorn[standard]\n", "drops the extra `[standard]`", 2, 5),
    ("dependencies:\n  - uvicorn[standard, x]>=1\n", "drops the extra `[standard, x]`", 2, 5),
    ("dependencies:\n  - numpy (>=1.2)\n", "conda drops what stands in parentheses", 2, 5),
    ("dependencies:\n  - git+https://github.com/a/b\n", "only pip understands", 2, 5),
    ("dependencies:\n  - a @ https://example.com/a.whl\n", "only pip understands", 2, 5),
    ("dependencies:\n  - a; python_version<'3'\n", "conditions behind `;`", 2, 5),
    ("dependencies:\n  - python=3.12,\n", "ends in a comma", 2, 5),
    ("dependencies:\n  - pip\n  - pip: flask\n", "`pip` is one text, not a list", 3, 10),
    ("dependencies:\n  - pip\n  - pip: [1]\n", "This item is a number", 3, 11),
    ("dependencies:\n  - pip\n  - pip: [-r ../r.txt]\n", "`-r ../r.txt` names a file outside", 3, 11),
    ("dependencies:\n  - pip\n  - pip: [-c/etc/c.txt]\n", "names a file outside the folder", 3, 11),
    ("dependencies:\n  - pip\n  - pip: ['--requirement=a/../../r.txt']\n", "names a file outside", 3, 11),
    ("dependencies:\n  - pip\n  - pip: [../a-1.whl]\n", "names a file outside the folder", 3, 11),
    ("dependencies:\n  - pip\n  - pip: [-e .]\n", "`-e .` is a folder of this machine", 3, 11),
    ("dependencies:\n  - pip\n  - pip: [./wheels/a]\n", "is a folder of this machine", 3, 11),
    ("dependencies:\n  - pip\n  - pip: [a]\n  - pip: [b]\n", "conda takes only the last list", 4, 5),
    ("channels: ['$PLACE/c']\ndependencies: [a]\n", "conda would put the value of `$PLACE`", 1, 12),
    ("name: a\nname: b\ndependencies: [a]\n", "`name` is there twice", 2, 1),
    ("variables: [a]\ndependencies: [a]\n", "`variables` is a list", 1, 12),
    ("variables: {A: [1]}\ndependencies: [a]\n", "This variable is a list", 1, 13),
    ("dependencies: [a]\nx: |\n  @EXPLICIT\n  https://example.com/noarch/a-1-0.conda\n", "`@EXPLICIT`", 3, 3),
    ("dependencies: [a]\rvariables:\r  A: |\r    @EXPLICIT\t\N{EM SPACE}\r", "`@EXPLICIT`", 4, 5),
    ("dependencies: [a]\nvariables:\n  A: '\n\n    @EXPLICIT\n    '\n", "`@EXPLICIT`", 5, 5),
]


@pytest.mark.parametrize(("text", "said", "line", "column"), PROBLEMS)
def test_says_what_stands_in_the_way_and_where(text: str, said: str, line: int, column: int) -> None:
    (problem,) = read_environment(text).problems
    assert said in problem.message
    assert (problem.line, problem.column, problem.field) == (line, column, "environment")
    assert problem.message.endswith(".")
    assert problem.hint.rstrip("`").endswith((".", "?"))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("dependencies:\n  - python: 3.12\n", "Write `- python=3.12`."),
        ("dependencies:\n  - numpy: '>=1'\n", "Write `- numpy >=1`."),
        ("dependencies:\n  - numpy:\n", "Write `- numpy`."),
        ("dependencies:\n  - numpy (>=1.2)\n", "Write `- numpy >=1.2`."),
        ("dependencies:\n  - >=1\n", "Write the package's name in front, as in `- numpy >=1.26`, or put quotes"),
    ],
)
def test_hint_gives_the_line_to_write(text: str, hint: str) -> None:
    assert read_environment(text).problems[0].hint.startswith(hint)


ADVICE = [
    ("prefix: /opt/conda/envs/x\ndependencies: [a]\n", "`prefix` is a folder of one machine", 1, 1),
    ("depends: [a]\ndependencies: [a]\n", "conda does not read `depends`", 1, 1),
    ("? [a]\n: b\ndependencies: [a]\n", "conda does not read `?`", 1, 3),
    ("channels: []\ndependencies: [a]\n", "`channels` is an empty list", 1, 11),
    ("dependencies:\n  - numpy=1.2=py312h7f4fdc5_0\n", "asks for the one build `py312h7f4fdc5_0`", 2, 5),
    ("dependencies:\n  - numpy==1.2=py312h7f4fdc5_0\n", "asks for the one build", 2, 5),
    ("dependencies:\n  - numpy 1.2 py312_0\n", "asks for the one build `py312_0`", 2, 5),
    ("dependencies:\n  - pywin32\n", "`pywin32` is a package for Windows or macOS", 2, 5),
    ("dependencies:\n  - conda-forge::vs2015_runtime=14\n", "`vs2015_runtime` is a package for", 2, 5),
    ("dependencies:\n  - pip: [flask]\n", "pip is used below, but is not among", 2, 3),
    ("variables: {MY_TOKEN: x}\ndependencies: [a]\n", "`MY_TOKEN` looks like a secret", 1, 13),
    ("variables: {MODE: x}\ndependencies: [a]\n", "conda sets `variables` only where somebody activates", 1, 12),
    ("channels: [conda-forge, defaults]\ndependencies: [a]\n", "are built apart", 1, 25),
    (
        "channels: ['https://repo.anaconda.com/pkgs/main', 'https://conda.anaconda.org/conda-forge/']\n"
        "dependencies: [a]\n",
        "are built apart",
        1,
        51,
    ),
    ("dependencies:\n  - a\n  - b\n  - A>1\n", "`a` is there twice, and conda looks for a version", 4, 5),
    ("dependencies:\n  - a =1\n  - a=1\n", "`a` is there twice.", 3, 5),
    ("dependencies:\n  - a  # [win]\n", "`# [win]` is only a comment for conda; conda-lock reads it", 2, 5),
    ("dependencies:\n  - a  # on Linux [linux64]\n", "`# [linux64]` is only a comment for conda", 2, 5),
    ("dependencies:\n  - console_shortcut\n", "`console_shortcut` is a package for Windows", 2, 5),
    ("dependencies:\n  - clang_osx-arm64=17\n", "`clang_osx-arm64` is a package for Windows or macOS", 2, 5),
]


@pytest.mark.parametrize(("text", "said", "line", "column"), ADVICE)
def test_advice_does_not_stand_in_the_way(text: str, said: str, line: int, column: int) -> None:
    document = read_environment(text)
    assert document.problems == ()
    (advice,) = document.advice
    assert said in advice.message
    assert (advice.line, advice.column, advice.field) == (line, column, "environment")


@pytest.mark.parametrize(
    "item",
    [
        "vc-tools",
        "pywin32-ctypes",
        "tzdata=2024a=pyhd8ed1ab_0",
        "python=3.12=*_cpython",
        "numpy >=1.26,<2",
        "numpy~=1.2",
        "numpy!=1.2",
        "numpy 1.26.*",
        "numpy=1.2=*",
        "_libgcc_mutex",
        "conda-forge/linux-64::numpy",
        "https://conda.anaconda.org/main/linux-64/a-1-0.conda",
    ],
)
def test_nothing_is_said_of_what_conda_reads_well(item: str) -> None:
    document = read_environment(f"dependencies:\n  - {item}\n")
    assert (document.problems, document.advice) == ((), ())


def test_a_misspelt_key_is_guessed() -> None:
    document = read_environment("dependancies: [a]\n")
    assert document.advice[0].hint == "Did you mean `dependencies`?"
    assert "There are no `dependencies`" in document.problems[0].message


def test_findings_are_in_the_order_of_the_text() -> None:
    document = read_environment("dependencies:\n  - 1\n  - 2\nchannels: x\nname: 3\n")
    assert [problem.line for problem in document.problems] == [2, 3, 4, 5]


TOKEN = "zq-5e0c-canary-71f2"


@pytest.mark.parametrize(
    "text",
    [
        f"channels: [https://conda.anaconda.org/t/{TOKEN}/org]\ndependencies: [a]\n",
        f"channels: [https://conda.anaconda.org/t/{TOKEN}]\ndependencies: [a]\n",
        f"channels: ['https://me:{TOKEN}@example.com/c']\ndependencies: [a]\n",
        f"channels: ['https://{TOKEN}@example.com/c']\ndependencies: [a]\n",
        f"dependencies: ['https://h/t/{TOKEN}/c::numpy']\n",
        f"dependencies: [pip, pip: ['git+https://{TOKEN}@github.com/a/b']]\n",
        f"dependencies: [pip, pip: ['--index-url=https://u:{TOKEN}@example.com/simple']]\n",
    ],
)
def test_a_token_in_an_address_is_a_problem_and_is_not_shown(text: str) -> None:
    document = read_environment(text)
    assert "has a token or password in it" in document.problems[0].message
    assert TOKEN not in repr(document)
    assert "••••" in repr(document)


def test_a_user_name_alone_is_no_token() -> None:
    assert read_environment("dependencies: [pip, pip: ['git+ssh://git@github.com/a/b']]\n").problems == ()


def test_values_of_variables_are_not_in_the_repr() -> None:
    assert TOKEN not in repr(read_environment(f"dependencies: [a]\nvariables: {{A: {TOKEN}}}\n"))


BOMB = "a: &a [x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(20)
)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 300_000,
        "- " * 300_000,
        "{a: " * 200_000,
        "? " * 300_000,
        "dependencies: " + "[" * 60 + "]" * 60,
        BOMB + "dependencies: [*t]\n",
        "dependencies: &x [*x]\n",
        "dependencies: &x\n  - pip: *x\n",
        "x" * (syntax.MAX_LENGTH + 1),
        "dependencies:\n" + "  - a=>1\n" * 20_000,
        "dependencies:\n  - a=>1\n  - '" + " " * 300_000 + ",;x'  # [win]" + "#" * 300_000 + "\n",
        "dependencies:\n  - pip: [-r " + "../" * 100_000 + "x, '" + " " * 300_000 + ".whl']\n",
        "name: @x\n" + "\t- a\n" * 20_000,
    ],
    ids=[
        "brackets",
        "dashes",
        "braces",
        "keys",
        "deep",
        "bomb",
        "self",
        "self in pip",
        "huge",
        "wide",
        "spaces",
        "paths",
        "tabs",
    ],
)
def test_hostile_texts_are_answered_soon(text: str) -> None:
    read_environment.cache_clear()
    began = time.process_time()
    assert read_environment(text).problems
    assert time.process_time() - began < 5


@given(st.text())
@example("\x85- ? !! &")
@example("dependencies:\n  - a\n\x85\u2028 b\n")
@example("'\n\n")
def test_no_text_makes_it_fail(text: str) -> None:
    _check(text)


PIECES = st.sampled_from(
    [
        *"-:[]{}&*!|>'\"%@`#,?\\= \n\t\r",
        "  ",
        "- ",
        ": ",
        "\n  - ",
        "dependencies:",
        "channels:",
        "name:",
        "pip:",
        "---\n",
        "variables:",
        "python=3.12",
        "3.12",
        "null",
        "<<",
        "&a ",
        "*a",
        "é😀",
        "\u2028",
        "\x85",
        "\x07",
        "://t:t@",
        "/t/x/",
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
def test_nothing_like_yaml_makes_it_fail(text: str) -> None:
    _check(text)


def _check(text: str) -> None:
    document = read_environment(text)
    lines = len(text.splitlines()) + 2
    for problem in document.problems + document.advice:
        assert problem.line is not None and 1 <= problem.line <= lines
        assert problem.column is not None and problem.column >= 1
        assert printable(problem.message) == problem.message and "\n" not in problem.message
        assert problem.hint
    if not document.problems:
        assert document.dependencies or document.pip


@pytest.mark.parametrize(
    "row", [row for row in PROBLEMS if not row[0].startswith("%")], ids=lambda row: repr(row[0])
)
def test_the_parser_without_libyaml_leads_to_the_same_words(
    row: tuple[str, str, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_text, "LOADER", yaml.SafeLoader)
    read_environment.cache_clear()
    (problem,) = read_environment(row[0]).problems
    assert row[1] in problem.message
    assert problem.line == row[2]


@pytest.mark.parametrize("dependencies", ["[six*]", "[pip, {pip: }]", "[pip, {pip: []}]"])
def test_what_conda_takes_is_no_problem(dependencies: str) -> None:
    document = read_environment(f"channels: [defaults]\ndependencies: {dependencies}\n")
    assert document.problems == ()
    assert [finding.fix is not None for finding in document.advice] == [True] * dependencies.count("{")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<<: {channels: [evil]}\ndependencies: [six]\n", 1),
        ("x: &a {channels: [evil]}\n<<: *a\ndependencies: [six]\n", 2),
        ("!x channels: [defaults]\ndependencies: [six]\n", 1),
        ("#\u2028b: |\n  channels: [evil]\n#\u2028dependencies: [six]\n", 1),
        ("#\x85b: |\n  channels: [evil]\n#\x85dependencies: [six]\n", 1),
        ("dependencies:\n  - pip\n  - pip:\n  \u2029  - evil\n", 4),
        ("dependencies: ['evil:x:six']\n", 1),
    ],
)
def test_what_conda_reads_as_other_channels_or_packages_is_a_problem(text: str, line: int) -> None:
    """Real conda 26.7.1 takes `evil` for a channel, or a package of pip's, in nearly all of these."""
    assert line in [problem.line for problem in read_environment(text).problems]


def test_an_option_of_pips_is_counted_as_no_package() -> None:
    text = "dependencies:\n  - pip\n  - pip:\n      - --index-url https://host/simple\n      - rich\n"
    assert read_environment(text).words == "1 package from the base image's channels and 1 from pip"
