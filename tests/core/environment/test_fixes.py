"""What the doctor mends: one row a fix, the text before and after, and where it is known from that conda minds."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest
import yaml

from tui.core import yaml_text
from tui.core.environment.document import read_environment
from tui.core.environment.edits import Edit, apply_edits, fix_diff
from tui.core.environment.findings import Finding
from tui.core.errors import Problem

TRIED = "conda 26.7.1, tried with channels on loopback"
ENV_PY = "conda 26.7.1, conda/env/env.py"
MATCH_SPEC = "conda 26.7.1, conda/models/match_spec.py, read"
INSTALL_PY = "conda 26.7.1, conda/cli/install.py, `list(pkg_specs)`: a text becomes its letters"
PYYAML = "PyYAML 6.0.3, the error of the parser"
OURS = "condock: the image is Linux, and holds one environment in /env"
OF_NAMES = "condock: no package is named with a dash that stands alone"
SELECTORS = "conda/conda-lock, src_parser/selectors.py"
DEPS = "dependencies:\n"


class Row(NamedTuple):
    before: str
    place: tuple[int, int]
    said: str
    after: str
    source: str


ROWS = [
    # Items that conda drops or misreads
    Row(
        DEPS + "  - uvicorn[standard]>=0.3  # web\n",
        (2, 5),
        "drops the extra",
        DEPS + "  - uvicorn>=0.3  # web\n",
        TRIED,
    ),
    Row(DEPS + "  - numpy=>1.2\n", (2, 5), "`=>` is not a comparison", DEPS + "  - numpy>=1.2\n", TRIED),
    Row(DEPS + "  - numpy =<2\n", (2, 5), "`=<` is not a comparison", DEPS + "  - numpy <=2\n", MATCH_SPEC),
    Row(DEPS + "  - 'numpy=>1.2'\n", (2, 5), "is not a comparison", DEPS + "  - 'numpy>=1.2'\n", TRIED),
    Row(DEPS + '  - "numpy=>1.2"\n', (2, 5), "is not a comparison", DEPS + '  - "numpy>=1.2"\n', TRIED),
    Row(DEPS + "  - numpy (>=1.2, <2)\n", (2, 5), "parentheses", DEPS + "  - numpy >=1.2, <2\n", TRIED),
    Row(DEPS + "  - numpy ( >=1.2\n", (2, 5), "parentheses", DEPS + "  - numpy >=1.2\n", TRIED),
    Row("dependencies: [numpy (>=1), a]\n", (1, 16), "parentheses", "dependencies: [numpy >=1, a]\n", TRIED),
    Row(
        DEPS + "  - python: 3.10  # old\n",
        (2, 5),
        "drops `python: 3.10`",
        DEPS + "  - python=3.10  # old\n",
        TRIED,
    ),
    Row(DEPS + "  - numpy: '>=1,<2'\n", (2, 5), "drops `numpy: >=1,<2`", DEPS + "  - numpy >=1,<2\n", TRIED),
    Row(DEPS + "  - numpy:  # any\n", (2, 5), "drops `numpy:`", DEPS + "  - numpy  # any\n", TRIED),
    Row(DEPS + "  - {a: 1}\n", (2, 6), "drops `a: 1`", DEPS + "  - a=1\n", TRIED),
    Row("dependencies: [a: '>=1,<2', b]\n", (1, 16), "drops", 'dependencies: ["a >=1,<2", b]\n', TRIED),
    Row(DEPS + "  - sel(linux): a=1\n", (2, 5), "drops `sel(linux): a=1`", DEPS + "  - a=1\n", TRIED),
    Row(DEPS + "  - b\n  - sel(win): a\n", (3, 5), "drops `sel(win): a`", DEPS + "  - b\n", TRIED),
    # Items that conda rejects
    Row(DEPS + "  - python=3.12,\n", (2, 5), "ends in a comma", DEPS + "  - python=3.12\n", TRIED),
    Row(DEPS + "  - a; python_version<'3'\n", (2, 5), "conditions behind `;`", DEPS + "  - a\n", MATCH_SPEC),
    Row(
        DEPS + "  - a; sys_platform == 'win32'  # shell\n  - b\n",
        (2, 5),
        "conditions behind `;`",
        DEPS + "  # shell\n  - b\n",
        MATCH_SPEC,
    ),
    Row(
        DEPS + "  - a\n  - 3.12\n", (3, 5), "is a number, not a package", DEPS + "  - a\n  - python=3.12\n", TRIED
    ),
    Row(DEPS + "  -\n  - a\n", (2, 4), "This item is empty", DEPS + "  - a\n", ENV_PY),
    Row(DEPS + "  - a\n  - ''", (3, 5), "does not begin with a package's name", DEPS + "  - a\n", MATCH_SPEC),
    Row(
        DEPS + "  - git+https://h/a/b  # ours\n",
        (2, 5),
        "only pip",
        DEPS + "  - pip:\n      - git+https://h/a/b  # ours\n",
        TRIED,
    ),
    Row(
        DEPS + "  - git+https://h/a  # ours\n  - pip\n  - pip:\n    - flask\n  - zlib\n",
        (2, 5),
        "only pip understands",
        DEPS + "  - pip\n  - pip:\n    - flask\n    - git+https://h/a  # ours\n  - zlib\n",
        TRIED,
    ),
    Row(
        DEPS + "- pip\n- a @ https://h/a.whl\n- pip:\n  - flask",
        (3, 3),
        "only pip understands",
        DEPS + "- pip\n- pip:\n  - flask\n  - a @ https://h/a.whl",
        TRIED,
    ),
    Row(
        "dependencies: [pip, git+https://h/a]\n",
        (1, 21),
        "only pip",
        "dependencies: [pip, pip: [git+https://h/a]]\n",
        TRIED,
    ),
    Row(DEPS + "  - click  - six\n", (2, 5), "several packages", DEPS + "  - click\n  - six\n", OF_NAMES),
    Row(
        DEPS + "- click >=8 - six - h11=1  # web\n- a\n",
        (2, 3),
        "several packages",
        DEPS + "- click >=8\n- six\n- h11=1  # web\n- a\n",
        OF_NAMES,
    ),
    # Lists that are none
    Row(
        DEPS + "  - pip\n  - pip: flask  # web\n",
        (3, 10),
        "is one text, not a list",
        DEPS + "  - pip\n  - pip:\n      - flask  # web\n",
        INSTALL_PY,
    ),
    Row(
        "dependencies: [pip, pip: flask]\n",
        (1, 26),
        "is one text, not a list",
        "dependencies: [pip, pip: [flask]]\n",
        INSTALL_PY,
    ),
    Row(
        "channels: defaults\ndependencies: [a]\n",
        (1, 11),
        "is one text",
        "channels:\n  - defaults\ndependencies: [a]\n",
        TRIED,
    ),
    Row(
        "dependencies:\n  numpy\n  pandas>=2\n", (2, 3), "is one text", DEPS + "  - numpy\n  - pandas>=2\n", TRIED
    ),
    Row(
        "dependencies:\n  -numpy\n\n  -pandas\n",
        (2, 3),
        "has no space behind it",
        DEPS + "  - numpy\n\n  - pandas\n",
        TRIED,
    ),
    Row(
        DEPS + "  - a\n    - numpy >1 # c\n",
        (3, 5),
        "end of the line above",
        DEPS + "  - a\n  - numpy >1 # c\n",
        PYYAML,
    ),
    Row(DEPS + "  - a\n\n    numpy\n", (4, 5), "end of the line above", DEPS + "  - a\n\n  - numpy\n", PYYAML),
    # Names and values of the file
    Row(
        "name: 3.10\ndependencies: [a]\n",
        (1, 7),
        "The name is a number",
        'name: "3.10"\ndependencies: [a]\n',
        ENV_PY,
    ),
    Row(
        "name: x\ndependencies: [a]\nname: x\n",
        (3, 1),
        "`name` is there twice",
        "name: x\ndependencies: [a]\n",
        TRIED,
    ),
    # Channels
    Row(
        "channels: ['', a]\ndependencies: [a]\n",
        (1, 12),
        "A channel is empty",
        "channels: [a]\ndependencies: [a]\n",
        ENV_PY,
    ),
    Row(
        "channels:\n- # none\n- a\ndependencies: [a]\n",
        (2, 2),
        "A channel is empty",
        "channels:\n# none\n- a\ndependencies: [a]\n",
        ENV_PY,
    ),
    # pip's part
    Row(
        DEPS + "  - pip\n  - pip: [a, '']\n",
        (3, 14),
        "An item of the pip list is empty",
        DEPS + "  - pip\n  - pip: [a]\n",
        OURS,
    ),
    # Not YAML
    Row(DEPS + "\t- a\n\t- b\n", (2, 1), "indented with a tab", DEPS + "  - a\n  - b\n", PYYAML),
    Row(
        DEPS + "  - a\n  -numpy\n",
        (3, 3),
        "neither `name: value` nor `- item`",
        DEPS + "  - a\n  - numpy\n",
        PYYAML,
    ),
    Row(
        DEPS + "  - python: >=3  # new\n",
        (2, 13),
        "cannot begin with `>`",
        DEPS + "  - python >=3  # new\n",
        PYYAML,
    ),
    Row(DEPS + "  - >=1\n  - a\n", (2, 5), "cannot begin with `>`", DEPS + '  - ">=1"\n  - a\n', PYYAML),
    Row(
        "variables:\n  A: *x\ndependencies: [a]\n",
        (2, 6),
        "cannot begin with `*`",
        'variables:\n  A: "*x"\ndependencies: [a]\n',
        PYYAML,
    ),
    Row(
        "name: @x # c\ndependencies: [a]\n",
        (1, 7),
        "begin with the character @",
        'name: "@x" # c\ndependencies: [a]\n',
        PYYAML,
    ),
    Row(
        "name: a: b\ndependencies: [a]\n",
        (1, 8),
        "colon is out of place",
        'name: "a: b"\ndependencies: [a]\n',
        PYYAML,
    ),
    Row("dependencies: - a\n  - b\n", (1, 15), "on the same line", "dependencies:\n  - a\n  - b\n", PYYAML),
    Row(DEPS + '  - "numpy\n  - b\n', (2, 5), "never closed", DEPS + '  - "numpy"\n  - b\n', PYYAML),
    Row(DEPS + "  - a\x1b\n", (2, 6), "invisible character", DEPS + "  - a\n", PYYAML),
    Row(DEPS + "\t- python: >=3\n\t- @a\n", (2, 1), "with a tab", DEPS + '  - python >=3\n  - "@a"\n', PYYAML),
]

ADVICE = [
    Row(DEPS + "  - numpy=1.2=py312h7f4fdc5_0\n", (2, 5), "the one build", DEPS + "  - numpy=1.2\n", TRIED),
    Row(DEPS + "  - a::numpy 1.2 py312_0\n", (2, 5), "the one build", DEPS + "  - a::numpy 1.2\n", TRIED),
    Row(DEPS + "  - a\n  - pywin32=300\n", (3, 5), "for Windows or macOS", DEPS + "  - a\n", OURS),
    Row("dependencies: [vc, a]\n", (1, 16), "for Windows or macOS", "dependencies: [a]\n", OURS),
    Row(
        "dependencies: [a, # one\n  vc, # two\n]\n",
        (2, 3),
        "for Windows",
        "dependencies: [a, # one\n  # two\n]\n",
        OURS,
    ),
    Row(DEPS + "  - a\nprefix: /opt/x  # mine\n", (3, 1), "folder of one machine", DEPS + "  - a\n# mine\n", OURS),
    Row("prefix: /opt/x\ndependencies: [a]\n", (1, 1), "folder of one machine", "dependencies: [a]\n", OURS),
    Row(
        "dependancies: [a]\ndependencie: [b]\n",
        (1, 1),
        "does not read",
        "dependencies: [a]\ndependencie: [b]\n",
        ENV_PY,
    ),
    Row(
        DEPS + "  - pip:\n    - flask\n",
        (2, 3),
        "pip is used below",
        DEPS + "  - pip\n  - pip:\n    - flask\n",
        ENV_PY,
    ),
    Row(
        "dependencies: [pip: [flask]]\n",
        (1, 15),
        "pip is used below",
        "dependencies: [pip, pip: [flask]]\n",
        ENV_PY,
    ),
    Row(
        DEPS + "  - a >=1\n  - b\n  - A>=1 # c\n",
        (4, 5),
        "is there twice",
        DEPS + "  - a >=1\n  - b\n  # c\n",
        OURS,
    ),
    Row(
        DEPS + "  - b\n  - a  # [win]\n",
        (3, 5),
        "is only a comment for conda",
        DEPS + "  - b\n  # - a  # [win]\n",
        SELECTORS,
    ),
    Row(
        "dependencies: [a]\nvariables:\n  A: x\n  A_TOKEN: y\n",
        (4, 3),
        "looks like a secret",
        "dependencies: [a]\nvariables:\n  A: x\n",
        OURS,
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: repr(row.before))
def test_mends_what_stands_in_the_way(row: Row) -> None:
    _check(row, read_environment(row.before).problems)
    assert row.said not in str(read_environment(row.after).problems)


@pytest.mark.parametrize("row", ADVICE, ids=lambda row: repr(row.before))
def test_mends_what_is_worth_a_look(row: Row) -> None:
    _check(row, read_environment(row.before).advice)
    assert not any(
        advice.line == row.place[0] and row.said in advice.message for advice in read_environment(row.after).advice
    )


def _check(row: Row, findings: tuple[Finding, ...]) -> None:
    finding = next(finding for finding in findings if row.said in finding.message)
    assert (finding.line, finding.column) == row.place
    assert finding.fix is not None and finding.fix.title
    assert apply_edits(row.before, finding.fix.edits) == row.after


@pytest.mark.parametrize("row", ROWS + ADVICE, ids=lambda row: repr(row.before))
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_mends_with_other_line_endings_and_a_byte_order_mark(row: Row, mark: str) -> None:
    before, after = (mark + text.replace("\n", "\r\n") for text in (row.before, row.after))
    document = read_environment(before)
    finding = next(found for found in document.problems + document.advice if row.said in found.message)
    assert finding.fix is not None
    assert apply_edits(before, finding.fix.edits) == after


@pytest.mark.parametrize("row", ROWS + ADVICE, ids=lambda row: repr(row.before))
def test_mends_the_same_without_libyaml(row: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "LOADER", yaml.SafeLoader)
    read_environment.cache_clear()
    document = read_environment(row.before)
    read_environment.cache_clear()
    finding = next(found for found in document.problems + document.advice if row.said in found.message)
    assert finding.fix is not None
    assert apply_edits(row.before, finding.fix.edits) == row.after


TOKEN = "zq-5e0c-canary-71f2"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"https://conda.anaconda.org/t/{TOKEN}/org", "https://conda.anaconda.org/org"),
        (f"https://conda.anaconda.org/t/{TOKEN}", "https://conda.anaconda.org"),
        (f"'https://me:{TOKEN}@example.com/c'", "'https://example.com/c'"),
        (f"https://{TOKEN}@example.com/c", "https://example.com/c"),
    ],
)
def test_a_token_goes_from_an_address_and_is_shown_nowhere(before: str, after: str) -> None:
    text = "channels:\n  - {}  # ours\ndependencies: [a]\n"
    (finding,) = read_environment(text.format(before)).problems
    assert finding.fix is not None
    assert apply_edits(text.format(before), finding.fix.edits) == text.format(after)
    diff = fix_diff(text.format(before), finding.fix)
    assert TOKEN not in diff + repr(finding)
    assert diff.startswith("-  - ") and "••••" in diff
    assert diff.endswith(f"\n+  - {after}  # ours")


def test_the_diff_of_a_fix_shows_only_what_changes() -> None:
    text = DEPS + "  - a\n  - uvicorn[standard]\n  - b\n"
    (finding,) = read_environment(text).problems
    assert finding.fix is not None
    assert fix_diff(text, finding.fix) == "-  - uvicorn[standard]\n+  - uvicorn"


def test_edits_are_in_the_places_of_the_text_as_it_was() -> None:
    edits = (Edit(3, 4, ""), Edit(0, 1, "xyz"), Edit(1, 1, "+"), Edit(4, 4, "!"))
    assert apply_edits("abcd", edits) == "xyz+bc!"
    assert apply_edits("", ()) == ""


def test_a_finding_is_a_problem_with_a_place_and_an_end() -> None:
    (finding,) = read_environment(DEPS + "  - numpy=>1.2  # c\n").problems
    assert isinstance(finding, Problem)
    assert (finding.line, finding.column, finding.end_column) == (2, 5, 15)
    assert str(replace(finding, message="Other.", line=None)) == f"Other. {finding.hint}"


# Where what is meant cannot be known, or an edit would change more than is seen.
@pytest.mark.parametrize(
    "text",
    [
        "channels: [/srv/conda]\ndependencies: [a]\n",
        DEPS + "  - python: 3\n    numpy: 1\n",
        DEPS + "  - python:\n      3.12\n",
        DEPS + "  - yes\n",
        DEPS + "  - python\n  - 3.12\n",
        DEPS + "  - [a]\n",
        DEPS + "  - ''\n",
        DEPS + "  - >-\n    numpy=>1\n",
        DEPS + "  - &x numpy=>1\n  - *x\n",
        "dependencies: [&x a, {b: *x}]\n",
        "dependencies: numpy\n  pandas\n",
        "dependencies:\n  -numpy\n   -pandas\n",
        "dependencies:\n  numpy\n  'pandas\n",
        "dependencies: [a\n  numpy]\n",
        "name: a\nname: b\ndependencies: [a]\n",
        "name:\ndependencies: [a]\n",
        DEPS + "  - pip\n  - pip: [a]\n  - pip: [b]\n",
        DEPS + "  - a\n---\nb: c\n",
        DEPS + "<<<<<<< HEAD\n  - a\n=======\n  - b\n>>>>>>> x\n",
        "dependencies: [a,\nname: x\n",
        "- a\n- b\n",
        b"name: caf\xe9\n".decode(errors="surrogateescape"),
        DEPS + "  - " + " " * 100_000 + "@a\n",
        "".join(f"  - >={number}\n" for number in range(40)).join((DEPS, "  - a\n")),
        "",
    ],
)
def test_what_cannot_be_mended_safely_is_only_said(text: str) -> None:
    findings = read_environment(text).problems
    assert findings
    assert all(finding.fix is None for finding in findings)
