"""What depends on the plan and the folder: the builder's conda, and the files that lines for pip name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.core.environment.build_checks import read_for_build
from tui.core.environment.document import read_environment
from tui.core.environment.edits import apply_edits
from tui.core.plan import BuildPlan

NODEFAULTS = "channels:\n  - conda-forge\n  - nodefaults  # ours alone\ndependencies: [a]\n"
TOKEN = "zq-5e0c-canary-71f2"


def _plan(builder: str) -> BuildPlan:
    return BuildPlan().change("base", builder=builder)


# conda 26.7.0 and 26.7.1 were tried, with channels on loopback: `nodefaults` becomes a channel.
# 26.5.3 honours it.
@pytest.mark.parametrize("tag", ["26.7.1-1", "26.7.0-1"])
def test_nodefaults_is_a_problem_where_conda_ignores_it(tag: str, tmp_path: Path) -> None:
    (problem,) = read_for_build(NODEFAULTS, _plan(f"continuumio/miniconda3:{tag}"), tmp_path).problems
    assert f"conda {tag[:6]} in this base takes `nodefaults` for a channel's name" in problem.message
    assert (problem.line, problem.column, problem.end_column) == (3, 5, 15)
    assert problem.fix is not None
    expected = "channels:\n  - conda-forge\n  # ours alone\ndependencies: [a]\n"
    assert apply_edits(NODEFAULTS, problem.fix.edits) == expected


@pytest.mark.parametrize("tag", ["26.5.3-1", "26.7.2-1", "latest"])
def test_nodefaults_is_none_where_conda_honours_it_or_nobody_knows(tag: str, tmp_path: Path) -> None:
    document = read_for_build(NODEFAULTS, _plan(f"continuumio/miniconda3:{tag}"), tmp_path)
    assert document == read_environment(NODEFAULTS)


def _with_pip(*lines: str) -> str:
    return "dependencies:\n  - pip\n  - pip:\n" + "".join(f"    - {line}\n" for line in lines)


def test_the_files_of_pip_are_told() -> None:
    document = read_environment(
        _with_pip(
            "-r requirements.txt",
            "--requirement=./requirements.txt",
            "-cconstraints/all.txt",
            "--constraint  'other.txt'",
            "./wheels/a-1-py3-none-any.whl",
            "b-1.tar.gz",
            "-r https://example.com/r.txt",
            "https://example.com/b-1.whl",
            "c @ https://example.com/c-1.whl",
            "flask>=2",
        )
    )
    named = ("requirements.txt", "constraints/all.txt", "other.txt", "wheels/a-1-py3-none-any.whl", "b-1.tar.gz")
    assert document.pip_files == named
    assert document.problems == ()


@pytest.mark.parametrize("line", ["-r ../r.txt", "-e .", ".", "./package", "/srv/a-1.whl", "-r /r.txt"])
def test_what_is_outside_or_a_folder_is_no_file_to_copy(line: str) -> None:
    document = read_environment(_with_pip(line))
    assert document.pip_files == ()
    assert len(document.problems) == 1


def test_files_that_are_there_are_fine(tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "r.txt").write_text("flask  # web\n-c c.txt\nhttps://example.com/a-1.whl\n")
    (tmp_path / "env" / "c.txt").write_text("flask<3\n")
    (tmp_path / "env" / "a-1.whl").write_bytes(b"PK\xff")
    plan = BuildPlan().change("environment", file="env/environment.yml")
    assert read_for_build(_with_pip("-r r.txt", "-c c.txt", "a-1.whl"), plan, tmp_path).problems == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "`r.txt` is not there"),
        ("-r more/base.txt\n", "r.txt needs `more/base.txt`, and only what environment.yml names is copied"),
        ("flask\n-e .\n", "In r.txt: `-e .` is a folder of this machine"),
        ("-c ../c.txt\n", "In r.txt: `-c ../c.txt` names a file outside the folder"),
        (f"--index-url https://u:{TOKEN}@example.com/simple\n", "In r.txt: The address --index-url https://••••@"),
        (b"flask\xff\xfe", "r.txt is not UTF-8 text"),
    ],
)
def test_what_is_wrong_with_a_file_of_pip_is_said_at_its_line(
    content: str | bytes | None, said: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "r.txt").write_bytes(content.encode() if isinstance(content, str) else content)
    (problem,) = read_for_build(_with_pip("flask", "-r r.txt"), BuildPlan(), tmp_path).problems
    assert said in problem.message
    assert (problem.line, problem.column, problem.end_column, problem.field) == (5, 7, 15, "environment")
    assert TOKEN not in repr(problem)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("flask\n")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "r.txt").symlink_to(tmp_path / "other.txt")
    (problem,) = read_for_build(_with_pip("-r r.txt"), BuildPlan(), folder).problems
    assert "`r.txt` leads outside the folder" in problem.message


@pytest.mark.parametrize("path", ["a" * 5_000, "a/" * 3_000 + "b", "%s", "é.txt"])
def test_no_name_makes_it_fail(path: str, tmp_path: Path) -> None:
    (problem,) = read_for_build(_with_pip(f"-r {path}"), BuildPlan(), tmp_path).problems
    assert "is not there" in problem.message
