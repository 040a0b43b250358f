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
_NO_OPTIONS = {"output": "auto", "check_key": False, "record": None}
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
        from tui.error_handling import exit_code
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
        from tui.error_handling import exit_code

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
    plain = _plain(arguments)
    if started is not None and plain is not None:
        from tui.headless.fast_repeat import repeat

        done = repeat(started, os.environ, plain["output"])
        if done is not None:
            return done
    if plain is not None:
        return _run_plain(arguments[0], plain)
    from tui.commands import COMMANDS

    folder = "".join(arguments)
    if len(arguments) <= 1 and not folder.startswith("-") and folder not in COMMANDS:
        return _run_plain("wizard", {"folder": folder, "output": "auto"})
    from tui.arguments import run

    return run(arguments)


def _run_plain(command: str, given: dict[str, str]) -> int:
    from pathlib import Path
    from types import SimpleNamespace

    from tui.commands import COMMANDS

    options = {**_NO_OPTIONS, "output": given["output"], "folder": Path(given["folder"])}
    return int(COMMANDS[command][1](SimpleNamespace(**options)))


def _start_repeat(arguments: list[str]) -> StartedBuild | None:
    """The build that is asked for, started already, if it is the last one again."""
    plain = _plain(arguments)
    if arguments[:1] != ["build"] or plain is None:
        return None
    from tui.core.building.fast_repeat.start import start_repeat

    return start_repeat(plain["folder"], os.environ, _has_no_key)


def _plain(arguments: list[str]) -> dict[str, str] | None:
    """Folder and output of a short command where it has no more: they need no parser, which takes its time."""
    if arguments[:1] not in _SHORT:
        return None
    flags = _FLAGS if arguments[0] == "build" else ()
    outputs = [word for word in arguments[1:] if word in flags]
    folders = [word for word in arguments[1:] if word not in flags]
    if len(outputs) > 1 or len(folders) > 1 or "".join(folders).startswith("-"):
        return None
    return {"folder": folders[0] if folders else ".", "output": outputs[0].strip("-") if outputs else "auto"}


def _has_no_key(folder: str, env: Mapping[str, str], record: str) -> bool:
    from tui.headless.fast_repeat import has_no_key

    return has_no_key(folder, env, record)
