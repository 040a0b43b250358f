"""The documents name what is there: files, folders, and the functions at each stop of a walk."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.paths import ROOT

DOCUMENTS = ("ARCHITECTURE.md", "CONTRIBUTING.md")
PLACE = re.compile(r"`((?:tui|screens|tests|assets)/[\w./…*-]*?)(?::(\w+))?`")


def places(document: str) -> set[tuple[str, str]]:
    found = {(path, name) for path, name in PLACE.findall((ROOT / document).read_text()) if "…" not in path}
    assert len(found) > 10
    return found


def names_in(path: Path) -> set[str]:
    """What the module defines, in classes too."""
    nodes = ast.walk(ast.parse(path.read_text()))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_place_is_there(document: str) -> None:
    assert {path for path, _ in places(document) if not (ROOT / path).exists()} == set()
    stops = [(path, name) for path, name in places(document) if name]
    assert {f"{path}:{name}" for path, name in stops if name not in names_in(ROOT / path)} == set()


def test_the_walks_have_their_stops() -> None:
    walks = (ROOT / "ARCHITECTURE.md").read_text().partition("## Five walks")[2].partition("## Where")[0]
    stops = [len([name for _, name in PLACE.findall(walk) if name]) for walk in walks.strip().split("\n\n")]
    assert len(stops) == 5
    assert min(stops) >= 8


def test_every_room_of_the_core_is_on_the_map() -> None:
    core = ROOT / "tui/core"
    rooms = {path for path in core.iterdir() if path.name not in ("__init__.py", "__pycache__")}
    rooms |= {path for path in core.rglob("*") if path.is_dir() and path.name != "__pycache__"}
    named = {path.rstrip("/") for path, _ in places("ARCHITECTURE.md")}
    assert {str(room.relative_to(ROOT)) for room in rooms} - named == set()


def test_the_table_has_the_thirteen_changes() -> None:
    table = (ROOT / "ARCHITECTURE.md").read_text().partition("## Where do I change")[2]
    assert len(re.findall(r"^\| (?!what \||-)", table, re.MULTILINE)) == 13
