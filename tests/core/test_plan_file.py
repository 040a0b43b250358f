"""condock.yml: what was saved is what is loaded, and what is not a plan is refused with its line."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import get_type_hints

import pytest
import yaml
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


def test_what_was_decided_is_saved_and_no_default_but_those_that_decide_what_the_image_is() -> None:
    plan = BuildPlan().change("application", port="8000").change("build", push=True)
    assert yaml.safe_load(dump_plan(plan)) == {
        "version": 2,
        "base": {"builder": "", "runtime": ""},
        "secret": {"mode": "variable"},
        "application": {"folder": "/app", "port": 8000, "command": "python", "user": "app"},
        "build": {"image": "app:latest", "form": "guide", "network": "default", "push": True},
    }


@pytest.mark.parametrize("text", ["", "version: 1\n", "version: 2\n"])
def test_what_is_left_out_means_the_same_for_ever(text: str) -> None:
    """A default may only change together with the version, and then not for files of the earlier ones."""
    assert asdict(load_plan(text)) == {
        "account": {"site": "", "domain": "anaconda.com", "hosts": ()},
        "base": {"builder": "", "runtime": "", "mirror": "", "accept_tos": False},
        "environment": {"file": "environment.yml", "locks": (), "base_channels": False, "cuda": ""},
        "secret": {
            "mode": "variable",
            "file": ".env",
            "plugin_channel": "https://repo.anaconda.cloud/repo/anaconda-tools",
        },
        "application": {"files": (), "folder": "/app", "port": "", "command": "python", "user": "app"},
        "build": {
            "image": "app:latest",
            "dockerfile": "Dockerfile",
            "form": "guide",
            "link_network": False,
            "network": "default",
            "platforms": (),
            "package_cache": False,
            "context": "",
            "builder": "",
            "push": False,
            "cache_from": (),
            "cache_to": (),
        },
    }


@given(plans)
def test_what_version_1_saved_is_still_read(plan: BuildPlan) -> None:
    """It saved every value."""
    values = asdict(plan, dict_factory=lambda pairs: {name: plain(value) for name, value in pairs})
    assert load_plan(yaml.safe_dump({"version": 1, **values})) == plan


def plain(value: object) -> object:
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, StrEnum) else value


def test_a_value_that_is_left_out_has_its_default() -> None:
    assert load_plan("version: 1\napplication:\n  port: 8000\n") == replace(
        BuildPlan(), application=Application(port="8000")
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("version: 1\nbase:\n  bulider: x\n", 3, "`bulider` is not a setting"),
        ("version: 3\n", 1, "this file has version 3"),
        ("version: new\n", 1, "whole number"),
        ("version: 1\nbase: [a\n", 3, "not YAML"),
        ("- a\n", 1, "name: value"),
        ("a: \x07\n", 1, "not YAML"),
        ("a: \udc80\n", 1, "not YAML"),
        ("[" * 60_000, 1, "nested too deeply"),
        ("".join(f"{' ' * level}a:\n" for level in range(60)), 1, "nested too deeply"),
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
    (tmp_path / "condock.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CondockError, match="UTF-8"):
        read_plan_file(tmp_path)
