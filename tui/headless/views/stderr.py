"""Talk: it goes to stderr, as stdout is for data."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from typing import TextIO


def say(text: str) -> None:
    """Write a line, or some, as they are."""
    print(text, file=sys.stderr, flush=True)


def tell(text: str, stream: TextIO | None = None) -> None:
    """Write a message for people, to stderr or another stream: on a terminal none of its lines breaks a word."""
    stream = stream or sys.stderr
    if stream.isatty():
        from tui.headless.views.frame import size, wrapped

        text = wrapped(text, size()[0])
    print(text, file=stream, flush=True)
