"""The ignore file: what the Dockerfile copies is sent, nothing else, and never a key."""

from __future__ import annotations

import posixpath
from pathlib import Path

import pytest

from tui.core.dockerfile.ignore import NEVER_SENT, ignore_file, ignore_name
from tui.core.dockerfile.ignore_rules import ignored_by
from tui.core.folder import Folder
from tui.core.plan import Application, BuildPlan, Environment, SecretMount
from tui.core.project import Project

PLAN = BuildPlan(application=Application(files=("app.py", "src")))


@pytest.mark.parametrize("path", ["environment.yml", "app.py", "src/app.py", "src/deep/er.txt", "./app.py"])
def test_what_is_copied_is_sent(path: str) -> None:
    assert not ignored_by(ignore_file(PLAN))(path)


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "src/.env",
        "src/.env.local",
        "src/.envrc",
        ".git/config",
        "data.csv",
        "src/__pycache__/a.pyc",
        "src/tls.key",
        "src/.condock/app.py.bak1",
    ],
)
def test_the_rest_is_not(path: str) -> None:
    assert ignored_by(ignore_file(PLAN))(path)


@pytest.mark.parametrize("file", ["src/key.txt", "./src/key.txt", "!k.env", "k*.env", "#k", "a/../src/k.env"])
def test_a_secret_file_of_another_name_is_kept_back(file: str, tmp_path: Path) -> None:
    ignored = ignored_by(project(tmp_path, file).ignore_text())
    assert ignored(posixpath.normpath(file))
    assert not ignored("src/app.py")
    assert not ignored("kk.env")


def test_a_secret_file_that_is_named_by_its_full_path_is_kept_back(tmp_path: Path) -> None:
    assert ignored_by(project(tmp_path, str(tmp_path / "src/key.txt")).ignore_text())("src/key.txt")


def test_what_a_secret_file_is_a_link_to_is_kept_back(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/settings.txt").touch()
    (tmp_path / ".env").symlink_to("src/settings.txt")
    ignored = ignored_by(project(tmp_path, ".env").ignore_text())
    assert (ignored("src/settings.txt"), ignored("src/app.py")) == (True, False)


@pytest.mark.parametrize("file", ["/etc/hosts", "../key.env"])
def test_a_secret_file_elsewhere_needs_no_rule(file: str, tmp_path: Path) -> None:
    assert project(tmp_path, file).ignore_text().splitlines()[-1] in NEVER_SENT


def project(folder: Path, secret_file: str) -> Project:
    """One that copies the whole folder."""
    plan = BuildPlan(application=Application(files=(".",)), secret=SecretMount(file=secret_file))
    return Project(Folder(folder, frozenset(), True), plan, "")


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
