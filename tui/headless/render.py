"""`condock render`: the Dockerfile of a plan."""

from __future__ import annotations

from pathlib import Path

from tui.core.dockerfile import dockerfile
from tui.core.errors import ExitCode
from tui.core.project import open_project
from tui.headless.obstacles import all_problems, insist
from tui.headless.views.stderr import tell


def render(path: Path) -> int:
    """Print the plan's Dockerfile on stdout."""
    project = open_project(path)
    insist([problem for problem in all_problems(project) if problem.exit_code is ExitCode.WRONG_USE])
    print(dockerfile.render(project.instructions()), end="")
    if (readers := project.key_readers()) and not readers.isolated:
        tell(f"Note: {readers.words}")
    return ExitCode.DONE
