"""The commands of a plan: what is run, what people type, and that the key is in neither."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.dockerfile.command import build_argv, build_command, run_command
from tui.core.plan import Application, Build, BuildPlan, SecretMode, SecretMount

START = ["docker", "buildx", "build", "--load"]
VARIABLE = ["--secret", "id=ANACONDA_AUTH_API_KEY"]
END = ["--tag", "app:latest", "."]


def dotenv(file: str = ".env") -> BuildPlan:
    return BuildPlan(secret=SecretMount(SecretMode.DOTENV, file))


@pytest.mark.parametrize(
    ("plan", "argv"),
    [
        (BuildPlan(), [*START, *VARIABLE, *END]),
        (dotenv(), [*START, "--secret", "id=dotenv,src=.env", *END]),
        (dotenv("my keys/.env"), [*START, "--secret", "id=dotenv,src=my keys/.env", *END]),
        (dotenv("a,b"), [*START, "--secret", 'id=dotenv,"src=a,b"', *END]),
        (dotenv('a"b'), [*START, "--secret", 'id=dotenv,"src=a""b"', *END]),
        (BuildPlan(secret=SecretMount(SecretMode.NONE)), [*START, *END]),
        (BuildPlan(build=Build(network="host")), [*START, "--network", "host", *VARIABLE, *END]),
        (BuildPlan(build=Build(network="none")), [*START, "--network", "none", *VARIABLE, *END]),
        (BuildPlan(build=Build(image="a/b:1")), [*START, *VARIABLE, "--tag", "a/b:1", "."]),
        (
            BuildPlan(build=Build(dockerfile="docker/Dockerfile")),
            [*START, *VARIABLE, "--file", "docker/Dockerfile", *END],
        ),
        (
            BuildPlan(build=Build(context="lab")),
            ["docker", "--context", "lab", "buildx", "build", "--load", *VARIABLE, *END],
        ),
        (
            BuildPlan(build=Build(builder="far")),
            ["docker", "buildx", "build", "--builder", "far", "--load", *VARIABLE, *END],
        ),
        (BuildPlan(build=Build(push=True)), ["docker", "buildx", "build", "--push", *VARIABLE, *END]),
        (
            BuildPlan(build=Build(platforms=("linux/amd64", "linux/arm64"))),
            [*START, "--platform", "linux/amd64,linux/arm64", *VARIABLE, *END],
        ),
        (
            BuildPlan(build=Build(cache_from=("a/b:cache", "type=local,src=c"), cache_to=("type=inline",))),
            [
                *START,
                *("--cache-from", "a/b:cache", "--cache-from", "type=local,src=c"),
                *("--cache-to", "type=inline", *VARIABLE, *END),
            ],
        ),
    ],
)
def test_the_build_command(plan: BuildPlan, argv: list[str]) -> None:
    assert build_argv(plan) == argv


def test_condock_asks_for_progress_and_the_images_id() -> None:
    argv = build_argv(BuildPlan(), progress="rawjson", iidfile=Path("/tmp/x/image-id"))
    assert argv == [*START, "--progress=rawjson", "--iidfile", "/tmp/x/image-id", *VARIABLE, *END]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_any_file_is_one_field_of_the_secret_option(file: str) -> None:
    """buildx reads the option as one record of CSV (docker/buildx, util/buildflags/secrets.go)."""
    import csv

    [record] = csv.reader([build_argv(dotenv(file))[5]])
    assert record == ["id=dotenv", f"src={file}"]


def test_the_command_for_people_stops_where_there_is_no_key() -> None:
    assert build_command(BuildPlan()) == (
        "key=$(anaconda auth api-key) &&\n"
        'ANACONDA_AUTH_API_KEY="$key" BUILDX_GIT_INFO=false '
        "docker buildx build --load --secret id=ANACONDA_AUTH_API_KEY --tag app:latest ."
    )


def test_the_command_for_people_asks_for_a_key_that_is_kept_nowhere(tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\nprintf "%s" "$ANACONDA_AUTH_API_KEY"\n')
    docker.chmod(0o755)
    command = build_command(BuildPlan(), ask=True)
    assert "anaconda auth" not in command
    for typed, said in (
        ("ac-\\TYPED KEY\n", "API key: ac-\\TYPED KEY"),
        ("", "API key: "),
    ):  # without one, no build
        done = subprocess.run(
            ["bash", "-c", command],
            env={"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.stdout, done.returncode) == (said, 0 if typed else 1)


BEYOND = Build(
    image="registry.example.com/team/app:1",
    platforms=("linux/amd64", "linux/arm64"),
    context="my lab",
    builder="far",
    push=True,
    cache_to=("type=registry,ref=registry.example.com/team/app:buildcache,mode=max",),
)


@pytest.mark.parametrize(
    "plan",
    [
        dotenv("my keys/$HOME"),
        BuildPlan(secret=SecretMount(SecretMode.NONE)),
        BuildPlan(secret=SecretMount(SecretMode.NONE), build=BEYOND),
    ],
)
def test_without_a_variable_the_command_for_people_is_the_one_that_is_run(plan: BuildPlan) -> None:
    assert shlex.split(build_command(plan)) == build_argv(plan)


@pytest.mark.parametrize(
    ("application", "expected"),
    [
        (Application(), "docker run --rm -it app:latest"),
        (Application(port="8000"), "docker run --rm -it --publish 8000:8000 app:latest"),
    ],
)
def test_the_command_that_runs_the_image(application: Application, expected: str) -> None:
    assert run_command(replace(BuildPlan(), application=application)) == expected


def test_the_image_is_run_where_it_was_built() -> None:
    assert run_command(BuildPlan(build=Build(context="lab"))) == "docker --context lab run --rm -it app:latest"
