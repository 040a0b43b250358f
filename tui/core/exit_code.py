"""The exit codes; by themselves, for `--help` and for what may not wait for anything to be imported."""

from __future__ import annotations

from enum import IntEnum

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from typing import Self


class ExitCode(IntEnum):
    """The exit codes of every condock command, each with its words for `--help`; also in the README."""

    DONE = 0, "done"
    BUILD_FAILED = 1, "the build failed"
    WRONG_USE = 2, "wrong use, an incomplete plan, or channels that could not be asked"
    NO_KEY = 3, "no usable API key"
    NO_ENGINE = 4, "no usable Docker engine, or an image that was not all searched"
    KEY_FOUND = 5, "the key was found where it must not be"
    INTERRUPTED = 130, "interrupted, or nobody reads the output any more"

    words: str

    def __new__(cls, code: int, words: str) -> Self:
        member = int.__new__(cls, code)
        member._value_ = code
        member.words = words
        return member
