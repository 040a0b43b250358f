"""A stand-in for conda, in the builder images of the tests only: conda is not on PyPI, and this is no part of it.

There this folder is the package `conda`, hence the relative imports. It solves and links with py-rattler and finds
the key with anaconda-auth; what it says and when follows recorded builds with real conda, and conda's source at
the tags 25.11.1 and 26.7.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

_VERSION = Path(__file__).with_name("version")
__version__ = _VERSION.read_text().strip() if _VERSION.exists() else "26.7.1"
"""Which conda is played: the image says it in a file."""

RELEASE = tuple(int(part) for part in __version__.split("."))


class CondaError(Exception):
    """Ends the program with its kind and its text on stderr."""

    return_code = 1

    def __repr__(self) -> str:
        return f"{type(self).__name__}: {self}"


class CondaExitZero(CondaError):
    """An end that is no failure."""

    return_code = 0


class CondaMultiError(CondaError):
    """Several at once, each told by itself."""

    def __init__(self, errors: Iterable[Exception]) -> None:
        self.errors = tuple(errors)
        super().__init__("".join(f"{error}\n" for error in self.errors))

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.errors))
