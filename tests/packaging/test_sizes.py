"""What is read in one go stays short: modules, functions, and classes by their own methods."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.paths import ROOT

LINES, FUNCTION, METHODS = 250, 35, 20
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def too_long(path: Path) -> Iterator[str]:
    text = path.read_text()
    name = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path.name
    if (lines := len(text.splitlines())) > LINES:
        yield f"{name} has {lines} lines"
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, FUNCTIONS)
            and (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION
        ):
            yield f"{name}:{node.lineno} {node.name} has {lines} lines"
        if (
            isinstance(node, ast.ClassDef)
            and (count := sum(isinstance(part, FUNCTIONS) for part in node.body)) > METHODS
        ):
            yield f"{name}:{node.lineno} {node.name} has {count} methods"


def test_nothing_is_too_long() -> None:
    files = [path for folder in ("tui", "screens") for path in sorted((ROOT / folder).rglob("*.py"))]
    assert files
    assert [found for path in files for found in too_long(path)] == []


def test_what_is_too_long_would_be_found(tmp_path: Path) -> None:
    method = "    def m{}(self): ...\n"
    function = "def f():\n" + "    x = 1\n" * FUNCTION
    (tmp_path / "long.py").write_text(
        "class C:\n" + "".join(map(method.format, range(21))) + function + "\n" * 250
    )
    assert [found.partition(" ")[2] for found in too_long(tmp_path / "long.py")] == [
        "has 308 lines",
        "C has 21 methods",
        "f has 36 lines",
    ]
