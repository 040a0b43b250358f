"""Which form a plan gets, and that it goes along with what it depends on until somebody chooses."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tui.core.dockerfile.dockerfile import dockerfile
from tui.core.dockerfile.form import best_form, form_problem
from tui.core.images.catalogue import catalogue
from tui.core.plan import Base, Build, BuildPlan, Environment, Form, SecretMode, SecretMount
from tui.core.plan_file import load_plan
from tui.core.project import Project, open_project
from tui.core.steps import obstacles

NEW, OLD = "continuumio/miniconda3:26.7.1-1", "continuumio/miniconda3:26.5.3-1"
LOCKED = BuildPlan(environment=Environment(locks=("conda-linux-64.lock",)))


@pytest.mark.parametrize(
    ("plan", "conda", "form"),
    [
        (BuildPlan(), (26, 7, 0), Form.ISOLATED),
        (BuildPlan(), (27, 1, 0), Form.ISOLATED),
        (BuildPlan(), (26, 5, 3), Form.GUIDE),
        (BuildPlan(), (), Form.GUIDE),
        (LOCKED, (), Form.ISOLATED),
        (LOCKED, (25, 3, 1), Form.ISOLATED),
        (LOCKED, (24, 11, 1), Form.GUIDE),
    ],
)
def test_the_best_form(plan: BuildPlan, conda: tuple[int, ...], form: Form) -> None:
    assert best_form(plan, conda) is form


def test_a_plan_written_before_keeps_the_guides_form_and_a_new_one_is_isolated(tmp_path: Path) -> None:
    assert load_plan(f"version: 1\nbase:\n  builder: {NEW}\n").build.form is Form.GUIDE
    assert open_project(tmp_path).plan.build.form is Form.ISOLATED


def test_the_form_goes_along_with_base_and_locks(tmp_path: Path) -> None:
    project = open_project(tmp_path)
    older = project.change("base", builder=OLD)
    assert older.plan.build.form is Form.GUIDE
    assert older.change("environment", locks=("conda-linux-64.lock",)).plan.build.form is Form.ISOLATED
    assert older.change("base", builder=catalogue().builder.reference).plan == project.plan


def test_a_form_that_was_chosen_stays(tmp_path: Path) -> None:
    chosen = open_project(tmp_path).change("build", form=Form.GUIDE)
    assert chosen.change("base", builder=NEW).plan.build.form is Form.GUIDE


def test_an_image_that_was_asked_counts_as_known(tmp_path: Path) -> None:
    unknown = open_project(tmp_path).change("base", builder="example/conda:1")
    assert (unknown.conda, unknown.plan.build.form) == ((), Form.GUIDE)
    told = unknown.with_conda("example/conda:1", (26, 7, 2))
    assert (told.conda, told.plan.build.form) == ((26, 7, 2), Form.ISOLATED)
    assert told.change("base", builder="example/conda:2").conda == ()


def _isolated(builder: str, mode: SecretMode = SecretMode.DOTENV, locks: tuple[str, ...] = ()) -> BuildPlan:
    return BuildPlan(
        base=Base(builder, "debian:13"),
        environment=Environment(locks=locks),
        secret=SecretMount(mode),
        build=Build(form=Form.ISOLATED),
    )


def test_a_conda_that_is_too_old_for_the_form_stands_in_the_way(tmp_path: Path) -> None:
    opened = open_project(tmp_path)
    project = Project(opened.folder, _isolated(OLD), opened.environment)
    found = [(step.key, problem) for step, problem in obstacles(project) if problem.field == "build.form"]
    ((step, problem),) = found
    assert step == "secret"
    assert problem.message == "conda 26.5.3 in this base cannot download packages without installing them."
    assert "conda 26.7 or newer, lock files, or" in problem.hint


@pytest.mark.parametrize(
    "plan",
    [
        _isolated(NEW),
        _isolated("example/conda:1"),
        _isolated(OLD, SecretMode.NONE),
        _isolated(OLD, locks=("conda-linux-64.lock",)),
    ],
    ids=["new", "unknown", "no key", "locked"],
)
def test_what_may_work_does_not_stand_in_the_way(plan: BuildPlan) -> None:
    conda = {NEW: (26, 7, 1), OLD: (26, 5, 3)}.get(plan.base.builder, ())
    assert form_problem(plan, conda) is None


@pytest.mark.parametrize(
    ("locks", "good", "old"),
    [
        ((), "26.7.0 26.7.1 26.9.2 26.10.1 26.11.0 27.1.0 30.1.0", "26.6.9 26.1.1 26.5.3 25.11.1 4.14.0"),
        (("a.lock",), "25.3.0 25.3.1 25.9.1 25.11.1 26.1.1 26.7.1 30.1.0", "25.2.9 25.1.1 24.11.1 23.7.4 4.14.0"),
    ],
    ids=["solved", "locked"],
)
def test_the_build_refuses_every_conda_that_is_too_old_and_no_other(
    locks: tuple[str, ...], good: str, old: str
) -> None:
    (guard,) = [found.text for found in dockerfile(_isolated(NEW, locks=locks)) if "conda --version" in found.text]
    command = guard.removeprefix("RUN ").replace("\\\n", "")
    said = [f"conda {version}" for version in f"{good} {old}".split()] + ["", "conda: not found", "mamba 26.7.1"]
    loop = f'conda() {{ echo "$said"; }}; while read -r said; do ({command}) 2>/dev/null && echo "$said"; done'
    done = subprocess.run(
        ["sh", "-c", loop], input="\n".join((*said, "")), capture_output=True, text=True, check=False
    )
    assert done.stdout.split("\n")[:-1] == [f"conda {version}" for version in good.split()]
