"""The command line: arguments in, exit codes out."""

from __future__ import annotations

import gc
import os
import sys

from tui.outputs import OUTPUTS
from tui.streams import mend_streams

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui.core.building.fast_repeat.start import StartedBuild

_LONG = (["audit"], ["check"], ["lock"])
_SHORT = (["build"], ["render"], ["doctor"])
_FLAGS = [f"--{output}" for output in OUTPUTS]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run condock; gives the exit code."""
    mend_streams()
    _search_absolute_places()
    given = sys.argv[1:] if arguments is None else list(arguments)
    if given == ["--version"]:
        return _version()
    if arguments is None and given[:1] not in _LONG:
        gc.disable()  # a tenth of the time that imports take; the wizard and a build that goes on turn it on again
    try:
        started = _start_repeat(given)  # before anything else is imported, which takes its time
        from tui.failures import exit_code
    except KeyboardInterrupt:
        return 130

    code = exit_code(lambda: _run(given, started))
    if arguments is None and given[:1] in _SHORT:
        os._exit(code)  # all is closed and written; to take Python apart is a tenth of a cached build
    return code


def _version() -> int:
    try:
        return _print_version()
    except OSError:
        from tui.failures import exit_code

        return exit_code(_print_version)  # which fails in the same way, and says so


def _print_version() -> int:
    from tui.version import VERSION

    print(f"condock {VERSION}", flush=True)
    return 0


def _search_absolute_places() -> None:
    """Look for programs in absolute places alone: with a `.` in PATH, a folder could bring its own `docker`."""
    places = os.environ.get("PATH", os.defpath).split(os.pathsep)
    os.environ["PATH"] = os.pathsep.join(filter(os.path.isabs, places))


def _run(arguments: list[str], started: StartedBuild | None) -> int:
    if started is not None:
        from tui.headless.fast_repeat import repeat

        outputs = [word for word in arguments if word in _FLAGS]
        done = repeat(started, os.environ, outputs[0].strip("-") if outputs else "auto")
        if done is not None:
            return done
    from tui.arguments import run

    return run(arguments)


def _start_repeat(arguments: list[str]) -> StartedBuild | None:
    """The build that is asked for, started already, if it is the last one again."""
    if arguments[:1] != ["build"]:
        return None
    outputs = [word for word in arguments[1:] if word in _FLAGS]
    folders = [word for word in arguments[1:] if word not in _FLAGS]
    if len(outputs) > 1 or len(folders) > 1 or "".join(folders).startswith("-"):
        return None
    from tui.core.building.fast_repeat.start import start_repeat

    return start_repeat(folders[0] if folders else ".", os.environ, _has_no_key)


def _has_no_key(folder: str, env: Mapping[str, str], record: str) -> bool:
    from tui.headless.fast_repeat import has_no_key

    return has_no_key(folder, env, record)
