"""Standard input, output and error as condock needs them: all three there, and able to carry any text."""

from __future__ import annotations

import os
import sys


def mend_streams() -> None:
    """Put something in the place of what is closed, and let no text fail for its letters.

    A closed number would be given to the next file that is opened, and what is for people would go to stdout:
    Python (3.11) has None for the stream then, and prints there. Who reads from a pipe gets UTF-8, as Dockerfiles
    are.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # It takes the lowest free number. Nothing can be written to stdout then: said where it matters.
            os.open(os.devnull, os.O_RDWR if number == 2 else os.O_RDONLY)
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if stream.encoding.lower().replace("-", "") != "utf8" and (change := getattr(stream, "reconfigure", None)):
            change(errors="replace") if stream.isatty() else change(encoding="utf-8", errors="backslashreplace")
