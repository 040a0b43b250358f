"""The ignore file: what the Dockerfile copies is sent, nothing else, and never a key."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui.core.dockerfile.ignore import ignore_file, ignore_name
from tui.core.dockerfile.ignore_rules import ignored_by
from tui.core.plan import Application, BuildPlan, Environment, SecretMount

PLAN = BuildPlan(application=Application(files=("app.py", "src")))


@pytest.mark.parametrize("path", ["environment.yml", "app.py", "src/app.py", "src/deep/er.txt", "./app.py"])
def test_what_is_copied_is_sent(path: str) -> None:
    assert not ignored_by(ignore_file(PLAN))(path)


@pytest.mark.parametrize(
    "path",
    [".env", "src/.env", "src/.env.local", ".git/config", "data.csv", "src/__pycache__/a.pyc", "src/tls.key"],
)
def test_the_rest_is_not(path: str) -> None:
    assert ignored_by(ignore_file(PLAN))(path)


def test_a_secret_file_of_another_name_is_kept_back() -> None:
    plan = replace(PLAN, secret=SecretMount(file="src/key.txt"))
    assert ignored_by(ignore_file(plan))("src/key.txt")


def test_the_whole_folder_is_sent_without_its_keys() -> None:
    ignored = ignored_by(ignore_file(BuildPlan(application=Application(files=(".",)))))
    assert not ignored("data.csv")
    assert ignored(".env")


def test_locks_go_instead_of_the_environment_file() -> None:
    ignored = ignored_by(ignore_file(BuildPlan(environment=Environment(locks=("conda-lock.yml",)))))
    assert not ignored("conda-lock.yml")
    assert ignored("environment.yml")


def test_rules_of_the_users_own_still_hold() -> None:
    assert ignored_by(ignore_file(PLAN, "src/big.bin\n"))("src/big.bin")


def test_it_belongs_to_its_dockerfile() -> None:
    assert ignore_name(PLAN) == "Dockerfile.dockerignore"
