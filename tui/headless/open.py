"""Opens a project for a command that needs Docker: what else has to be imported is, while Docker answers."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from threading import Event

from tui.core.dataclass import replace
from tui.core.engine.find_engine import probe
from tui.core.engine.report import EngineReport
from tui.core.errors import ExitCode, Problem
from tui.core.in_thread import in_thread
from tui.core.plan import Build
from tui.core.plan_file import PLAN_FILE, read_plan_file
from tui.headless.views.stderr import tell

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tui.core.project import Project

_GRACE = 1.0
_SILENCE = 4.0
"""Seconds: an engine that answers at all answers in milliseconds."""
_UNANSWERED = Problem(
    "The Docker engine has not answered yet.",
    "Mend the rest first: then it is waited for.",
    "engine",
    exit_code=ExitCode.NO_ENGINE,
)


def open_equipped(
    path: Path, env: Mapping[str, str], modules: Iterable[str] = (), *, hurried: bool = False
) -> Project:
    """The project in this folder with its key and engine looked up; `modules` are those that come next.

    Who is `hurried` does without an engine that takes its time where something else is in the way.
    CondockError as `open_project`.
    """
    build = read_plan_file(path).build if (path / PLAN_FILE).exists() else Build()
    cancel = Event()
    engine = in_thread(probe, env, build, cancel)
    try:
        from tui.core.key_access import equipped
        from tui.core.project import open_project

        for module in modules:
            import_module(module)
        project = equipped(open_project(path), env)
        return replace(project, engine=_answered(engine, project, hurried=hurried))
    finally:
        cancel.set()
        with suppress(Exception):
            engine(_GRACE)  # a question that Docker does not answer would outlive us


def _answered(engine: Callable[[float | None], EngineReport], project: Project, *, hurried: bool) -> EngineReport:
    """Docker's answer; where that takes its time, it is said, or nobody waits for it."""
    with suppress(TimeoutError):
        return engine(_GRACE)
    if hurried:
        from tui.headless.obstacles import barred

        if barred(project):
            return EngineReport(problem=_UNANSWERED)
    with suppress(TimeoutError):
        return engine(_SILENCE - _GRACE)
    tell("The Docker engine has not answered yet; condock waits for it a little longer.")
    return engine(None)
