"""The lines of a .env file, read as python-dotenv reads them, but with nothing of the environment filled in.

python-dotenv itself puts the value of a variable of the process for `${NAME}`: so a stranger's file could make any
secret of its user the API key, or part of a host's name.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from io import StringIO

_SILENT = logging.NullHandler()


def raw_lines(text: str) -> Mapping[str, str | None]:
    """The values as they stand, by their names; None where a name stands without one."""
    from dotenv import dotenv_values  # 35 ms, and most projects have no .env

    # It warns of lines it cannot parse; without a handler, logging would print that over the screen.
    logging.getLogger("dotenv").addHandler(_SILENT)
    return dotenv_values(stream=StringIO(text), interpolate=False)


def assignments(text: str) -> dict[str, str]:
    """The values by their names; `${NAME}` is filled in from the lines above alone."""
    from dotenv.variables import parse_variables

    values: dict[str, str] = {}
    for name, value in raw_lines(text).items():
        if value is not None:
            values[name] = "".join(atom.resolve(values) for atom in parse_variables(value))
    return values
