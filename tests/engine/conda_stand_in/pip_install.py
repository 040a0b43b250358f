"""The part of an environment that pip installs, with the pip of the environment (env/installers/pip.py)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from . import CondaError
from .base.context import context
from .solving import Work


class CondaEnvException(CondaError):
    """An environment could not be made."""


def pip_install(lines: list[str], prefix: Path, folder: Path, *options: str) -> None:
    """Install what these lines of a requirements file ask for; `folder` is where paths in them begin."""
    with Work("Installing pip dependencies"):
        handle, name = tempfile.mkstemp(".requirements.txt", "condaenv.", folder)
        with open(handle, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))
        command = [f"{prefix}/bin/python", "-m", "pip", "install", *(options or ("-U",)), "-r", name]
        _run([*command, "--exists-action=b"], prefix, folder)
        os.unlink(name)


def _run(command: list[str], prefix: Path, folder: Path) -> None:
    activated = {"CONDA_PREFIX": str(prefix), "PATH": f"{prefix}/bin:{os.environ.get('PATH', '')}"}
    done = subprocess.run(
        command, cwd=folder, env=os.environ | activated, capture_output=True, text=True, check=False
    )
    if not context.quiet:
        print(f"Ran pip subprocess with arguments:\n{command}\nPip subprocess output:\n{done.stdout}", flush=True)
    if done.returncode:
        print(f"Pip subprocess error:\n{done.stderr}", file=sys.stderr, flush=True)
        raise CondaEnvException("Pip failed")
