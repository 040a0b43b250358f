"""Output that cannot be written, streams that are closed, a folder that is gone: a sentence and an exit code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.shop import Project, in_shell

FULL = "condock: What condock has to say cannot be written: No space left on device. Look where its output goes.\n"


GUIDE = (
    "Note: The key is shown to conda in base (anaconda-auth, anaconda-registration), and could be read by the "
    "scripts of the packages."
)
"""Said of the guide's form, on stderr."""


@pytest.mark.parametrize("command", ["render", "--version", "--help", "check --offline --json", "schema"])
def test_a_full_disk_behind_the_output_is_said(project: Project, command: str) -> None:
    done = in_shell(f"condock {command} >/dev/full", project.path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.removeprefix(f"{GUIDE}\n" if command == "render" else "") == FULL


@pytest.mark.parametrize("command", ["render", "--version", "demo --speed 1000 --json"])
def test_where_nobody_takes_the_output_that_is_said(project: Project, command: str) -> None:
    done = in_shell(f"condock {command} >&-", project.path)
    assert done.returncode == 2
    assert "cannot be written" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["demo --speed 1000 --json", "nothing-of-that-name", "check --nope"])
def test_what_is_for_people_never_comes_among_the_data(project: Project, command: str) -> None:
    done = in_shell(f"condock {command} 2>&-", project.path)
    assert all(line.startswith("{") for line in done.stdout.splitlines())
    assert bool(done.stdout) is ("demo" in command)


@pytest.mark.parametrize("command", ["", "check", "build", "init", "lock", "doctor", "render"])
def test_a_folder_that_is_gone_is_said(tmp_path: Path, command: str) -> None:
    done = in_shell(f"mkdir gone && cd gone && rmdir ../gone && condock {command}", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "condock: The folder you are in is not there any more. Go to another folder (`cd`).\n"


def test_no_letter_is_too_much_for_a_locale(project: Project) -> None:
    name = "größe"
    project.write("environment.yml", f"name: x\nchannels: [defaults]\ndependencies: ['{name} (>1)']\n")
    for encoding in ("ascii", "latin-1"):
        done = in_shell(f"PYTHONIOENCODING={encoding} condock check --offline", project.path)
        assert done.returncode == 2
        assert name in done.stdout
        assert done.stderr == ""
