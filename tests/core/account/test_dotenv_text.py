"""The text of a .env file: what is read of it, and that no text of a sane size keeps its reader busy."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values

from tui.core.account.anaconda_auth import configured
from tui.core.account.dotenv_text import assignments, raw_lines
from tui.core.account.key_file import secret_file_facts, secret_file_problems
from tui.core.account.sources import dotenv_counts, dotenv_file
from tui.core.secret import KEY_VARIABLE

BOMBS = {
    "each value twice the one above": "A0=xx\n" + "".join(f"A{n + 1}=${{A{n}}}${{A{n}}}\n" for n in range(20)),
    "one value many times": f"A={'x' * 900}\nB={'${A}' * 90}\n",
    "its own value": "A=x\n" + "A=${A}${A}\n" * 20 + f"{KEY_VARIABLE}=x\n",
    "variables that never end": f"A={'${' * 2_000}\n",
    "blanks": f"A=a{' ' * 10_000}b\n",
    "lines": "=\n" * 2_000,
    "length": f"A={'x' * 100_000}\n",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_what_grows_or_takes_for_ever_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        assignments(text)
    path = tmp_path / ".env"
    path.write_text(text)
    layer = dotenv_file(tmp_path, {"HOME": str(tmp_path)})
    assert layer.problem and not layer.values
    assert [problem.message for problem in secret_file_problems(path)] == [
        ".env is not as people write such files."
    ]
    assert secret_file_facts(path, tmp_path).other_names == ()
    assert not dotenv_counts(tmp_path, {})  # nor is it given to anaconda-auth


def test_what_grows_by_the_environment_is_not_given_to_anaconda_auth(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"A={'${LARGE}' * 90}\n")
    assert dotenv_counts(tmp_path, {"LARGE": "x"})
    assert not dotenv_counts(tmp_path, {"LARGE": "x" * 1_000})


def test_a_pipe_is_not_given_to_anaconda_auth(tmp_path: Path) -> None:
    """It would wait for who writes, and the process of the wizard with it, when that has gone."""
    os.mkfifo(tmp_path / ".env")
    assert not dotenv_counts(tmp_path, {})
    configured(tmp_path)


def test_nothing_of_the_environment_is_filled_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "canary")
    text = "A=a\nB=${A}-${TOKEN:-none}\nC='$TOKEN ${TOKEN}'\nD\n"
    assert raw_lines(text) == {"A": "a", "B": "${A}-${TOKEN:-none}", "C": "$TOKEN ${TOKEN}", "D": None}
    assert assignments(text) == {"A": "a", "B": "a-none", "C": "$TOKEN "}


@pytest.mark.parametrize(
    "text", ["A=x\nA=${A}y\n", "A=x\nA\n", "A=x\n= y\n'A=z\n", "A=${A}\nA='${A:-b}'\nB=${A}\n"]
)
def test_it_is_what_python_dotenv_reads(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the build would have another key than the one that was looked at, and that is masked."""
    monkeypatch.delenv("A", raising=False)
    read = dotenv_values(stream=StringIO(text))
    assert assignments(text) == {name: value for name, value in read.items() if value is not None}
