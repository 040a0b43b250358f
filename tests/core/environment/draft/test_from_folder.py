"""The first environment.yml of a folder, and reading text files that users keep."""

from __future__ import annotations

import codecs
import errno
import itertools
import os
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.paths import ROOT
from tui.core.environment.document import read_environment
from tui.core.environment.draft.draft import Offer
from tui.core.environment.draft.from_folder import first_environment
from tui.core.environment.draft.python_version import choose_python
from tui.core.environment.requirements import applies, pip_requirement, read_requirement
from tui.core.errors import CondockError
from tui.core.files import read_text
from tui.core.first_plan import guess_plan
from tui.core.folder import look_at
from tui.core.plan import BuildPlan


def environment_template(folder: Path) -> str:
    return first_environment(folder, BuildPlan()).text


def test_a_bare_folder_gets_python_and_the_authenticated_channel(tmp_path: Path) -> None:
    folder = tmp_path / "My Project!"
    folder.mkdir()
    document = read_environment(environment_template(folder))
    assert (document.problems, document.advice, document.pip) == ((), (), ())
    assert document.name == "my-project"
    assert document.channels == ("defaults",)
    assert [dependency.text for dependency in document.dependencies] == ["python=3.13"]


def test_no_line_is_cut_where_the_dockerfile_stands_beside_it(tmp_path: Path) -> None:
    lines = environment_template(tmp_path / "my-app").splitlines()
    assert max(map(len, lines)) <= 49  # the editor at 120 columns, without its edges and numbers


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("2024", "2024"),
        ("yes", "yes"),
        ("1e5", "1e5"),
        ("...x", "x"),
        ("数据", "app"),
        ("null", "null"),
        ("A_b.C", "a_b.c"),
    ],
)
def test_the_name_stays_text(tmp_path: Path, folder: str, name: str) -> None:
    document = read_environment(environment_template(tmp_path / folder))
    assert (document.name, document.problems) == (name, ())


def test_what_the_code_needs_is_listed_and_not_twice(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("FastAPI[standard]>=0.1\n")
    (tmp_path / "main.py").write_text("import fastapi, yaml, odd\napp = fastapi.FastAPI()\n")
    draft = first_environment(tmp_path, guess_plan(look_at(tmp_path)))
    document = read_environment(draft.text)
    assert [dependency.name for dependency in document.dependencies] == ["python", "uvicorn", "pyyaml", "pip"]
    assert [requirement.text for requirement in document.pip] == ["FastAPI[standard]>=0.1"]
    assert [str(decision) for decision in draft.decisions] == [
        "FastAPI[standard]>=0.1 → pip (conda knows no extras)",
        "uvicorn, which your code needs → conda: uvicorn",
        "pyyaml, which your code needs → conda: pyyaml",
    ]


REQUIREMENTS = """\
# web
flask >= 2, <3   # the server
opencv-python-headless
uvicorn[standard]==0.30.*
tomli; python_version < "3.11"
tabulate ; sys_platform == "linux" and python_version >= "3.8"
odd-thing
numpy \\
  ~=1.26
-r more.txt
-c limits.txt
-e .
--index-url https://user:canary-71f2@example.com/simple
demo @ git+https://github.com/a/b
./wheels/x.whl

"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_each_line_goes_where_it_can_be_had_and_it_is_said_why(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "requirements.txt").write_bytes(REQUIREMENTS.replace("\n", "\r\n").encode(encoding))
    draft = first_environment(tmp_path, BuildPlan())
    document = read_environment(draft.text)
    assert (document.problems, document.advice) == ((), ())
    assert [one.text for one in document.dependencies] == [
        "python=3.12",
        "flask>=2,<3",
        "opencv",
        "tabulate",
        "numpy~=1.26",
        "pip",
    ]
    assert [one.text for one in document.pip] == [
        "uvicorn[standard]==0.30.*",
        'tomli; python_version < "3.11"',
        "odd-thing",
        "-r more.txt",
        "-c limits.txt",
        "demo @ git+https://github.com/a/b",
        "./wheels/x.whl",
    ]
    assert [str(decision) for decision in draft.decisions] == [
        "Python → python=3.12 (the newest that numpy ~=1.26 has files for)",
        "flask >= 2, <3 → conda: flask>=2,<3",
        "opencv-python-headless → conda: opencv",
        "uvicorn[standard]==0.30.* → pip (conda knows no extras)",
        'tomli; python_version < "3.11" → pip (its condition is left to pip)',
        'tabulate ; sys_platform == "linux" and python_version >= "3.8" → conda: tabulate',
        "odd-thing → pip (condock does not know that a channel has it)",
        "numpy ~=1.26 → conda: numpy~=1.26",
        "-r more.txt → pip (only pip understands it)",
        "-c limits.txt → pip (only pip understands it)",
        "-e . → left out (the application step copies your own code)",
        "--index-url https://••••@example.com/simple → left out (it has a token, or characters that cannot be "
        "seen)",
        "demo @ git+https://github.com/a/b → pip (only pip understands it)",
        "./wheels/x.whl → pip (only pip understands it)",
    ]
    assert "canary" not in draft.text + str(draft.decisions)


PINS = "pandas==2.1.4\nopencv-python\nopenpyxl\n"


def test_pins_stay_together_with_pip_until_the_channels_are_asked(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text(PINS)
    (tmp_path / "main.py").write_text("import cv2, sklearn\n")
    plan = guess_plan(look_at(tmp_path))
    document = read_environment(first_environment(tmp_path, plan).text)
    assert [one.text for one in document.dependencies] == ["python=3.12", "pip"]
    assert [one.text for one in document.pip] == [*PINS.split(), "scikit-learn"]
    has = Offer(("https://h/own",), {"pandas==2.1.4", "opencv"})
    draft = first_environment(tmp_path, plan, has)
    document = read_environment(draft.text)
    assert [one.text for one in document.dependencies] == [
        "python=3.12",
        "pandas==2.1.4",
        "opencv",
        "scikit-learn",
        "pip",
    ]
    assert [one.text for one in document.pip] == ["openpyxl"]
    assert document.channels == ("https://h/own",)
    assert "openpyxl → pip (no channel has it)" in map(str, draft.decisions)


@pytest.mark.parametrize(
    ("pins", "kernel", "python", "why"),
    [
        ("flask", "", (3, 13), ""),
        ("pandas==2.1.4", "3.11.6", (3, 11), "your notebook ran with it"),
        ("pandas==2.1.4\ntorch==2.1.0", "", (3, 11), "the newest that torch==2.1.0 has files for"),
        (
            "torch==2.1.0",
            "3.12.1",
            (3, 11),
            "the newest that torch==2.1.0 has files for, and your notebook's 3.12 is newer",
        ),
        ("numpy==99.1", "", (3, 13), ""),
        ("numpy==1.10.0", "", (3, 11), "the newest that numpy==1.10.0 has files for"),
        ("numpy>=1.10", "3.99", (3, 13), ""),
        ("numpy>=1.10", "2.7.18", (3, 13), ""),
        ("numpy==1.26.2", "no version", (3, 12), "the newest that numpy==1.26.2 has files for"),
    ],
)
def test_a_python_that_pins_and_notebooks_allow(pins: str, kernel: str, python: tuple[int, int], why: str) -> None:
    assert choose_python(map(read_requirement, pins.split("\n")), kernel) == (python, why)


def test_the_notebooks_own_python_is_taken(tmp_path: Path) -> None:
    notebook = ROOT / "tests/data/brought/notebook"
    draft = first_environment(notebook, guess_plan(look_at(notebook)))
    assert str(draft.decisions[0]) == "Python → python=3.11 (your notebook ran with it)"
    assert "  - python=3.11\n" in draft.text
    told = {decision.found: decision.why for decision in draft.decisions}
    assert told["pandas==2.1.4"] == "pinned, and no channel was asked"
    assert told["openpyxl"] == "it goes with those that are pinned"
    assert draft.note.startswith("Your lines pin versions.")
    asked = first_environment(notebook, guess_plan(look_at(notebook)), Offer(("defaults",), frozenset()))
    assert asked.note == ""


@pytest.mark.parametrize("content", ["", "[]", "{", '{"metadata": {"language_info": 3}}', "[" * 100_000])
def test_a_notebook_that_is_none_is_passed_over(tmp_path: Path, content: str) -> None:
    (tmp_path / "n.ipynb").write_text(content)
    plan = BuildPlan().change("application", files=("n.ipynb",))
    assert "python=3.13" in first_environment(tmp_path, plan).text


@pytest.mark.parametrize(
    ("marker", "met"),
    [
        ("", True),
        ('sys_platform == "win32"', False),
        ("platform_system != 'Windows' and python_version < '3.13'", True),
        ("python_version >= '3.12'", False),
        ("python_version < '3.10' or os_name == 'nt'", None),
        ("extra == 'x'", None),
        ("(os_name == 'posix')", None),
        ("python_version in '3.11'", None),
    ],
)
def test_a_condition_is_read_or_left_to_pip(marker: str, met: bool | None) -> None:
    assert applies(marker, (3, 11)) is met


@pytest.mark.parametrize(
    ("spec", "pip"),
    [
        ("numpy", "numpy"),
        ("numpy=1.26", "numpy==1.26.*"),
        ("numpy==1.26.4", "numpy==1.26.4"),
        ("numpy 1.26.4", "numpy==1.26.4"),
        ("numpy=1.26.4=py312_0", "numpy==1.26.4"),
        ("c::numpy >=1.2, <2", "numpy>=1.2,<2"),
        ("numpy=1.26.*", "numpy==1.26.*"),
        ("numpy ~=1.4.2", "numpy~=1.4.2"),
        ("numpy=1|2", ""),
        ("numpy >=1.*", ""),
        ("numpy[version='>1']", ""),
        ("numpy 1,<2", ""),
    ],
)
def test_a_package_of_condas_as_pip_has_it(spec: str, pip: str) -> None:
    assert pip_requirement(spec, "numpy") == pip


def test_an_unreadable_requirements_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_bytes(b"\xff\x00\xfe")
    assert read_environment(environment_template(tmp_path)).pip == ()


HOSTILE = ("a" + "==1" * 90, "a" * 299, "a " * 140, "a[" + "x," * 140, "a;" + "and " * 70, "a" * 9999)


@pytest.mark.parametrize("line", HOSTILE, ids=itertools.count())
def test_hostile_lines_are_read_in_a_moment(tmp_path: Path, line: str) -> None:
    (tmp_path / "requirements.txt").write_text(f"{line}\n" * 1_000)
    assert read_environment(environment_template(tmp_path)).problems == ()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="ab1[]<>=!~;,:#@&*'\"{}|%\\-_ .\n\té", max_size=60))
def test_any_requirements_file_gives_a_file_without_problems(tmp_path: Path, text: str) -> None:
    (tmp_path / "requirements.txt").write_text(text, encoding="utf-8")
    template = environment_template(tmp_path)
    assert read_environment(template).problems == ()
    assert yaml.safe_load(template)["channels"] == ["defaults"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"a\r\nb\n", "a\r\nb\n"),
        (codecs.BOM_UTF8 + "é".encode(), "é"),
        (codecs.BOM_UTF16_LE + "é".encode("utf-16-le"), "é"),
        (b"", ""),
    ],
)
def test_text_is_read_as_it_is(tmp_path: Path, content: bytes, text: str) -> None:
    (tmp_path / "f").write_bytes(content)
    assert read_text(tmp_path, "f") == text


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"a\nb\xff", "is not UTF-8 text (line 2)"), (b"\xff\xfea", "not UTF-8"), (b"x" * 11, "too large")],
)
def test_what_is_not_text_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "f").write_bytes(content)
    with pytest.raises(CondockError) as raised:
        read_text(tmp_path, "f", limit=10)
    assert said in raised.value.message


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, said in (
        ("folder", "not a file"),
        ("pipe", "not a file"),
        ("none", "not there"),
        ("a\0b", "cannot be the name of a file"),
    ):
        with pytest.raises(CondockError) as raised:
            read_text(tmp_path, name)
        assert said in raised.value.message


def test_a_file_of_somebody_else_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    (tmp_path / "f").touch()
    monkeypatch.setattr(os, "open", refuse)  # root, as in CI, may open every file
    with pytest.raises(CondockError, match="f cannot be read: Permission denied"):
        read_text(tmp_path, "f")


def test_no_comment_is_wider_than_an_editor_in_80_columns(tmp_path: Path) -> None:
    text = environment_template(tmp_path)
    comments = [line for line in text.splitlines() if "#" in line]
    assert len(comments) > 3
    assert max(map(len, comments)) <= 68  # beside the line numbers and the scroll bar
