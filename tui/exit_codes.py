"""What becomes of a failure at the end of condock: a sentence and an exit code, never a traceback."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable

from tui.core.errors import CondockError, ExitCode


def exit_code(work: Callable[[], int]) -> int:
    """Do the work; gives its exit code, or that of the failure that ended it."""
    try:
        code = work()
        print(end="", flush=True)  # nothing where stdout is closed
        return code
    except CondockError as error:
        print(f"condock: {error}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):
            raise
        # Whoever read our output has closed it, or its terminal is gone; Python would complain once more at exit.
        for output in (sys.stdout, sys.stderr):
            os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())
        return ExitCode.INTERRUPTED
