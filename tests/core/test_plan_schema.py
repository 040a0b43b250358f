"""The schema that editors read says what condock.yml may hold."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import given, settings

from tests.core.test_plan_file import plans
from tui.core.assets import ASSETS
from tui.core.plan import BuildPlan
from tui.core.plan_file import SCHEMA, dump_plan
from tui.core.plan_schema import plan_schema, schema_text

KINDS = {
    "string": str,
    "number": int | float,
    "integer": int,
    "null": type(None),
    "boolean": bool,
    "array": list,
    "object": dict,
}


def test_the_asset_is_made_from_the_plan() -> None:
    assert (ASSETS / SCHEMA).read_text("utf-8") == schema_text(), "run `make schema`"


def test_every_value_says_what_it_is() -> None:
    sections = plan_schema()["properties"]
    assert all(section["description"].endswith(".") for section in sections.values())
    values = [value for section in sections.values() for value in section.get("properties", {}).values()]
    assert values and all(value["description"].endswith(".") for value in values)


@settings(deadline=None)
@given(plans)
def test_what_is_saved_fits(plan: BuildPlan) -> None:
    text = dump_plan(plan)
    assert text.startswith(f"# yaml-language-server: $schema={SCHEMA}\n")
    assert misfits(yaml.safe_load(text), plan_schema()) == []


def test_the_check_would_see_what_does_not_fit() -> None:
    plan = {"version": 2, "build": {"bulider": "x", "push": "maybe"}, "secret": {"mode": "file"}}
    assert misfits(plan, plan_schema()) == ["build.bulider", "build.push", "secret.mode"]


def misfits(data: dict[str, Any], schema: dict[str, Any], place: str = "") -> list[str]:
    """The places where data do not fit a schema, as far as this one needs to be understood."""
    found = []
    for name, value in data.items():
        kind = schema["properties"].get(name)
        if kind is None or not fits(value, kind):
            found.append(f"{place}{name}")
        elif isinstance(value, dict):
            found += misfits(value, kind, f"{name}.")
    return found


def fits(value: object, kind: dict[str, Any]) -> bool:
    if "enum" in kind:
        return value in kind["enum"]
    named = [kind["type"]] if isinstance(kind["type"], str) else kind["type"]
    return any(isinstance(value, KINDS[name]) for name in named)
