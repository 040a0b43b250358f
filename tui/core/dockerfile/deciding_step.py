"""The step in which what an instruction says is chosen, and a Dockerfile's lines for a narrow place."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.core.dockerfile.instruction import Instruction

_DIGEST = r"(@sha256:[0-9a-f]{8})[0-9a-f]{56}"
_MOUNT = "--mount=type=secret"
_RULES = tuple(
    (step, field, stage, re.compile(rule))
    for step, field, stage, rule in (
        ("base", "base.builder", "builder", r"FROM "),
        ("base", "base.accept_tos", "builder", r"ENV CONDA_PLUGINS_AUTO_ACCEPT_TOS"),
        ("base", "base.runtime", "runtime", r"FROM "),
        ("account", "key", "builder", _MOUNT),
        ("secret", "secret.mode", "builder", _MOUNT),
        ("secret", "secret.plugin_channel", "builder", r"anaconda-registration"),
        (
            "dependencies",
            "environment",
            "builder",
            r"^COPY |conda env create|conda create|--download-only|pip install",
        ),
        ("application", "application.folder", "runtime", r"^WORKDIR"),
        ("application", "application.files", "runtime", r"^COPY (?!--from=)"),
        ("application", "application.port", "runtime", r"^EXPOSE"),
        ("application", "application.command", "runtime", r"^ENTRYPOINT"),
        ("application", "application.user", "runtime", r"^(?:USER|RUN getent)"),
    )
)
_FEW = 3
"""Lines of an instruction of another step that are shown."""


def chosen_in(instruction: Instruction, step: str) -> bool:
    """True if what this instruction says is chosen in this step."""
    return any(step == key for key, _ in _deciding(instruction))


def mounts_key(instruction: Instruction) -> bool:
    """True if it is shown the key."""
    return _MOUNT in instruction.text


def decided(instruction: Instruction) -> tuple[str, str]:
    """The step where what it says is chosen, and the field there; both empty where none is."""
    return (("", ""), *_deciding(instruction))[-1]


def _deciding(instruction: Instruction) -> Iterator[tuple[str, str]]:
    stage, text = instruction.stage, instruction.text
    return ((key, field) for key, field, where, rule in _RULES if where == stage and rule.search(text))


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
