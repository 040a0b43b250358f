"""A folder from somebody else: no link in it leads condock out, and no file in it stops or fills condock."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.paths import ROOT
from tui.core.environment.document import read_environment
from tui.core.errors import CondockError
from tui.core.files import write
from tui.core.locks.conda_lock import read_packages
from tui.core.locks.locks import read_lock
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


READ = (
    "condock.yml",
    "environment.yml",
    "requirements.txt",
    ".dockerignore",
    "Dockerfile",
    "conda.lock",
    "a.py",
    "keyring",
)
_READS_ALL = """
import os, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from tui.core.account.find_key import find_key
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
    """Each file alone, in a process that is given a gigabyte; the keyring as a setting may name it."""
    command = [sys.executable, "-c", _READS_ALL, str(folder), put, *READ]
    env = {**os.environ, "ANACONDA_AUTH_KEYRING_PATH": str(folder / "keyring")}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    told = done.stdout.splitlines()
    assert len(told) == len(READ)
    for name, line in zip(READ, told, strict=True):
        assert name in line


# Each name stands for three of the one before: a thousand million lists in twenty lines.
ALIASES = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, 20))
NESTED = {
    "condock.yml": f"{ALIASES}account: {{hosts: *a19}}\n",
    "environment.yml": f"{ALIASES}channels: *a19\ndependencies: [python, {{pip: *a19}}, *a19]\n",
    "conda-lock.yml": f"{ALIASES}version: 1\nmetadata: {{platforms: *a19}}\npackage: *a19\n",
}


@pytest.mark.parametrize("name", NESTED)
def test_references_to_references_end_in_a_sentence(folder: Path, name: str) -> None:
    (folder / name).write_text(NESTED[name])
    began = time.process_time()
    if name == "condock.yml":
        with pytest.raises(CondockError, match=r"condock\.yml, line 1:"):
            open_project(folder)
    elif name == "environment.yml":
        problems = read_environment(NESTED[name]).problems
        assert {problem.message.partition(" ")[0] for problem in problems} >= {"A", "This"}
    else:
        assert not read_lock(folder, name).platforms
        with pytest.raises(CondockError):
            read_packages(NESTED[name])
    assert time.process_time() - began < 2
