"""The X-ray: sizes, what each COPY takes, what smells, and which rule keeps it back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.planted import JWT
from tui.core.plan import Application, BuildPlan
from tui.core.plan_file import dump_plan
from tui.core.project import open_project
from tui.core.proof.context.smells import smell_of_content, smell_of_name
from tui.core.proof.context.xray import xray, xray_lines


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    plan = BuildPlan(application=Application(files=("app.py", "src"), command="python app.py"))
    files = {
        "condock.yml": dump_plan(plan),
        "environment.yml": "channels: [defaults]\ndependencies: [python]\n",
        "app.py": "x" * 100,
        "src/a.ipynb": json.dumps({"cells": [{"outputs": [{"text": "a"}]}]}, indent=1),
        "src/clean.ipynb": json.dumps({"cells": [{"outputs": []}]}, indent=1),
        "src/token.py": f"T = '{JWT}'\n",
        "src/.env": "A=b\n",
        ".git/config": "",
        "elsewhere/.netrc": "",
        "id_rsa": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_what_is_sent_and_what_each_copy_takes(folder: Path) -> None:
    found = xray(open_project(folder))
    assert found.files == 5
    taken = {copy.instruction.split()[-2]: copy.files for copy in found.copies}
    assert taken == {"environment.yml": 1, "app.py": 1, "src": 3}
    assert next(copy.size for copy in found.copies if copy.instruction.endswith("app.py ./app.py")) == 100
    assert sum(copy.size for copy in found.copies) == found.size


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("key = 'AKIA" + "A7" * 8 + "'", "a key of AWS"),
        ("gho_" + "aB3" * 12, "a token of GitHub"),
        ("see task-" + "a-" * 30, ""),
        ("OPENAI=sk-proj-" + "a1" * 30, "a key of OpenAI"),
    ],
)
def test_the_keys_of_others_are_told_from_words(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "notes").write_text(text)
    smell = smell_of_content(str(tmp_path / "notes"), 100)
    assert smell == (f"holds something like {words}" if words else "")


def test_what_smells_and_what_keeps_it_back(folder: Path) -> None:
    smells = {smell.path: smell for smell in xray(open_project(folder)).smells}
    assert {path for path, smell in smells.items() if smell.sent} == {"src/a.ipynb", "src/token.py"}
    assert {path: smell.rule for path, smell in smells.items() if not smell.sent} == {
        "src/.env": "**/.env",
        ".git": "**/.git",
        "id_rsa": "*",
    }
    lines = list(xray_lines(xray(open_project(folder))))
    assert lines[0].startswith("Sent to the builder: 5 files, ")
    assert "  ! src/token.py: holds something like a token (JWT); is sent" in lines
    assert "    .git: the whole history of the folder; kept back by **/.git" in lines
    assert JWT not in "\n".join(lines)


def test_a_dockerfile_of_somebody_else_is_taken_as_it_is(folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM a\nCOPY . /app\n")
    (folder / "Dockerfile.dockerignore").write_text("src\n")
    found = xray(open_project(folder))
    assert [copy.instruction for copy in found.copies] == ["COPY . /app"]
    sent = {smell.path for smell in found.smells if smell.sent}
    assert sent == {".git", "elsewhere/.netrc", "id_rsa"}


def test_a_large_folder(folder: Path) -> None:
    with (folder / "src/big").open("wb") as file:
        file.truncate(150_000_000)
    assert ("src", "large: 150 MB") in {(smell.path, smell.what) for smell in xray(open_project(folder)).smells}


@pytest.mark.parametrize(
    ("text", "smells"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----", True),
        ("AKIAABCDEFGHIJKLMNOP", True),
        ("ghp_" + "a" * 36, True),
        ("https://host/t/ab-12345678/conda", True),
        ("an ordinary text about AKIA and ghp_", False),
    ],
)
def test_keys_of_other_kinds(tmp_path: Path, text: str, smells: bool) -> None:
    (tmp_path / "file").write_text(text)
    assert bool(smell_of_content(str(tmp_path / "file"), 10)) is smells


def test_a_name_is_a_files_or_a_folders() -> None:
    assert smell_of_name("a/.git/") and not smell_of_name("a/.git")
    assert smell_of_name("x/.env") and not smell_of_name("x/.env/")
