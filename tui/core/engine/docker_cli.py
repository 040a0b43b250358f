"""Short questions to the docker command line, which knows contexts and builders that the SDK does not."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Event

from tui.core.secret import KEY_VARIABLE

TYPE_CHECKING = False  # to import it takes milliseconds, which a machine without docker is spared
if TYPE_CHECKING:
    import subprocess

DOCKER = "docker"
"""The program that is asked, builds and runs."""
TIMEOUT = 10  # seconds: an engine that answers at all answers in milliseconds
HUNG = 124
"""The code of a question that had no answer in its time, as `timeout` of the shell has it."""
_POLL = 0.1


def find_program(name: str, env: Mapping[str, str]) -> str | None:
    """The path of a program, as the PATH of this environment has it; `shutil.which` brings much along."""
    places = env.get("PATH", os.defpath).split(os.pathsep)
    found = (os.path.join(place, name) for place in places if place)
    return next((path for path in found if os.path.isfile(path) and os.access(path, os.X_OK)), None)


def ask(
    argv: Sequence[str], env: Mapping[str, str], timeout: float = TIMEOUT, cancel: Event | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a short command; its answer is empty where there is none.

    It has code 1 then where it cannot be run or is cancelled, and HUNG where the seconds of `timeout` are over.

    It is not given the key: no question needs it, and plug-ins of docker and ssh would have it, too.
    """
    import signal
    import subprocess

    try:
        process = subprocess.Popen(
            argv,
            env={name: value for name, value in env.items() if name != KEY_VARIABLE},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # without a terminal, ssh fails instead of asking for a password
            text=True,
            errors="replace",
        )
    except OSError:
        return subprocess.CompletedProcess(argv, 1, "", "")
    deadline = time.monotonic() + timeout
    with process:
        while time.monotonic() < deadline and not (cancel and cancel.is_set()):
            with suppress(subprocess.TimeoutExpired):
                output, errors = process.communicate(timeout=_POLL)
                return subprocess.CompletedProcess(argv, process.returncode, output, errors)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # the plugin and ssh with it, which hold the pipes open
    return subprocess.CompletedProcess(argv, 1 if cancel and cancel.is_set() else HUNG, "", "")
