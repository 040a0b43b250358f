"""Talk: it goes to stderr, as stdout is for data."""

from __future__ import annotations

import sys


def say(text: str) -> None:
    """Write a line, or some."""
    print(text, file=sys.stderr, flush=True)
