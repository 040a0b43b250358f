"""Keeps the user's key in the folder, as the wizard does after a yes."""

from __future__ import annotations

import shutil
import subprocess

from tests.stages.hostile.machine import KEY, Machine
from tui.core.account.key_file import write_secret_file
from tui.core.errors import CondockError
from tui.core.project import open_project
from tui.core.secret import Secret


def keep_key(machine: Machine) -> None:
    """Write the file that the plan names, ask git whether it would take it, and remove it."""
    try:
        project = open_project(machine.folder)
        path = machine.folder / project.plan.secret.file
        write_secret_file(path, Secret(KEY), machine.folder)
    except CondockError as error:
        print(error)
        return
    assert path.stat().st_mode & 0o077 == 0
    if shutil.which("git"):
        subprocess.run(["git", "init", "--quiet", "."], cwd=machine.folder, check=True)
        taken = subprocess.check_output(["git", "add", "--all", "--dry-run"], cwd=machine.folder, text=True)
        assert f"add '{project.plan.secret.file}'" not in taken.splitlines()
    path.unlink()
