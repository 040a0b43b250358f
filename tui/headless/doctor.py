"""`condock doctor`: whether a build could start."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from tui.core.claims import for_command
from tui.core.engine.build_settings import settings_advice
from tui.core.errors import ExitCode
from tui.core.plan import SecretMode
from tui.core.project import Project
from tui.core.untrusted_text import printable, shown
from tui.headless.obstacles import all_problems
from tui.headless.open import open_equipped
from tui.headless.views.stderr import tell

_SUBJECTS = {ExitCode.NO_ENGINE: "engine", ExitCode.NO_KEY: "key"}
"""The subjects of problems that are not about the folder."""


def doctor(path: Path, env: Mapping[str, str]) -> int:
    """One line each for engine, key and folder; the exit code is that of the first that stands in the way."""
    project = open_equipped(path, env)
    problems = all_problems(project)
    engine = project.engine
    if engine is not None and engine.usable:
        tell(f"ok       engine  {engine.words}", sys.stdout)
    if project.plan.secret.mode is SecretMode.NONE:
        tell("ok       key     none is used", sys.stdout)
    elif not any(problem.exit_code is ExitCode.NO_KEY for problem in problems):
        tell(f"ok       key     {_key_words(project)}", sys.stdout)
    if not any(problem.exit_code is ExitCode.WRONG_USE for problem in problems):
        tell(f"ok       folder  {shown(str(project.path), 1_000)}", sys.stdout)
    for problem in problems:
        tell(f"problem  {_SUBJECTS.get(problem.exit_code, 'folder'):7} {for_command(problem)}", sys.stdout)
    for advice in settings_advice(project.plan, engine):
        tell(f"note     engine  {advice}", sys.stdout)
    return problems[0].exit_code if problems else ExitCode.DONE


def _key_words(project: Project) -> str:
    if project.plan.secret.mode is SecretMode.DOTENV:
        return f"in {printable(project.plan.secret.file)}"
    winner = project.search.winner if project.search else None
    if winner is None or winner.key is None or winner.report is None:
        return "found"
    return f"{winner.key.masked} from {winner.where}, {winner.report.words}"
