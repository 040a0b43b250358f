"""Characters that nobody sees: YAML takes them for text, and conda for a part of a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

import yaml

from tui.core.environment.edits import Fix
from tui.core.environment.findings import Finding, finding_at
from tui.core.environment.layout import Layout
from tui.core.environment.syntax import compose
from tui.core.errors import Problem

_SPACES = "\xa0\u115f\u1160\u1680\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\uffa0"
_NOTHINGS = (
    "\xad\u034f\u061c\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e01ef"
)
_FREE = ("name", "prefix", "variables")
"""Parts whose texts are nobody's names."""
INVISIBLE = re.compile(f"[{_SPACES}{_NOTHINGS}]")
_SPACE = f"[{_SPACES}]"
# Comments are passed over, and `#` within quotes begins none.
_PIECES = rf"""(?m)'[^'\n]*'|"(?:\\.|[^"\\\n])*"|(?:^|(?<=[ \t]))\#[^\n]*|{INVISIBLE.pattern}"""


def without_invisible(text: str) -> str:
    """The text as it looks: with plain spaces, and without what takes no room."""
    return INVISIBLE.sub("", re.sub(_SPACE, " ", text))


def find_invisible(layout: Layout, root: yaml.Node | None) -> tuple[Finding, ...]:
    """A finding for each line that has one, and one fix for all; `root` is None where the text is no YAML.

    conda 26.7.1 refuses each of them in a package ("package name contains invalid characters").
    """
    if layout.text.isascii():
        return ()
    places = list(_places(layout.text, tuple(_free(root))))
    if not places:
        return ()
    edits = tuple(layout.edit(at, at + 1, without_invisible(layout.text[at])) for at in places)
    readable = not isinstance(compose(without_invisible(layout.text)), Problem)
    fix = Fix("Remove what cannot be seen", edits) if readable else None
    return tuple(_findings(layout, places, fix))


def _places(text: str, free: tuple[tuple[int, int], ...]) -> Iterator[int]:
    for piece in re.finditer(_PIECES, text):
        if not piece[0].startswith("#"):
            for found in INVISIBLE.finditer(text, *piece.span()):
                if not any(start <= found.start() < end for start, end in free):
                    yield found.start()


def _free(root: yaml.Node | None) -> Iterator[tuple[int, int]]:
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value in _FREE:
            yield value.start_mark.index, value.end_mark.index


def _findings(layout: Layout, places: Iterable[int], fix: Fix | None) -> Iterator[Finding]:
    lines = set()
    for at in places:
        line, column = layout.place_of(at)
        if line not in lines:
            lines.add(line)
            yield _finding(layout.text[at], line, column, fix)


def _finding(character: str, line: int, column: int, fix: Fix | None) -> Finding:
    name = unicodedata.name(character, "").lower()
    known = f"U+{ord(character):04X}{f', {name}' if name else ''}"
    message = f"A character here cannot be seen ({known}), and conda takes it for a part of the text."
    hint = "Remove it: it often comes from copying out of another program."
    return finding_at(line, column, message, hint, end_column=column + 2, fix=fix)
