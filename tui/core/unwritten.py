"""What was typed in the wizard and not written when it was ended by something else than its user.

Kept in the state folder, without keys, and offered when the wizard is next started in the same folder.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from tui.core.dataclass import dataclass, field, replace
from tui.core.errors import CondockError
from tui.core.files import FileChange
from tui.core.plan import BuildPlan
from tui.core.plan_file import PLAN_FILE, dump_plan, load_plan
from tui.core.project import Project
from tui.core.state import folder_id, read_state, remove_state, write_state
from tui.core.untrusted_text import Redactor

_MOST_BYTES = 4_000_000
_MOST_FOLDERS = 100


@dataclass(frozen=True)
class Unwritten:
    """A plan and a text of environment.yml as they were typed."""

    plan: BuildPlan
    environment: str = field(repr=False)
    when: datetime

    def taken_up(self, project: Project) -> Project:
        """The project with all of it in the place of its own."""
        return replace(project, plan=self.plan, environment=self.environment)

    def differences(self, project: Project) -> str:
        """The lines in which it differs from the project, as unified diffs."""
        file = project.plan.environment.file
        texts = ((file, project.environment, self.environment), _plans(project.plan, self.plan))
        diffs = (FileChange(project.path, name, old, new).diff() for name, old, new in texts)
        return "\n".join(filter(None, diffs))


def keep_unwritten(project: Project, env: Mapping[str, str], now: datetime) -> bool:
    """Keep what the project holds, with every key in it masked; True once it is kept."""
    masked = Redactor(project.known_keys)
    texts = {"plan": dump_plan(project.plan), "environment": project.environment}
    kept = {"version": 1, "when": now.isoformat(), **{name: masked(text) for name, text in texts.items()}}
    content = json.dumps(kept).encode()
    write_state(env, _name(project.path), content, siblings=_MOST_FOLDERS)
    return read_state(env, _name(project.path), len(content)) == content


def find_unwritten(project: Project, env: Mapping[str, str]) -> Unwritten | None:
    """What was kept of the project's folder; None where that is nothing, damaged, or what the project holds."""
    with suppress(ValueError, TypeError, KeyError, RecursionError, CondockError):
        kept = json.loads(read_state(env, _name(project.path), _MOST_BYTES) or b"{}")
        found = Unwritten(
            load_plan(str(kept["plan"])), str(kept["environment"]), datetime.fromisoformat(kept["when"])
        )
        if (found.plan, found.environment) != (project.plan, project.environment):
            return found
    return None


def forget_unwritten(folder: Path, env: Mapping[str, str]) -> None:
    """Keep nothing of this folder any more."""
    remove_state(env, _name(folder))


def _name(folder: Path) -> str:
    return f"unwritten/{folder_id(folder)}.json"


def _plans(old: BuildPlan, new: BuildPlan) -> tuple[str, str, str]:
    return PLAN_FILE, dump_plan(old), dump_plan(new)
