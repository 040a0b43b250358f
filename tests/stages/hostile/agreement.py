"""Somebody who agrees to everything that `condock build` asks of a folder."""

from __future__ import annotations

import re
import shlex

from tests.stages.hostile.machine import Machine
from tui.main import main

_OPTION = re.compile(r"add (--trust .+); if not")
_MOST = 12


def agree(machine: Machine) -> None:
    """Build, and give every option that is named, until the build is made; each kind is printed once asked."""
    options: list[str] = []
    for _ in range(_MOST):
        before = machine.printed()
        main(["build", *options, str(machine.folder)])
        said = machine.printed().removeprefix(before)
        named = _named(said)
        if not named or named == options:
            return
        print(*(f"asked: {word.partition('=')[0]}" for word in named if word != "--trust"), sep="\n")
        options = named


def kinds_named(said: str) -> set[str]:
    """The kinds that a command names options for."""
    return {word.partition("=")[0] for word in _named(said) if word != "--trust"}


def _named(said: str) -> list[str]:
    return [word for option in _OPTION.findall(said) for word in shlex.split(option)]


def asked(said: str) -> set[str]:
    """The kinds that were asked about."""
    return set(re.findall(r"^asked: (.+)$", said, re.MULTILINE))
