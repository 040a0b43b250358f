"""Starts the image that was built for a moment, to see whether it does, what it prints and what it answers."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping, Sequence

from tui.core.application.ports import other_port
from tui.core.building.failure.diagnosis import Diagnosis, diagnose_start, lines
from tui.core.building.failure.listening import Listener, find_listeners, http_status
from tui.core.dataclass import dataclass, replace
from tui.core.engine.contexts import reaching
from tui.core.engine.docker_cli import DOCKER, ask
from tui.core.project import Project
from tui.core.untrusted_text import Redactor, printable

PATIENCE = 20.0
"""Seconds that a program may take until it ends or listens."""
_POLL = 0.1
_LINES = 200
_SHOWN = 7
"""Lines of those that it printed, the last ones."""
_GUARDED = r"https?://\S+[?&]token=\S+"
_STAMP = r"(?m)^(\d{4}-\d\d-\d\dT[\d:.]+Z) "
_GONE = "(an address with a token, gone with the container)"


@dataclass(frozen=True)
class Trial:
    """The outcome of a trial run."""

    code: int | None
    """The exit code; None where it was still running."""
    diagnosis: Diagnosis | None = None
    """Why it did not start or failed."""
    seconds: float = PATIENCE
    """How long it was watched."""
    port: str = ""
    """That the plan says it listens on."""
    command: str = ""
    """The plan's."""
    listening: tuple[Listener, ...] = ()
    status: int | None = None
    """Of its HTTP answer on that port."""
    printed: tuple[str, ...] = ()
    """Its last lines, safe to show."""

    @property
    def good(self) -> bool:
        """True if it does what the plan says."""
        return self.code == 0 or (self.code is None and (not self.port or self._at_port(is_open=True) is not None))

    @property
    def words(self) -> str:
        """It in a sentence or two, without the diagnosis."""
        if self.code is not None:
            return "It starts, and ends by itself without an error." if self.code == 0 else "It does not start."
        if found := self._at_port(is_open=True):
            answers = f"answers with HTTP {self.status}" if self.status else "listens"
            return f"It starts, and {answers} on {found}; it was stopped again."
        if not self.port and self.listening:
            return f"It starts, and listens on {self.listening[0]}; it was stopped again. The plan has no port."
        if not self.port:
            return f"It starts: it was still running after {self.seconds:.0f} s, and was stopped again."
        return f"It runs, but {self._why_unreached}"

    @property
    def fault(self) -> Diagnosis | None:
        """Why it does not do what the plan says, and where that is mended; None where it does."""
        if self.good or self.code is not None:
            return self.diagnosis
        at_command = self._at_port(is_open=False) or other_port(self.command, self.port)
        field = "application.command" if at_command else "application.port"
        return Diagnosis("unreached", self.words, "", self.printed, step="application", field=field)

    @property
    def _why_unreached(self) -> str:
        if found := self._at_port(is_open=False):
            return f"listens on {found} alone, which nothing outside reaches: have it listen on 0.0.0.0."
        if found := next((one for one in self.listening if one.open), None):
            return f"listens on {found}, and the plan says port {self.port}: correct one of the two."
        return f"listened on no port within {self.seconds:.0f} s; the plan says {self.port}."

    def _at_port(self, *, is_open: bool) -> Listener | None:
        found = (one for one in self.listening if str(one.port) == self.port and one.open is is_open)
        return next(found, None)

    @property
    def why(self) -> tuple[str, ...]:
        """The diagnosis as plain lines; where there is none, what it printed."""
        if self.diagnosis:
            return lines(self.diagnosis)
        printed = (re.sub(_GUARDED, _GONE, line) for line in self.printed[-_SHOWN:])
        return tuple(f"│ {line}" for line in printed) or ("It printed nothing.",)


def try_image(project: Project, env: Mapping[str, str], patience: float = PATIENCE) -> Trial:
    """Run the image in a container without network, for `patience` seconds at the most, and remove it again.

    Where the plan has a port, until something listens there; it is then asked once. Where it has none, until it
    ends, as a script does, or listens where it can be reached from outside.
    """
    env = reaching(env, project.plan.build.context)
    its = project.plan.application
    name = f"condock-trial-{secrets.token_hex(6)}"
    argv = [DOCKER, "run", "--detach", "--network", "none", "--name", name, project.plan.build.image]
    try:
        started = ask(argv, env, timeout=60)
        if started.returncode:
            return _ended(started.returncode, _readable(started.stderr, project), project)
        trial = _watched(name, env, Trial(None, seconds=patience, port=its.port, command=its.command))
        printed = _readable(_printed(name, env), project)
        return _ended(trial.code, printed, project) if trial.code is not None else replace(trial, printed=printed)
    finally:
        ask([DOCKER, "rm", "--force", "--volumes", name], env)


def _watched(name: str, env: Mapping[str, str], trial: Trial) -> Trial:
    """The trial once the container has ended, listens where it should, or its time is over."""
    start = time.monotonic()
    while True:
        code = _exit_code(name, env)
        if code is not None:
            return replace(trial, code=code)
        found = find_listeners(name, env)
        if trial.port:
            trial = replace(trial, listening=found)
            if at := next((one for one in found if str(one.port) == trial.port), None):
                return replace(trial, status=http_status(name, at, env))
        elif reached := tuple(one for one in found if one.open):  # else its own processes talk to each other
            return replace(trial, listening=reached)
        passed = time.monotonic() - start
        if passed > trial.seconds:
            return replace(trial, seconds=passed)
        time.sleep(_POLL)


def _printed(name: str, env: Mapping[str, str]) -> str:
    """Both of its outputs as one, by the times that docker writes in front of lines, in a fixed width."""
    logs = ask([DOCKER, "logs", "--timestamps", "--tail", str(_LINES), name], env)
    parts = [re.split(_STAMP, output) for output in (logs.stdout, logs.stderr)]
    lines = [line for _, *stamped in parts for line in zip(stamped[::2], stamped[1::2], strict=True)]
    return "\n".join(said.removesuffix("\n") for _, said in sorted(lines, key=lambda line: line[0]))


def _exit_code(name: str, env: Mapping[str, str]) -> int | None:
    """The container's exit code; None where it runs."""
    state = ask([DOCKER, "inspect", "--format", "{{.State.Running}} {{.State.ExitCode}}", name], env)
    running, _, code = state.stdout.strip().partition(" ")
    return int(code) if running == "false" else None


def _readable(said: str, project: Project) -> tuple[str, ...]:
    redact = Redactor(project.known_keys)
    return tuple(printable(redact(line)) for line in said.splitlines()[-_LINES:])


def _ended(code: int, printed: Sequence[str], project: Project) -> Trial:
    diagnosis = diagnose_start(code, list(printed), project, time.time()) if code else None
    return Trial(code, diagnosis, printed=tuple(printed))
