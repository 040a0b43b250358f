"""Starts a builder in a session of its own, and what ends it should condock die.

Builds that are repeated start here before anything else is imported: this module needs next to nothing.
"""

from __future__ import annotations

import errno
import os
import time

from tui.core.building.running.child import Child

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

# Holds the command until there is a watchdog: without one, it could outlive a condock that dies this very moment.
_HELD = (
    'scratch=$1; shift; cd -- "$1" && shift && read -r _ && exec "$@" </dev/null; '
    '[ -z "$scratch" ] || /bin/rm -rf -- "$scratch"'
)
# Ends the group once its standard input closes, which happens however condock ends, SIGKILL included.
_WATCHDOG = 'read -r _; kill -s TERM -- "-$1"; sleep 3; kill -s KILL -- "-$1"; rm -rf -- "${2:?}"'

_TERM, _KILL = 15, 9
_POLL = 0.01


class Launched:
    """A command that was started, with its watchdog; `process_group` looks after it from there."""

    def __init__(self, process: Child, outlet: int, scratch: str) -> None:
        self.began = time.monotonic()
        self.process = process
        self.outlet = outlet
        """The end of a pipe with its output, stdout and stderr as they come."""
        self.scratch = scratch
        """A folder that goes with the command; empty for none."""
        # Only condock holds the other end of its standard input: file descriptors are not inherited (PEP 446).
        silence = os.open(os.devnull, os.O_WRONLY)
        try:
            argv = ["/bin/sh", "-c", _WATCHDOG, "condock-watchdog", str(process.pid), scratch]
            self.watchdog = Child(argv, {"PATH": os.defpath}, silence)
        finally:
            os.close(silence)

    def image_id(self) -> str:
        """The id of the image that the builder made; empty where it made none."""
        try:
            with open(image_id_file(self.scratch), encoding="ascii") as file:
                return file.read().strip()
        except (OSError, ValueError):
            return ""

    def abandon(self) -> None:
        """End the command and all it has started, without a look at its output."""
        for number in (_TERM, _KILL):
            try:
                os.killpg(self.process.pid, number)
            except (ProcessLookupError, PermissionError):
                break
            if self._ends_within(3.0):
                break
        self.process.wait()
        os.close(self.outlet)
        self.close()

    def _ends_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            time.sleep(_POLL)
        return self.process.poll() is not None

    def close(self) -> None:
        """Dismiss the watchdog, once nothing of the command is left."""
        os.kill(self.watchdog.pid, _KILL)
        self.watchdog.wait()
        self.watchdog.end_input()
        _remove(self.scratch)


def launch(
    argv: Sequence[str], env: Mapping[str, str], cwd: str | os.PathLike[str], scratch: str = ""
) -> Launched:
    """Start `argv` with `env` as its whole environment; OSError if that cannot be.

    A pipe of our own, since asyncio's would make the exit code wait for whoever holds its other end.
    """
    _refuse_missing(argv[0], env)
    os.stat(cwd)
    held = ["/bin/sh", "-c", _HELD, "condock-held", scratch, os.path.abspath(cwd), *argv]
    outlet, inlet = os.pipe()
    try:
        process = Child(held, env, inlet)
    except BaseException:
        os.close(outlet)
        raise
    finally:
        os.close(inlet)
    try:
        launched = Launched(process, outlet, scratch)
    except BaseException:
        process.end_input()  # without a watchdog it is not to begin
        process.wait()
        os.close(outlet)
        raise
    process.end_input(b"\n")
    return launched


def _refuse_missing(command: str, env: Mapping[str, str]) -> None:
    """Raise the OSError that starting the command would: a shell has only an exit code for it."""
    places = [""] if os.sep in command else env.get("PATH", os.defpath).split(os.pathsep)
    found = [path for place in places if os.path.isfile(path := os.path.join(place, command))]
    if not any(os.access(path, os.X_OK) for path in found):
        number = errno.EACCES if found else errno.ENOENT
        raise OSError(number, os.strerror(number))


def launch_in_scratch(
    argv_for: Callable[[str], Sequence[str]], env: Mapping[str, str], cwd: str | os.PathLike[str]
) -> Launched:
    """Start a builder; `argv_for` gets the path for `--iidfile`, in a private folder that goes with it.

    OSError if that cannot be.
    """
    scratch = _private_folder()
    try:
        return launch(argv_for(image_id_file(scratch)), env, cwd, scratch)
    except BaseException:
        _remove(scratch)
        raise


def image_id_file(scratch: str) -> str:
    """The path at which a builder leaves the id of its image."""
    return os.path.join(scratch, "image-id")


def _private_folder() -> str:
    """As tempfile.mkdtemp, whose imports take longer than all else here."""
    name = f"condock-{os.urandom(8).hex()}"
    places = filter(None, (os.environ.get("TMPDIR"), "/tmp", "/var/tmp"))  # noqa: S108
    for place in places:
        try:
            os.mkdir(path := os.path.join(place, name), 0o700)
        except OSError:
            continue
        return path
    raise OSError(errno.ENOSPC, "there is no folder for temporary files")


def _remove(folder: str) -> None:
    """The folder with the files in it; what cannot be removed stays."""
    try:
        for name in os.listdir(folder) if folder else ():
            os.unlink(os.path.join(folder, name))
        os.rmdir(folder)
    except OSError:
        pass
