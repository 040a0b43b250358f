"""The JSON schema of condock.yml, made from the plan: `make schema` writes it into the assets."""

from __future__ import annotations

import ast
import inspect
import json
from enum import StrEnum
from itertools import pairwise
from typing import Any, get_type_hints

from tui.core import plan
from tui.core.dataclass import fields
from tui.core.plan_file import VERSION

_TEXT = {"type": ["string", "number", "null"]}


def schema_text() -> str:
    """The schema as its file has it."""
    return json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n"


def plan_schema() -> dict[str, Any]:
    """The schema (draft 7): a description and a default for every value of the plan."""
    version = {"type": "integer", "minimum": 1, "maximum": VERSION, "description": "The version of this format."}
    kinds = get_type_hints(plan.BuildPlan)
    sections = {section.name: _section(kinds[section.name]) for section in fields(plan.BuildPlan)}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "condock.yml",
        "description": "The plan of an image, written by condock.",
        "type": "object",
        "additionalProperties": False,
        "properties": {"version": version, **sections},
    }


def _section(kind: type[Any]) -> dict[str, Any]:
    about, kinds = _descriptions(kind), get_type_hints(kind)
    values = {
        value.name: {
            "description": about[value.name],
            **_kind(kinds[value.name]),
            "default": list(value.default) if isinstance(value.default, tuple) else value.default,
        }
        for value in fields(kind)
    }
    return {
        "description": inspect.getdoc(kind),
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": values,
    }


def _kind(kind: Any) -> dict[str, Any]:
    """The values that condock reads as this: a text may be written as a number, and is one then."""
    if kind == tuple[str, ...]:
        return {"type": ["array", "null"], "items": {"type": ["string", "number"]}}
    if kind is bool:
        return {"type": "boolean"}
    return {"enum": [choice.value for choice in kind]} if issubclass(kind, StrEnum) else _TEXT


def _descriptions(kind: type[Any]) -> dict[str, str]:
    """The docstring below each value of a section: Python itself forgets them."""
    [tree] = ast.parse(inspect.getsource(kind)).body
    found: dict[str, str] = {}
    body = getattr(tree, "body", [])
    for before, after in pairwise(body):
        match before, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = " ".join(text.split())
    return found


if __name__ == "__main__":
    print(schema_text(), end="")
