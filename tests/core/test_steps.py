"""What stands in the way of a build, step by step, as every front end says it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.stages.account_service import make_jwt
from tui.core.account.find_key import find_key
from tui.core.engine.report import EngineReport
from tui.core.errors import Problem
from tui.core.plan import BuildPlan, SecretMode
from tui.core.plan_file import dump_plan
from tui.core.project import Project, open_project
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.steps import STEPS, obstacles, step_of, step_problems

KEY = make_jwt(4_102_444_800)
EXPLICIT = "@EXPLICIT\nhttps://repo.anaconda.com/pkgs/main/{0}/zlib-1.3.1-h5eee18b_0.conda\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project that nothing stands in the way of."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "environment.yml").write_text("dependencies:\n  - python\n")
    (folder / "app.py").write_text("")
    found = find_key(folder, {KEY_VARIABLE: KEY, "HOME": str(tmp_path)})
    return replace(open_project(folder), search=found, engine=EngineReport(platform="linux/amd64"))


def found(project: Project) -> list[tuple[str, str]]:
    """The steps and the fields of all problems."""
    problems = obstacles(project)
    assert all(problem.message and problem.hint.endswith((".", "`")) for _, problem in problems)
    return [(step.key, problem.field) for step, problem in problems]


def test_the_steps_are_eight_and_every_one_says_what_it_is_for() -> None:
    assert [step.key for step in STEPS] == [
        "start",
        "account",
        "base",
        "dependencies",
        "secret",
        "application",
        "preview",
        "build",
    ]
    assert all(step.title and step.summary.endswith(".") for step in STEPS)


def test_a_sound_project_has_no_obstacle(project: Project) -> None:
    assert found(project) == []


@pytest.mark.parametrize(
    ("section", "field", "value", "step"),
    [
        ("base", "builder", "", "base"),
        ("base", "builder", "a b", "base"),
        ("base", "runtime", "debian:13@sha256:0", "base"),
        ("base", "runtime", "alpine:3.22", "base"),
        ("base", "runtime", "docker.io/library/alpine", "base"),
        ("base", "runtime", "python:3.13-alpine3.22", "base"),
        ("base", "mirror", "https://mirror.example.com", "base"),
        ("environment", "cuda", "12.x", "base"),
        ("environment", "cuda", "12.4 --yes", "base"),
        ("environment", "cuda", "١٢", "base"),
        ("application", "files", ("gone.py",), "application"),
        ("application", "port", "0", "application"),
        ("application", "command", "python 'app.py", "application"),
        ("application", "folder", "app", "application"),
        ("application", "user", "Me!", "application"),
        ("secret", "plugin_channel", "", "secret"),
        ("secret", "plugin_channel", "  ", "secret"),
        ("secret", "plugin_channel", "https://example.com/tools https://example.com/more", "secret"),
        ("secret", "plugin_channel", "conda-forge ", "secret"),
        ("secret", "plugin_channel", "http://127.0.0.1:1/toolshttps://repo.anaconda.cloud/repo/tools", "secret"),
        ("secret", "plugin_channel", "https://example.com/$TOOLS", "secret"),
        ("build", "image", "shop@sha256:0", "preview"),
        ("build", "image", "Shop", "preview"),
        ("build", "image", "continuumio/miniconda3:mine", "preview"),
        ("build", "image", "docker.io/library/debian", "preview"),
        ("environment", "file", "environment\u202e.yml", "preview"),
        ("build", "network", "bridge", "preview"),
        ("build", "dockerfile", "../Dockerfile", "preview"),
    ],
)
def test_a_value_that_cannot_work_is_named(
    project: Project, section: str, field: str, value: object, step: str
) -> None:
    assert found(project.change(section, **{field: value})) == [(step, f"{section}.{field}")]


@pytest.mark.parametrize(
    "channel", ["anaconda-tools", "team/tools", "http://127.0.0.1:1/tools", "https://e.com/a/"]
)
def test_a_channel_of_the_plug_in_by_name_or_address_is_no_obstacle(project: Project, channel: str) -> None:
    assert not list(step_of("secret").problems(project.change("secret", plugin_channel=channel)))


def test_without_a_key_nobody_asks_for_the_plug_in(project: Project) -> None:
    assert found(project.change("secret", mode=SecretMode.NONE, plugin_channel="")) == []


@pytest.mark.parametrize(
    "runtime", ["frolvlad/alpine-glibc:glibc-2.39", "alpine.example.com/debian:13", "team/alpine:1"]
)
def test_what_is_only_called_alpine_is_not_in_the_way(project: Project, runtime: str) -> None:
    assert found(project.change("base", runtime=runtime)) == []


def test_a_base_that_asks_for_terms_wants_a_yes(project: Project) -> None:
    asking = project.change("base", builder="anaconda/miniconda:26.7.1")
    assert found(asking) == [("base", "base.accept_tos")]
    assert found(asking.change("base", accept_tos=True)) == []


# The key


def test_the_key_is_missed_only_where_it_is_mounted_as_a_variable(project: Project, tmp_path: Path) -> None:
    project = replace(project, search=find_key(project.path, {"HOME": str(tmp_path)}))
    assert found(project) == [("account", "account")]
    assert found(project.change("secret", mode=SecretMode.DOTENV)) == [("secret", "secret.file")]
    assert found(project.change("secret", mode=SecretMode.NONE)) == []


def test_before_anybody_has_looked_one_waits(project: Project) -> None:
    assert found(replace(project, search=None, engine=None)) == [("account", "account"), ("build", "engine")]


def test_a_pasted_key_goes_before_a_found_one(project: Project) -> None:
    assert found(replace(project, pasted=Secret("two words"))) == [("account", "key")]
    assert found(replace(project, search=None, pasted=Secret(KEY))) == []


def test_the_secret_step_is_passed_over_without_a_key(project: Project) -> None:
    step = step_of("secret")
    public = project.change("secret", mode=SecretMode.NONE)
    assert step.applies(project)
    assert not step.applies(public)
    assert step_problems(step, public) == ()


# The dependencies


@pytest.mark.parametrize(
    ("platform", "lock", "fields"),
    [
        ("linux/amd64", "linux-64", []),
        ("linux/arm64/v8", "linux-aarch64", []),
        ("linux/arm64", "linux-64", [("dependencies", "environment.locks")]),
        ("linux/amd64", "win-64", [("dependencies", "environment.locks")]),
        ("", "linux-64", []),
    ],
)
def test_a_lock_has_to_fit_the_engine(
    project: Project, platform: str, lock: str, fields: list[tuple[str, str]]
) -> None:
    (project.path / "a.lock").write_text(EXPLICIT.format(lock))
    project = replace(project.change("environment", locks=("a.lock",)), engine=EngineReport(platform=platform))
    assert found(project) == fields


@pytest.mark.parametrize(
    ("rules", "fields"),
    [
        ("", []),
        ("*.md\n", []),
        ("environment.yml\n", [("dependencies", "environment.file")]),
        ("*\n!app.py\n", [("dependencies", "environment.file")]),
        ("*\n!*.yml\n!*.py\n", []),
    ],
)
def test_what_the_build_copies_must_not_be_held_back(
    project: Project, rules: str, fields: list[tuple[str, str]]
) -> None:
    assert found(replace(project, own_ignore_rules=rules)) == fields


def test_a_lock_that_is_held_back(project: Project) -> None:
    (project.path / "a.lock").write_text(EXPLICIT.format("linux-64"))
    project = replace(project.change("environment", locks=("a.lock",)), own_ignore_rules="*.lock\n")
    assert found(project) == [("dependencies", "environment.file")]


def test_files_that_lines_for_pip_name_have_to_be_there(project: Project) -> None:
    text = "dependencies:\n  - python\n  - pip\n  - pip:\n      - -r pins.txt\n"
    project = replace(project, environment=text)
    (project.path / "environment.yml").write_text(text)
    assert found(project) == [("dependencies", "environment")]
    (project.path / "pins.txt").write_text("flask\n")
    assert found(project) == []
    assert found(replace(project, own_ignore_rules="pins.txt\n")) == [("dependencies", "environment.file")]


def test_a_lock_has_to_fit_the_image(project: Project) -> None:
    (project.path / "a.lock").write_text("# solved for: __glibc=2.41=0\n" + EXPLICIT.format("linux-64"))
    project = project.change("environment", locks=("a.lock",)).change("base", runtime="debian:13-slim")
    assert found(project) == []
    assert found(project.change("environment", cuda="12.4")) == [("dependencies", "environment.locks")]
    assert found(project.change("base", runtime="debian:12-slim")) == [("dependencies", "environment.locks")]


# A line break in a value would begin an instruction of its own


def _places() -> list[tuple[str, str]]:
    from dataclasses import fields

    plan = BuildPlan()
    return [
        (section.name, field.name)
        for section in fields(plan)
        for field in fields(getattr(plan, section.name))
        if isinstance(getattr(getattr(plan, section.name), field.name), str | tuple) and field.name != "mode"
    ]


@pytest.mark.parametrize("evil", ["\n", "\r", "\0", "\x0b", "\x1b", "\x85", "\u2028", "\u2029"])
@pytest.mark.parametrize(("section", "field"), _places())
def test_no_value_may_begin_an_instruction(project: Project, section: str, field: str, evil: str) -> None:
    old = getattr(getattr(project.plan, section), field)
    value = (f"a{evil}RUN id",) if isinstance(old, tuple) else f"a{evil}RUN id"
    changed = project.change(section, **{field: value})
    named = [problem for _, problem in obstacles(changed) if problem.field == f"{section}.{field}"]
    assert any("line break or control character" in problem.message for problem in named)


def test_the_same_problems_after_the_plan_was_saved(project: Project) -> None:
    changed = project.change("application", port="http", user="Me!").change("build", network="mine")
    (project.path / "condock.yml").write_text(dump_plan(changed.plan))
    again = replace(open_project(project.path), search=project.search, engine=project.engine)
    assert found(again) == found(changed)
    assert [str(problem) for problem in problems(again)] == [str(problem) for problem in problems(changed)]


def problems(project: Project) -> list[Problem]:
    return [problem for _, problem in obstacles(project)]
