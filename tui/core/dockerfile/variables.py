"""The variables of environment.yml, which conda sets only in an activated environment, as ENV of the image."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tui.core.dockerfile.instruction import Instruction, quoted
from tui.core.secret import SECRET_NAME
from tui.core.untrusted_text import shown

_NAME = r"(?a)[A-Za-z_]\w*"
_RESERVED = ("PATH",)
"""conda ignores them too (26.7.1, RESERVED_ENV_VARS)."""
_WHY = (
    "From `variables` of the environment file. conda sets them when somebody activates the environment, and in an "
    "image nobody does."
)


def variable_instructions(variables: Iterable[tuple[str, str]]) -> Iterator[Instruction]:
    """One ENV for each variable; for one that is left out, a comment that says so and why."""
    for name, value in variables:
        if reason := _left_out(name, value):
            yield Instruction(
                f"# {shown(name)}, a variable of the environment file, is left out.", reason, "runtime"
            )
        else:
            yield Instruction(f"ENV {name}={quoted(value)}", _WHY, "runtime")


def _left_out(name: str, value: str) -> str:
    """Why it cannot or must not stand in a Dockerfile; empty where it may."""
    if re.search(SECRET_NAME, name):
        return "By its name it is a secret, and all who have an image can read its ENV. Give it to the container."
    if not re.fullmatch(_NAME, name) or not value.isprintable():
        return "ENV takes names of letters, digits and `_`, and values of one line."
    return "ENV PATH above is needed to find the programs of the environment." if name in _RESERVED else ""
