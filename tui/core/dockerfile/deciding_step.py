"""The step in which what an instruction says is chosen, and a Dockerfile's lines for a narrow place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.core.dockerfile.instruction import Instruction

_DIGEST = r"(@sha256:[0-9a-f]{8})[0-9a-f]{56}"
_MOUNT = "--mount=type=secret"
_RULES = (
    ("base", "builder", re.compile(r"FROM |ENV CONDA_PLUGINS_AUTO_ACCEPT_TOS")),
    ("base", "runtime", re.compile(r"FROM ")),
    ("account", "builder", re.compile(_MOUNT)),
    ("secret", "builder", re.compile(rf"{_MOUNT}|anaconda-registration")),
    ("dependencies", "builder", re.compile(r"^COPY |conda env create|conda create|--download-only|pip install")),
    ("application", "runtime", re.compile(r"^(?:WORKDIR|COPY (?!--from=)|EXPOSE|ENTRYPOINT|USER|RUN getent)")),
)
_FEW = 3
"""Lines of an instruction of another step that are shown."""


def chosen_in(instruction: Instruction, step: str) -> bool:
    """True if what this instruction says is chosen in this step."""
    return any(
        step == key and stage == instruction.stage and rule.search(instruction.text) for key, stage, rule in _RULES
    )


def mounts_key(instruction: Instruction) -> bool:
    """True if it is shown the key."""
    return _MOUNT in instruction.text


def deciding_step(instruction: Instruction) -> str:
    """The step where what it says is chosen; empty where none is."""
    return next((key for key, _, _ in reversed(_RULES) if chosen_in(instruction, key)), "")


def shortened_digests(text: str) -> str:
    """A text with the first characters of its digests."""
    return re.sub(_DIGEST, r"\1…", text)


def lines_beside(instructions: tuple[Instruction, ...], step: str) -> Iterator[tuple[str, bool]]:
    """The lines, each with whether it is this step's; a long instruction of another one is cut."""
    stage = instructions[0].stage if instructions else ""
    for instruction in instructions:
        if instruction.stage != stage:
            stage = instruction.stage
            yield "", False
        lines, own = shortened_digests(instruction.text).splitlines(), chosen_in(instruction, step)
        for line in lines if own else lines[:_FEW]:
            yield line, own
        if not own and len(lines) > _FEW:
            yield "    …", False
