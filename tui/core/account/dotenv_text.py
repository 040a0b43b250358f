"""The lines of a .env file, read as python-dotenv reads them, but with nothing of the environment filled in.

python-dotenv itself puts the value of a variable of the process for `${NAME}`: so a stranger's file could make any
secret of its user the API key, or part of a host's name. Nor does it refuse what grows without end, or takes
hours.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterator, Mapping
from io import StringIO

MOST_CHARACTERS = 64_000
_MOST_LINES = 1_000
"""Each takes python-dotenv 40 µs, and the file is read a dozen times."""
_MANY_BLANKS = r"[^\S\r\n]{200}"
"""It looks for a comment behind each of the blanks in a row, and goes through the rest of them each time."""
_MOST_VARIABLES = 100
"""Of one value: behind each `${` it goes through all of what follows."""


def raw_lines(text: str) -> Mapping[str, str | None]:
    """The values as they stand, by their names; None where a name stands without one.

    Raises ValueError for a text that nobody writes by hand.
    """
    return dict(_lines(text))


def assignments(text: str, env: Mapping[str, str] | None = None) -> dict[str, str]:
    """The values by their names; `${NAME}` is filled in from the lines above, and from `env` where it is given.

    Raises as `raw_lines`, and where the values grow without end.
    """
    values: dict[str, str] = {}
    known = ChainMap(values, dict(env or {}))
    left = MOST_CHARACTERS
    for name, value in _lines(text):
        values[name] = "".join(_filled(value or "", known, left))
        left -= len(values[name])
        if value is None:
            del values[name]
    return values


def _lines(text: str) -> list[tuple[str, str | None]]:
    if len(text) > MOST_CHARACTERS or len(text.splitlines()) > _MOST_LINES or re.search(_MANY_BLANKS, text):
        raise ValueError("This is no .env file that a person wrote.")
    from dotenv.parser import parse_stream  # 35 ms, and most projects have no .env

    return [(line.key, line.value) for line in parse_stream(StringIO(text)) if line.key is not None]


def _filled(value: str, values: Mapping[str, str], most: int) -> Iterator[str]:
    """The parts of a value, each variable filled in; ValueError where they are longer than `most` together."""
    from dotenv.variables import parse_variables

    if value.count("${") > _MOST_VARIABLES:
        raise ValueError("A value has too many variables in it.")
    for atom in parse_variables(value):
        part = atom.resolve(values)
        most -= len(part)
        if most < 0:
            raise ValueError("The values grow without end.")
        yield part
