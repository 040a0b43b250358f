"""The first environment.yml of a folder, and reading text files that users keep."""

from __future__ import annotations

import codecs
import errno
import os
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.core.environment.document import read_environment
from tui.core.environment.template import environment_template
from tui.core.errors import CondockError
from tui.core.files import read_text


def test_a_bare_folder_gets_python_and_the_authenticated_channel(tmp_path: Path) -> None:
    folder = tmp_path / "My Project!"
    folder.mkdir()
    document = read_environment(environment_template(folder))
    assert (document.problems, document.advice, document.pip) == ((), (), ())
    assert document.name == "my-project"
    assert document.channels == ("defaults",)
    assert [dependency.text for dependency in document.dependencies] == ["python=3.13"]


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


def test_known_packages_are_listed_and_not_twice(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("FastAPI[standard]>=0.1\n")
    document = read_environment(environment_template(tmp_path, ("fastapi", "uvicorn")))
    assert [dependency.name for dependency in document.dependencies] == ["python", "uvicorn", "pip"]
    assert [requirement.text for requirement in document.pip] == ["FastAPI[standard]>=0.1"]


REQUIREMENTS = """\
# web
flask >= 2, <3   # the server
uvicorn[standard]==0.30.*
tomli; python_version < "3.11"
numpy \\
  ~=1.26
-r more.txt
-e .
--index-url https://user:canary-71f2@example.com/simple
demo @ git+https://github.com/a/b
./wheels/x.whl

"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_plain_requirements_go_under_pip_and_the_rest_is_counted(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "requirements.txt").write_bytes(REQUIREMENTS.replace("\n", "\r\n").encode(encoding))
    text = environment_template(tmp_path)
    document = read_environment(text)
    assert (document.problems, document.advice) == ((), ())
    assert [requirement.text for requirement in document.pip] == [
        "flask >= 2, <3",
        "uvicorn[standard]==0.30.*",
        'tomli; python_version < "3.11"',
        "numpy    ~=1.26",
    ]
    assert "5 more" in text
    assert "canary" not in text


def test_an_unreadable_requirements_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_bytes(b"\xff\x00\xfe")
    assert read_environment(environment_template(tmp_path)).pip == ()


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
