"""The packages that a folder's code imports: read from its syntax trees, and never run."""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from tui.core.application.python_files import SourceCode, notebooks, python_sources
from tui.core.dataclass import dataclass

_MOST_CODE = 2_000_000
"""Characters that are read in all."""
_LONGEST_CODE = 500_000
"""Characters of one file, or of all cells of a notebook."""
_LONGEST_NAME = 100
_MOST = 500

_GONE = frozenset(
    ("asynchat", "asyncore", "binhex", "cgi", "cgitb", "chunk", "crypt", "distutils", "imghdr", "imp", "lib2to3",
     "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes", "smtpd", "sndhdr", "spwd", "sunau",
     "telnetlib", "uu", "xdrlib")
)  # fmt: skip
"""Modules that left the standard library in Python 3.12 and 3.13 (PEP 594, PEP 632)."""
_NEW = frozenset(("annotationlib", "compression"))
"""Modules that came into it with Python 3.14."""
_OF_PYTHON = sys.stdlib_module_names | _GONE | _NEW | {"__main__"}
_LINE = r"(?a)from[ ]++([A-Za-z_][\w.]*+)[ ]++import\b|import[ ]++([\w., ]++)"
_WORD = r"(?a)(?:^|,) *+([A-Za-z_][\w.]*+)"
_MISSED = ("ImportError", "ModuleNotFoundError", "Exception", "BaseException")
"""The errors that code catches which does without an import."""


@dataclass(frozen=True)
class Import:
    """A module that is imported, and where first."""

    name: str
    """With dots, such as `google.cloud.storage`."""
    file: str
    """Relative to the folder."""
    line: int
    """Counted from 1; of a notebook, in the code of all its cells."""


def find_imports(folder: Path, files: Iterable[str]) -> tuple[Import, ...]:
    """The modules that files and folders of the folder import and that are neither Python's nor its own.

    What code can do without is left out: imports in a `try` that catches that, or for type checkers alone.
    Each module once, in the order of the files; code that is no Python 3 is read line by line.
    """
    sources = python_sources(folder)
    own = {part.removesuffix(".py") for source in sources for part in source.path.parts}
    copied = tuple(PurePosixPath(file) for file in files)
    found: dict[str, Import] = {}
    left = _MOST_CODE
    for source in (*sources, *notebooks(folder)):
        if not any(source.path.is_relative_to(path) for path in copied) or len(source.text) > min(
            left, _LONGEST_CODE
        ):
            continue
        left -= len(source.text)
        for name, line in _of_source(source):
            top = name.partition(".")[0]
            if top not in _OF_PYTHON and top not in own and len(name) <= _LONGEST_NAME and len(found) < _MOST:
                found.setdefault(name, Import(name, str(source.path), line))
    return tuple(found.values())


def _of_source(source: SourceCode) -> Iterator[tuple[str, int]]:
    """The names and lines of the imports that the code cannot do without."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of odd escapes in strings, which are not ours
            tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        yield from _by_line(source.text)
        return
    waiting: list[ast.stmt] = [*reversed(tree.body)]
    while waiting:
        statement = waiting.pop()
        if isinstance(statement, ast.Import):
            yield from ((alias.name, statement.lineno) for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            yield from _from(statement)
        else:
            waiting += reversed(list(_inside(statement)))


def _from(statement: ast.ImportFrom) -> Iterator[tuple[str, int]]:
    """`from a import b`: `a.b` may be a module, and decides which package it is where several share `a`."""
    if statement.level == 0 and statement.module:
        for alias in statement.names:
            yield statement.module if alias.name == "*" else f"{statement.module}.{alias.name}", statement.lineno


def _inside(statement: ast.stmt) -> Iterator[ast.stmt]:
    """The statements within one, without those that may fail or are not run."""
    if isinstance(statement, ast.Try | ast.TryStar) and any(map(_catches_missing, statement.handlers)):
        yield from statement.finalbody
        return
    if isinstance(statement, ast.With) and any(_suppresses(item.context_expr) for item in statement.items):
        return
    if isinstance(statement, ast.If) and _is_never(statement.test):
        yield from statement.orelse
        return
    for name in ("body", "orelse", "finalbody"):
        yield from getattr(statement, name, ())
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield from part.body


def _catches_missing(handler: ast.ExceptHandler) -> bool:
    caught = handler.type
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return caught is None or any(_name(name) in _MISSED for name in names)


def _suppresses(context: ast.expr) -> bool:
    """`suppress(ImportError)`."""
    return (
        isinstance(context, ast.Call)
        and _name(context.func) == "suppress"
        and any(_name(argument) in _MISSED for argument in context.args)
    )


def _is_never(test: ast.expr) -> bool:
    """True of a condition that no program meets, or none on Linux: `TYPE_CHECKING`, `sys.platform == "win32"`."""
    if isinstance(test, ast.Constant):
        return not test.value
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
        other = test.comparators[0]
        systems = ("win32", "darwin", "cygwin", "nt", "Windows", "Darwin")
        return isinstance(other, ast.Constant) and other.value in systems
    return _name(test) == "TYPE_CHECKING"


def _name(node: ast.expr | None) -> str:
    """The last part of a name such as `typing.TYPE_CHECKING`; empty for anything else."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _by_line(text: str) -> Iterator[tuple[str, int]]:
    """The imports that stand in no block."""
    for number, line in enumerate(text.splitlines(), 1):
        if found := re.match(_LINE, line[:1_000]):
            origin, plain = found.groups()
            yield from ((name, number) for name in ([origin] if origin else re.findall(_WORD, plain)))
