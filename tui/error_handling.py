"""Turns what a command does into its exit code: failures that were foreseen are told as their two sentences."""

from __future__ import annotations

import errno
import os
import sys

from tui.core.exit_code import ExitCode

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable

    from tui.core.errors import CondockError


def exit_code(work: Callable[[], int]) -> int:
    """Do the work; gives its exit code, or that of the failure that ended it."""
    try:
        code = _flushed(work)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except OSError as error:
        unread = error.errno in (errno.EPIPE, errno.EIO)  # whoever read it has closed it, or its terminal is gone
        if not unread:
            _say(_explained(error))
        # Python would complain once more at exit.
        for output in (sys.stdout, sys.stderr):
            os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())
        return ExitCode.INTERRUPTED if unread else ExitCode.WRONG_USE
    except Exception as error:
        from tui.core.errors import CondockError

        if not isinstance(error, CondockError):
            raise
        _say(error)
        return error.exit_code
    return code


def _flushed(work: Callable[[], int]) -> int:
    """The exit code, once all is written; also what argparse prints before it leaves."""
    try:
        code = work()
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    sys.stdout.flush()
    return code


def _say(error: CondockError) -> None:
    from contextlib import suppress

    from tui.headless.views.stderr import tell

    with suppress(OSError):  # then there is nobody to be told
        tell(f"condock: {error}")


def _explained(error: OSError) -> CondockError:
    from tui.core.errors import CondockError

    reason = error.strerror or str(error)
    if error.filename:
        from tui.core.untrusted_text import printable

        message = f"{printable(os.fsdecode(error.filename))} cannot be used: {reason}."
        return CondockError(message, "Look at the file and at who may use it.")
    try:
        os.getcwd()
    except FileNotFoundError:
        return CondockError("The folder you are in is not there any more.", "Go to another folder (`cd`).")
    return CondockError(f"What condock has to say cannot be written: {reason}.", "Look where its output goes.")
