"""conda-lock.yml in the isolated form: the lists made from it, and that they are never those of another one."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tui.core.dockerfile.dockerfile import render
from tui.core.files import write
from tui.core.locks.locks import find_locks
from tui.core.plan import Form
from tui.core.project import Project, open_project
from tui.core.steps import obstacles

FILES = ["Dockerfile.linux-64.txt", "Dockerfile.linux-aarch64.txt", "Dockerfile.pip.txt"]


def _package(name: str, platform: str, manager: str = "conda", **changes: Any) -> dict[str, Any]:
    ending = "-1.0-h0_0.conda" if manager == "conda" else "-1.0-py3-none-any.whl"
    url = f"https://repo.anaconda.com/pkgs/main/{platform}/{name}{ending}"
    plain = {"name": name, "version": "1.0", "manager": manager, "platform": platform, "url": url}
    return {**plain, "hash": {"sha256": "a" * 64}, "dependencies": {}, "category": "main", **changes}


def _lock(*packages: dict[str, Any]) -> str:
    platforms = ["linux-64", "linux-aarch64"]
    found = [package for platform in platforms for package in (_package("python", platform), *packages)]
    return yaml.safe_dump({"version": 1, "metadata": {"platforms": platforms}, "package": found})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "conda-lock.yml").write_text(_lock(_package("flask", "linux-64", "pip")))
    return open_project(tmp_path).change("environment", locks=("conda-lock.yml",))


def _problems(project: Project) -> list[str]:
    return [problem.message for _, problem in obstacles(project) if problem.field == "environment.locks"]


def test_the_lists_stand_beside_the_dockerfile_and_name_all_packages(project: Project) -> None:
    assert project.plan.build.form is Form.ISOLATED
    changes = {change.path.name: change.new for change in project.changes()}
    assert [name for name in changes if name.endswith(".txt")] == FILES
    assert "linux-aarch64/python-1.0-h0_0.conda#sha256:" in changes[FILES[1]]
    assert "--hash=sha256:aaa" in changes[FILES[2]]
    assert {one.lock.packages for one in project.read_rendered().locks} == {1}
    text = render(project.instructions())
    digest = hashlib.sha256((project.path / "conda-lock.yml").read_bytes()).hexdigest()
    assert all(f"COPY {name} " in text for name in ("conda-lock.yml", *FILES))
    assert digest in text
    assert all(digest in changes[name] for name in FILES)
    assert "conda lock install" not in text
    assert all(f"!{name}\n" in project.ignore_text() for name in ("conda-lock.yml", *FILES))


def test_the_guides_form_keeps_conda_lock_itself(project: Project) -> None:
    guide = project.change("build", form=Form.GUIDE)
    assert "conda lock install --prefix /env conda-lock.yml" in render(guide.instructions())
    assert not any(change.path.name in FILES for change in guide.changes())


def test_they_are_not_offered_as_lock_files_of_their_own(project: Project) -> None:
    for change in project.changes():
        write(change)
    assert [lock.path for lock in find_locks(project.path)] == ["conda-lock.yml"]


def test_lists_of_another_conda_lock_are_made_anew_unless_somebody_has_edited_them(project: Project) -> None:
    for change in project.changes():
        write(change)
    assert (project.is_written(), _problems(project)) == (True, [])
    (project.path / "conda-lock.yml").write_text(_lock())
    assert (project.is_written(), _problems(project)) == (False, [])
    edited = project.path / FILES[0]
    edited.write_text(edited.read_text() + "# mine\n")
    assert _problems(project) == [f"{FILES[0]} was edited by hand, and is not of this conda-lock.yml."]


def test_the_build_itself_stops_where_conda_lock_has_changed_since(project: Project) -> None:
    """As a plain `docker build` does: the instruction is run here, by the same shell."""
    for change in project.changes():
        write(change)
    (choose,) = [found.text for found in project.instructions() if "sha256sum" in found.text]
    command = choose.removeprefix("RUN ").replace("/tmp/conda.lock", "chosen").replace("\\\n", " ")

    def run() -> subprocess.CompletedProcess[str]:
        env = {"TARGETARCH": "arm64", "PATH": "/usr/bin:/bin"}
        shell = ["sh", "-c", command]
        return subprocess.run(shell, cwd=project.path, env=env, capture_output=True, text=True, check=False)

    assert run().returncode == 0
    assert (project.path / "chosen").read_text() == (project.path / FILES[1]).read_text()
    (project.path / "conda-lock.yml").write_text(_lock())
    assert (run().returncode, run().stderr) == (
        1,
        "conda-lock.yml has changed since condock made the lists beside the Dockerfile from it.\n",
    )


def test_what_cannot_be_rendered_is_said_and_may_be_built_as_conda_lock_does(project: Project) -> None:
    no_hash = _package("ours", "linux-64", "pip", hash={})
    (project.path / "conda-lock.yml").write_text(_lock(no_hash))
    (problem,) = [problem for _, problem in obstacles(project) if problem.field == "environment.locks"]
    assert "ours" in problem.message
    assert "form: guide" in problem.hint
    assert _problems(project.change("build", form=Form.GUIDE)) == []
