"""The paths of the context that a Dockerfile names: BuildKit asks for these alone.

moby/buildkit, frontend/dockerfile/dockerfile2llb/convert.go: the sources of COPY and ADD, and of mounts of it.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator

_ESCAPE = r"(?im)\A(?:#[^\n]*\n)*?# *escape *= *([`\\]) *$"
_INSTRUCTION = r"(?is)\s*(?:ONBUILD\s+)?(COPY|ADD|RUN)\s+(.*)"
_FLAG = r"--(\S+)\s+"
_ELSEWHERE = r"(?i)https?://|git@|<<|ssh://|git://"


def copied_paths(dockerfile: str) -> tuple[str, ...] | None:
    """Each as a pattern; None where all of the context is meant, or it cannot be told which paths are.

    Those of stages that are not built are among them.
    """
    return _all_or_some(path for line in _lines(dockerfile) for path in _named(line))


def copy_instructions(dockerfile: str) -> Iterator[tuple[str, tuple[str, ...] | None]]:
    """Each instruction that takes something of the context, on one line, and the paths it names as above."""
    for line in _lines(dockerfile):
        if found := tuple(_named(line)):
            yield " ".join(line.split()), _all_or_some(found)


def _all_or_some(found: Iterable[str]) -> tuple[str, ...] | None:
    """The paths, each once; None where one of them is all."""
    paths = tuple(dict.fromkeys(found))
    return None if "" in paths else paths


def _lines(text: str) -> Iterator[str]:
    """The instructions, each on one line; comments within them left out."""
    escape = found[1] if (found := re.match(_ESCAPE, text)) else "\\"
    whole = ""
    for line in text.split("\n"):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        part = line.rstrip()
        whole += part.removesuffix(escape)
        if not part.endswith(escape):
            yield whole
            whole = ""
    yield whole


def _named(line: str) -> Iterator[str]:
    """The paths that an instruction names; an empty one for all."""
    found = re.fullmatch(_INSTRUCTION, line)
    if not found:
        return
    rest, flags = found[2], dict[str, list[str]]()
    while flag := re.match(_FLAG, rest):
        name, _, value = flag[1].partition("=")
        flags.setdefault(name, []).append(value)
        rest = rest[flag.end() :]
    if found[1].upper() == "RUN":
        for mount in flags.get("mount", ()):
            fields = mount_fields(mount)
            if fields.get("type", "bind") == "bind" and "from" not in fields:
                yield _clean(fields.get("source", fields.get("src", ".")))
    elif "from" not in flags:
        words = _words(rest)
        yield from (_clean(word) for word in words[:-1] if not re.match(_ELSEWHERE, word))
        if not words:
            yield ""


def mount_fields(mount: str) -> dict[str, str]:
    """The fields of `--mount`, a record of CSV; none where it is not one."""
    import csv

    try:
        return dict(field.partition("=")[::2] for field in next(csv.reader([mount]), []))
    except csv.Error:  # a field of more than 128 KiB
        return {}


def _words(text: str) -> list[str]:
    if text.lstrip().startswith("["):
        try:
            words = json.loads(text)
        except (ValueError, RecursionError):
            return []
        return words if all(isinstance(word, str) for word in words) else []
    return text.split()


def _clean(word: str) -> str:
    """The path as BuildKit asks for it; empty for all, and where a variable or quotes decide it."""
    if re.search(r"(?<!\\)[$\"']", word):
        return ""
    return posixpath.normpath("/" + re.sub(r"\\(.)", r"\1", word)).lstrip("/")
