"""Starts the image that was built for a moment, to see whether it does."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass

from tui.core.building.failure.diagnosis import Diagnosis, diagnose_start, lines
from tui.core.engine.contexts import reaching
from tui.core.engine.docker_cli import ask
from tui.core.project import Project
from tui.core.text import printable

PATIENCE = 3.0
"""Seconds after which a container that still runs is taken for one that started."""
_POLL = 0.1
_LINES = 200


@dataclass(frozen=True)
class Trial:
    """The outcome of a trial run."""

    code: int | None
    """The exit code; None where it was still running."""
    diagnosis: Diagnosis | None = None
    """Why it did not start or failed."""

    @property
    def words(self) -> str:
        """It in a sentence, without the diagnosis."""
        if self.code is None:
            return f"It starts: it was still running after {PATIENCE:.0f} s, and was stopped."
        return "It starts, and ends by itself without an error." if self.code == 0 else "It does not start."

    @property
    def why(self) -> tuple[str, ...]:
        """The diagnosis as plain lines."""
        return lines(self.diagnosis) if self.diagnosis else ()


def try_image(project: Project, env: Mapping[str, str], patience: float = PATIENCE) -> Trial:
    """Run the image in a container without network, for `patience` seconds at the most, and remove it again."""
    env = reaching(env, project.plan.build.context)
    name = f"condock-trial-{secrets.token_hex(6)}"
    argv = ["docker", "run", "--detach", "--network", "none", "--name", name, project.plan.build.image]
    try:
        started = ask(argv, env, timeout=60)
        if started.returncode:
            return _ended(started.returncode, started.stderr, project)
        code = _exit_code(name, env, time.monotonic() + patience)
        if code is None:
            return Trial(None)
        logs = ask(["docker", "logs", "--tail", str(_LINES), name], env)
        return _ended(code, logs.stdout + logs.stderr, project)
    finally:
        ask(["docker", "rm", "--force", "--volumes", name], env)


def _exit_code(name: str, env: Mapping[str, str], deadline: float) -> int | None:
    """The container's exit code; None where it still runs at the deadline."""
    while True:
        state = ask(["docker", "inspect", "--format", "{{.State.Running}} {{.State.ExitCode}}", name], env)
        running, _, code = state.stdout.strip().partition(" ")
        if running == "false":
            return int(code)
        if time.monotonic() > deadline:
            return None
        time.sleep(_POLL)


def _ended(code: int, said: str, project: Project) -> Trial:
    last = [printable(line) for line in said.splitlines()[-_LINES:]]
    return Trial(code, diagnose_start(code, last, project, time.time()) if code else None)
