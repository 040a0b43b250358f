"""One instruction of a Dockerfile, and how words of the plan become words of an instruction."""

from __future__ import annotations

import json
import re
import shlex

from tui.core.dataclass import dataclass
from tui.core.plan import LONGEST_COMMAND

_LONG = 90
_QUOTED = r"""'[^']*'|"[^"]*\""""
_VARIABLES = rf"(?:[A-Z_]+=(?:{_QUOTED}|[^\s'\"])+ )+"
_OPTION = rf"{_QUOTED}| (--(?:name|prefix|channel|override-channels|file)\b)"
"""An option that begins a line, passing over what a shell takes for one word."""


@dataclass(frozen=True)
class Instruction:
    """One instruction, and why it is there in words for someone who has never seen a Dockerfile."""

    text: str
    why: str
    stage: str = "builder"


def copy(path: str, stage: str, *, why: str, options: str = "") -> Instruction:
    source, target = path.rstrip("/") or ".", f"./{path.strip('/')}" if path.strip("./") else "./"
    words = f"{source} {target}"
    if not re.fullmatch(r"[\w.,+@%:=/][\w.,+@%:=/-]*", path):
        pattern = re.sub(r"[*?[]", r"[\g<0>]", literal(source))
        words = json.dumps([pattern, literal(target)], ensure_ascii=False)
    return Instruction(f"COPY {options}{words}", why, stage)


def run(command: str, *before: str) -> str:
    """RUN with mounts and what else comes before the command a line each; a long command in several lines too."""
    if "\n" not in command and len(command) >= _LONG:
        variables = re.match(_VARIABLES, command)
        before = (*before, variables[0].rstrip()) if variables else before
        command = command[variables.end() :] if variables else command
    if "\n" not in command and len(command) >= _LONG:
        command = re.sub(_OPTION, lambda found: f" \\\n    {found[1]}" if found[1] else found[0], command)
    return "RUN " + " \\\n    ".join((*before, command))


def write_file(text: str, path: str) -> str:
    """RUN that writes a file line by line, as a here-document needs Dockerfile 1.4; `path` is one of the shell."""
    lines = " \\\n      ".join(shlex.quote(line) for line in text.splitlines())
    return f"RUN printf '%s\\n' \\\n      {lines} \\\n      > {path}"


def literal(text: str) -> str:
    """The text as a word that BuildKit takes as it is: it fills in variables and drops quotes in lists too."""
    return re.sub(r"[$'\"\\]", r"\\\g<0>", text)


def quoted(text: str) -> str:
    """The text as a word in double quotes that BuildKit takes as it is; a line break has no such form."""
    return '"' + re.sub(r'[$"\\]', r"\\\g<0>", text) + '"'


def entrypoint(command: str) -> str:
    """The exec form of a command given as shell words; words with open quotes stay one word."""
    try:
        words = shlex.split(command) if len(command) <= LONGEST_COMMAND else [command]
    except ValueError:
        words = [command]
    return json.dumps(words, ensure_ascii=False)
