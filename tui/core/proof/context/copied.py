"""The paths of the context that a Dockerfile names: BuildKit asks for these alone.

moby/buildkit, frontend/dockerfile/dockerfile2llb/convert.go: the sources of COPY and ADD, and of mounts of it.
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Iterator

_DIRECTIVE = r"#[^\S\n]*{}[^\S\n]*=[^\S\n]*"
_ESCAPE = rf"(?i)\A(?:{_DIRECTIVE.format('[a-z][a-z0-9]*')}[^\n]*\n)*?{_DIRECTIVE.format('escape')}([`\\])"
"""Behind any other line, also a comment, there is no directive any more."""
_INSTRUCTION = r"(?is)\s*(?:ONBUILD\s+)?(COPY|ADD|RUN)\s+(.*)"
_FLAG = r"""--((?:[^\s"']|"[^"]*"|'[^']*')+)\s+"""
_BLANKS = r"[\t\v\f\r ]+"  # no others: a name may have them
_HERE = r"\d*<<"
_ADDRESS = r"(?i)https?://|git@|ssh://|git://"


def copied_paths(dockerfile: str) -> tuple[str, ...] | None:
    """Each as a pattern; None where all of the context is meant, or it cannot be told which paths are.

    Those of stages that are not built are among them.
    """
    if "\\" in dockerfile and _escape(dockerfile) != "\\":
        return None
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
    """The instructions, each on one line; comments within them left out.

    Two escapes at the end of a line are an end of it for newer versions of BuildKit, and none for older ones.
    """
    escape, begun = _escape(text), 0
    parts: list[str] = []
    for line in text.removeprefix("\ufeff").split("\n"):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        part = line.rstrip()
        parts.append(part.removesuffix(escape))
        goes_on = part.endswith(escape)
        if goes_on and not part.endswith(2 * escape):
            continue
        yield "".join(parts[begun:])
        if begun and not goes_on:
            yield "".join(parts)
        begun = len(parts) if goes_on else 0
        parts = parts if goes_on else []
    yield "".join(parts)
    yield "".join(parts[begun:]) if begun else ""


def _escape(text: str) -> str:
    return found[1] if (found := re.match(_ESCAPE, text.removeprefix("\ufeff"))) else "\\"


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
    if rest.startswith("--"):  # quotes that are not closed
        yield ""
    if found[1].upper() == "RUN":
        for mount in flags.get("mount", ()):
            fields = mount_fields(mount)
            kind = fields.get("type", "bind")
            if (kind == "bind" or "$" in kind) and not fields.get("from"):
                yield _clean(fields.get("source", fields.get("src", "."))) if not re.search("[\"']", mount) else ""
    elif "from" not in flags:
        words, is_list = _words(rest), rest.lstrip().startswith("[")
        elsewhere = "|".join([_ADDRESS] * (found[1].upper() == "ADD") + [_HERE] * (not is_list))
        yield from (_clean(word) for word in words[:-1] if not (elsewhere and re.match(elsewhere, word)))
        if not words:
            yield ""


def mount_fields(mount: str) -> dict[str, str]:
    """The fields of `--mount`, a record of CSV; none where it is not one."""
    import csv

    try:
        pairs = (field.partition("=")[::2] for field in next(csv.reader([mount]), []))
        fields = {name.lower(): value for name, value in pairs}
    except csv.Error:  # a field of more than 128 KiB
        return {}
    return fields | ({"type": fields["type"].lower()} if "type" in fields else {})


def _words(text: str) -> list[str]:
    if text.lstrip().startswith("["):
        try:
            words = json.loads(text)
        except (ValueError, RecursionError):
            return []
        return words if all(isinstance(word, str) for word in words) else []
    return re.split(_BLANKS, text.strip("\t\v\f\r\n "))


def _clean(word: str) -> str:
    """The path as BuildKit asks for it; empty for all, and where a variable or quotes decide it."""
    if not re.fullmatch(r"(?s)(?:[^\\$\"']|\\.)*", word):
        return ""
    return posixpath.normpath("/" + re.sub(r"\\(.)", r"\1", word)).lstrip("/")
