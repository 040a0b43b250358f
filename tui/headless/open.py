"""Opens a project for a command that needs Docker: what else has to be imported is, while Docker answers."""

from __future__ import annotations

from importlib import import_module

from tui.core.aside import aside
from tui.core.dataclass import replace
from tui.core.engine.engine import probe
from tui.core.engine.report import EngineReport
from tui.core.plan import Build
from tui.core.plan_file import PLAN_FILE, read_plan_file
from tui.headless.views.stderr import tell

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from tui.core.project import Project

_SILENCE = 4.0
"""Seconds: an engine that answers at all answers in milliseconds."""


def open_equipped(path: Path, env: Mapping[str, str], modules: Iterable[str] = ()) -> Project:
    """The project in this folder with its key and engine looked up; `modules` are those that come next.

    CondockError as `open_project`.
    """
    build = read_plan_file(path).build if (path / PLAN_FILE).exists() else Build()
    engine = aside(probe, env, build)
    try:
        from tui.core.key_access import equipped
        from tui.core.project import open_project

        for module in modules:
            import_module(module)
        project = equipped(open_project(path), env)
    except BaseException:
        engine(None)  # a question that Docker does not answer would outlive us
        raise
    return replace(project, engine=_answered(engine))


def _answered(engine: Callable[[float | None], EngineReport]) -> EngineReport:
    """Docker's answer; where that takes its time, it is said."""
    try:
        return engine(_SILENCE)
    except TimeoutError:
        tell("The Docker engine has not answered yet; condock waits for it a little longer.")
    return engine(None)
