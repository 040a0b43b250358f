"""Docstrings say what a thing is, and few begin with What, Whether, Where or Which: read in a row, those drone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.paths import ROOT

FIRST_WORDS = ("What", "Whether", "Where", "Which")
HOLDERS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def docstrings(path: Path) -> Iterator[str]:
    """Of the module, its classes and functions, and of values, below which they stand."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, HOLDERS):
            for part in node.body:
                match part:
                    case ast.Expr(value=ast.Constant(value=str(text))):
                        yield text


def test_few_docstrings_begin_with_the_same_words() -> None:
    files = [path for folder in ("tui", "screens") for path in (ROOT / folder).rglob("*.py")]
    texts = [text for path in files for text in docstrings(path)]
    droning = [text for text in texts if text.split()[0] in FIRST_WORDS]
    assert len(texts) > 1000
    assert len(droning) * 20 <= len(texts), droning


def test_every_module_says_what_it_is_for() -> None:
    files = [path for folder in ("tui", "screens") for path in (ROOT / folder).rglob("*.py")]
    assert [path.name for path in files if not ast.get_docstring(ast.parse(path.read_text()))] == []


def test_a_docstring_below_a_value_counts_too(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text('"""One."""\nX = 1\n"""What two."""\nclass C:\n    x = 1\n    """Where."""\n')
    assert [*docstrings(tmp_path / "m.py")] == ["One.", "What two.", "Where."]
