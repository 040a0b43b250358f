"""The colours that a build prints: the codes in a line, read into spans of text that look alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeAlias

from tui.core.dataclass import dataclass, replace
from tui.core.untrusted_text import SGR

Colour: TypeAlias = int | tuple[int, int, int]
"""One of the 256 of a terminal, or red, green and blue; the first 16 are the terminal's own."""


@dataclass(frozen=True)
class Look:
    """How a piece of text looks; None is the colour of all text."""

    foreground: Colour | None = None
    background: Colour | None = None
    bold: bool = False
    dim: bool = False
    italic: bool = False
    underline: bool = False


PLAIN = Look()


def spans(line: str) -> Iterator[tuple[str, Look]]:
    """The text of a safe line in pieces, each with its look; no piece is empty.

    Codes are those of ECMA-48, 8.3.117, and xterm's for more colours. Blinking, hidden and reversed text is not
    imitated: nothing a build prints should be unreadable.
    """
    look, at = PLAIN, 0
    for match in re.finditer(SGR, line):
        if match.start() > at:
            yield line[at : match.start()], look
        look, at = _changed(look, match[0][2:-1]), match.end()
    if at < len(line):
        yield line[at:], look


@lru_cache(maxsize=4_096)
def _changed(look: Look, codes: str) -> Look:
    """The look after one escape; codes that are not known change nothing."""
    # Colons come with colours only, and then with an empty part for their colour space.
    parts = iter([_number(part) for part in codes.replace("::", ":").replace(":", ";").split(";")])
    for code in parts:
        look = _extended(look, code, parts) if code in (38, 48) else _simple(look, code)
    return look


def _number(text: str) -> int:
    return int(text) if 0 < len(text) <= 3 else 0 if not text else -1


def _simple(look: Look, code: int) -> Look:
    if code == 0:
        return PLAIN
    tens, colour = divmod(code, 10)
    if colour < 8 and tens in (3, 9):
        return replace(look, foreground=colour + (8 if tens == 9 else 0))
    if colour < 8 and tens in (4, 10):
        return replace(look, background=colour + (8 if tens == 10 else 0))
    return replace(look, **_ATTRIBUTES.get(code, {}))


_ATTRIBUTES: dict[int, dict[str, Any]] = {
    1: {"bold": True},
    2: {"dim": True},
    3: {"italic": True},
    4: {"underline": True},
    22: {"bold": False, "dim": False},
    23: {"italic": False},
    24: {"underline": False},
    39: {"foreground": None},
    49: {"background": None},
}


def _extended(look: Look, code: int, parts: Iterator[int]) -> Look:
    """`5;n` is one of 256 colours, `2;r;g;b` any."""
    colour: Colour
    match next(parts, -1):
        case 5:
            colour = next(parts, -1)
            fits = 0 <= colour <= 255
        case 2:
            colour = next(parts, -1), next(parts, -1), next(parts, -1)
            fits = all(0 <= part <= 255 for part in colour)
        case _:
            return look
    if not fits:
        return look
    return replace(look, foreground=colour) if code == 38 else replace(look, background=colour)
