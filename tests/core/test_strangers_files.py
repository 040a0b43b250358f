"""A folder from somebody else: no link in it leads condock out, and no file in it stops or fills condock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT
from tui.core.errors import CondockError
from tui.core.files import write
from tui.core.plan import BuildPlan
from tui.core.plan_file import dump_plan
from tui.core.project import open_project

PROFILE = ".bash_profile"


@pytest.fixture
def folder(empty_home: Path) -> Path:
    """A stranger's folder in the user's home."""
    made = empty_home / "shop"
    made.mkdir()
    return made


WRITTEN = ("Dockerfile", "Dockerfile.dockerignore", "condock.yml", "environment.yml")


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("target", [f"../{PROFILE}", "{home}/" + PROFILE, "elsewhere", f"loop/../../{PROFILE}"])
def test_no_file_of_the_plan_is_written_through_a_link(
    folder: Path, empty_home: Path, name: str, target: str
) -> None:
    (folder / "loop").symlink_to(".")
    (folder / name).symlink_to(target.format(home=empty_home))
    with pytest.raises(CondockError) as caught:
        project = open_project(folder)
        for change in project.changes():
            write(change)
    assert name in caught.value.message
    assert caught.value.hint
    assert sorted(path.name for path in empty_home.iterdir()) == ["shop"]
    assert not (folder / "elsewhere").exists()


@pytest.mark.parametrize(("section", "field"), [("build", "dockerfile"), ("environment", "file")])
def test_no_folder_of_the_plan_is_a_link(folder: Path, empty_home: Path, section: str, field: str) -> None:
    (folder / "conf").symlink_to("..")
    plan = BuildPlan().change(section, **{field: f"conf/{PROFILE}"})
    (folder / "condock.yml").write_text(dump_plan(plan))
    with pytest.raises(CondockError, match=r"conf/\.bash_profile"):
        for change in open_project(folder).changes():
            write(change)
    assert sorted(path.name for path in empty_home.iterdir()) == ["shop"]


@pytest.mark.parametrize("name", ["environment.yml", "condock.yml", ".dockerignore", "Dockerfile"])
def test_no_file_of_the_home_is_read_through_a_link(folder: Path, empty_home: Path, name: str) -> None:
    (empty_home / "diary").write_text("version: 1\n")
    (folder / name).symlink_to("../diary")
    with pytest.raises(CondockError, match=f"`{name}` leads outside the folder"):
        open_project(folder).changes()


READ = ("condock.yml", "environment.yml", "requirements.txt", ".dockerignore", "Dockerfile", "conda.lock", "a.py")
_READS_ALL = """
import os, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from tui.core.account.sources import find_key
from tui.core.errors import CondockError
from tui.core.locks.locks import find_locks
from tui.core.project import open_project

folder, put, *names = Path(sys.argv[1]), *sys.argv[2:]
for name in names:
    path = folder / name
    match put:
        case "pipe": os.mkfifo(path)
        case "endless": path.symlink_to("/dev/zero")
        case "huge": os.truncate(os.open(path, os.O_CREAT | os.O_WRONLY), 3 << 30)
    try:
        find_key(folder, os.environ)
        find_locks(folder)
        open_project(folder).changes()
    except CondockError as error:
        print(error)
    else:
        print(name, "was passed over")
    path.unlink()
"""


@pytest.mark.parametrize("put", ["pipe", "endless", "huge"])
def test_no_file_stops_or_fills_condock(folder: Path, put: str) -> None:
    """Each file alone, in a process that is given a gigabyte."""
    command = [sys.executable, "-c", _READS_ALL, str(folder), put, *READ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    told = done.stdout.splitlines()
    assert len(told) == len(READ)
    for name, line in zip(READ, told, strict=True):
        assert name in line
