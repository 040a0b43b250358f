"""Condock takes for a package what conda does, and nothing else."""

from __future__ import annotations

import json

import pytest

from tests.paths import DATA
from tui.core.environment.dependencies import name_of
from tui.core.environment.document import read_environment
from tui.core.environment.rule import judge
from tui.core.environment.rules import DEPENDENCY_RULES

ROWS = [json.loads(line) for line in (DATA / "environment-files/specs.jsonl").open()]
STRICTER = {
    "./six.conda": "no such file is in the build",
    "/pkgs/six-1.16.0-py_0.conda": "no such file is in the build",
    "file:///pkgs/six-1.16.0-py_0.conda": "no such file is in the build",
    "*": "it asks for every package there is",
    "^six.*$": "a name as a pattern is hardly meant",
    "::six": "the channel is missing",
    "six:1.16": "it is read as the package `1.16`",
    "six (>=1)": "what stands in parentheses is left out",
    "six(>=1)": "what stands in parentheses is left out",
    "python=>3.11": "it is read as `>3.11*`",
    "python=<3.11": "it is read as `<3.11*`",
}
"""What conda takes, and condock refuses; and why."""


def problems(spec: str) -> list[str]:
    text = f"channels: [defaults]\ndependencies:\n  - {json.dumps(spec)}\n"
    return [problem.message for problem in read_environment(text).problems]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["spec"])
def test_a_package_is_what_conda_takes_for_one(row: dict[str, str]) -> None:
    refused = "rejected" in row or row["spec"] in STRICTER
    assert bool(problems(row["spec"])) is refused


MENDED = {
    "six~1.16": None,
    "six='1.16'": "six=1.16",
    "six@1.16": "six=1.16",
    "six>=1 & <2": "six>=1,<2",
    "six <2 >=1": "six <2,>=1",
    "six=1.16.0=": "six=1.16.0",
    "six==1.16.0==py_0": "six==1.16.0=py_0",
    "six>=": "six",
    "six>=1.0|": "six>=1.0",
}


@pytest.mark.parametrize(("spec", "mended"), MENDED.items())
def test_a_mistake_is_mended_to_what_was_meant(spec: str, mended: str | None) -> None:
    verdict = judge(DEPENDENCY_RULES, spec)
    assert verdict is not None
    assert verdict.better == mended
    assert mended is None or problems(mended) == []


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("conda-forge/label/dev::six", "six"),
        ("https://repo.anaconda.com/pkgs/main::Six >=1", "six"),
        ("defaults/noarch::six", "six"),
        ("six[channel=conda-forge]", "six"),
        ("https://repo.anaconda.com/pkgs/main/noarch/six-1.16.0-py_0.conda", ""),
        ("six @ https://example.com/six.whl", "six"),
    ],
)
def test_the_name_of_a_package_whose_channel_is_named(spec: str, name: str) -> None:
    assert name_of(spec) == name
