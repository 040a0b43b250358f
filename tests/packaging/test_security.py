"""SECURITY.md names for each promise the tests that hold it, and they are there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.paths import ROOT

TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ROWS = [
    line
    for line in (ROOT / "SECURITY.md").read_text().partition("## What is not")[0].splitlines()
    if line.startswith("| ") and not line.startswith("| promise")
]


def test_there_are_promises() -> None:
    assert len(ROWS) >= 11


@pytest.mark.parametrize("row", ROWS, ids=[row[2:40] for row in ROWS])
def test_each_promise_has_tests_that_are_there(row: str) -> None:
    named = TEST.findall(row)
    assert named
    for path, name in named:
        nodes = ast.walk(ast.parse((ROOT / path).read_text()))
        assert name in {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
