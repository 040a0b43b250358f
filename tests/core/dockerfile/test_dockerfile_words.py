"""Names of files with characters that mean something to a Dockerfile, and values that would be an instruction.

What each word must look like was seen with Docker 26.1.5: all these files arrive under their names, those
with a star or question mark only beside a `COPY .`: no plan may name them (tests/core/test_file_names.py).
"""

from __future__ import annotations

import json
import re
import shlex

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tui.core.dockerfile.dockerfile import dockerfile, render
from tui.core.dockerfile.ignore import ignore_file
from tui.core.dockerfile.ignore_rules import ignored_by
from tui.core.locks.locks import Lock, LockKind
from tui.core.plan import Application, Build, BuildPlan, Environment, Form

names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1).filter(
    lambda name: "/" not in name and "\\" not in name and name.strip() == name and name.strip(".")
)


def copied(path: str) -> str:
    text = render(dockerfile(BuildPlan(application=Application(files=(path,), user="root"))))
    [line] = [line for line in text.splitlines() if line.startswith("COPY ") and "environment.yml" not in line][1:]
    return line.removeprefix("COPY ")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("app.py", "app.py ./app.py"),
        ("src/", "src ./src"),
        (".", ". ./"),
        ("données/été.csv", "données/été.csv ./données/été.csv"),
        ("my data", '["my data", "./my data"]'),
        ("it's", r"""["it\\'s", "./it\\'s"]"""),
        ('a"b', r'["a\\\"b", "./a\\\"b"]'),
        ("a$HOME", r'["a\\$HOME", "./a\\$HOME"]'),
        ("data[1].csv", '["data[[]1].csv", "./data[1].csv"]'),
        ("a*?", '["a[*][?]", "./a*?"]'),
        ("<<EOF", '["<<EOF", "./<<EOF"]'),
        ("[a]", '["[[]a]", "./[a]"]'),
        ("--from=builder", '["--from=builder", "./--from=builder"]'),
        ("#a", '["#a", "./#a"]'),
    ],
)
def test_a_file_is_copied_under_its_own_name(path: str, words: str) -> None:
    assert copied(path) == words


@given(names)
def test_any_name_is_one_word_that_means_itself(name: str) -> None:
    words = copied(name)
    source, target = json.loads(words) if words.startswith("[") else words.split(" ")
    # What BuildKit does with a word: a backslash keeps the next character from meaning anything.
    assert not re.search(r"""(?<!\\)["'$]""", source + target)
    assert re.sub(r"\\(.)", r"\1", target) == f"./{name}"
    assert re.sub(r"\[([*?[])\]", r"\1", re.sub(r"\\(.)", r"\1", source)) == name


@given(names)
def test_any_name_that_is_copied_is_sent_unless_it_is_a_leftover_or_a_key(name: str) -> None:
    assume(not re.search(r"^\.(env|git|anaconda|condarc|venv)|^__pycache__$|\.(pyc|pem|key)$", name.lower()))
    plan = BuildPlan(application=Application(files=(name,)))
    assert not ignored_by(ignore_file(plan))(name)


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("/app", "/app"),
        ("/my app", "/my app"),
        ("/a$HOME", r"/a\$HOME"),
        ("/it's", r"/it\'s"),
        ("/app\\", r"/app\\"),  # a single backslash at the end would swallow the next instruction
    ],
)
def test_the_working_folder_is_taken_as_it_is(folder: str, words: str) -> None:
    text = render(dockerfile(BuildPlan(application=Application(folder=folder))))
    assert f"\nWORKDIR {words}\n" in text


ODD = ["my env.yml", "it's.yml", "$(id).yml", "a;id.yml", "`id`.yml", "a\\b.yml", "<<EOF", "A=1 B=2 .yml"]
LONG = [f"{'x' * 80} --file {quote}--prefix y.yml" for quote in ("", "'", '"', "'\"' ")]


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("file", [*ODD, *LONG])
def test_the_environment_file_is_one_word_of_the_shell(file: str, form: Form) -> None:
    plan = BuildPlan(environment=Environment(file=file), build=Build(form=form))
    runs = [found.text.replace("\\\n", "") for found in dockerfile(plan) if " --prefix /env" in found.text]
    assert len(runs) == (2 if form is Form.ISOLATED else 1)
    for run in runs:
        words = shlex.split(run)
        assert words[words.index("/env") + 2] == file


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", [*ODD, *LONG])
def test_a_lock_file_is_one_word_of_the_shell(name: str, form: Form) -> None:
    lock = Lock(name, LockKind.EXPLICIT, ("linux-64",))
    plan = BuildPlan(environment=Environment(locks=(name,)), build=Build(form=form))
    (chosen,) = [found.text for found in dockerfile(plan, None, (lock,)) if "amd64)" in found.text]
    words = shlex.split(chosen.replace("\\\n", ""))
    assert words[words.index("amd64)") + 1] == f"lock={name}"
