"""What conda's own script imports: `from conda.cli import main`."""

from __future__ import annotations

import os
import sys

from . import __main__ as stand_in


def main() -> None:
    """Run what the command line says, and end."""
    status = stand_in.main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # py-rattler 0.28 crashes now and then in a normal exit
