"""condock.yml: what was saved is what is loaded, and what is not a plan is refused with its line."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.errors import CondockError
from tui.core.plan import Application, BuildPlan
from tui.core.plan_file import dump_plan, load_plan, read_plan_file

plans = st.builds(
    BuildPlan,
    **{field.name: st.from_type(get_type_hints(BuildPlan)[field.name]) for field in fields(BuildPlan)},
)


@given(plans)
def test_loading_what_was_saved_gives_the_same_plan(plan: BuildPlan) -> None:
    assert load_plan(dump_plan(plan)) == plan


@given(st.text())
def test_any_text_is_a_plan_or_refused(text: str) -> None:
    try:
        load_plan(text)
    except CondockError as error:
        assert "condock.yml, line" in error.message


def test_what_is_left_out_has_its_default() -> None:
    assert load_plan("version: 1\napplication:\n  port: 8000\n") == replace(
        BuildPlan(), application=Application(port="8000")
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("version: 1\nbase:\n  bulider: x\n", 3, "`bulider` is not a setting"),
        ("version: 2\n", 1, "this file has version 2"),
        ("version: new\n", 1, "whole number"),
        ("version: 1\nbase: [a\n", 3, "not YAML"),
        ("- a\n", 1, "name: value"),
        ("build:\n  image: a\n  image: b\n", 3, "twice"),
        ("application:\n  files: app.py\n", 2, "must be a list"),
        ("application:\n  files:\n  - a: b\n", 3, "list of texts"),
        ("application:\n  port: [1]\n", 2, "single value"),
        ("base:\n  accept_tos: maybe\n", 2, "true or false"),
        ("secret:\n  mode: file\n", 2, "cannot be `file`"),
    ],
)
def test_refused_with_the_line(text: str, line: int, said: str) -> None:
    with pytest.raises(CondockError) as caught:
        load_plan(text)
    assert f"line {line}:" in caught.value.message
    assert said in caught.value.message
    assert caught.value.hint


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "condock.yml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CondockError, match="UTF-8"):
        read_plan_file(path)
