"""The comments at the head of condock's own lock files: what each was made for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from tui.core.dataclass import dataclass
from tui.core.environment.document import EnvironmentDocument

_FINGERPRINT = r"(?m)^# environment: sha256:([0-9a-f]{64})\r?$"
_SOURCE = r"(?m)^# rendered from: sha256:([0-9a-f]{64})\r?$"
_SYSTEM = r"(?m)^# solved for: (.*)$"
_PIP = r"(?m)^# pip install( --no-deps)? --requirement \S+\r?$"


@dataclass(frozen=True)
class Header:
    """The facts in the comments; empty for files of other tools."""

    fingerprint: str = ""
    """Of the part of environment.yml that the file was made from."""
    system: tuple[str, ...] = ()
    """The virtual packages that the solver was given, such as `__glibc=2.41=0`."""
    pip: bool = False
    """The file is for pip."""
    no_deps: bool = False
    """It has all that pip shall install: pip is to add nothing."""
    source: str = ""
    """The digest of the conda-lock.yml that the file was rendered from; empty for one that stands for itself."""


def read_header(text: str) -> Header:
    """The comments of a lock file's text."""
    patterns = (_FINGERPRINT, _SYSTEM, _PIP, _SOURCE)
    fingerprint, system, pip, source = (re.search(pattern, text) for pattern in patterns)
    return Header(
        fingerprint=fingerprint[1] if fingerprint else "",
        system=tuple(system[1].split()) if system else (),
        pip=pip is not None,
        no_deps=pip is not None and pip[1] is not None,
        source=source[1] if source else "",
    )


def header_lines(fingerprint: str, system: Iterable[str] = ()) -> Iterator[str]:
    """The comments that `read_header` reads; `system` are virtual packages such as `__glibc=2.41=0`."""
    if virtual := " ".join(sorted(system)):
        yield f"# solved for: {virtual}"
    if fingerprint:
        yield f"# environment: sha256:{fingerprint}"


def conda_fingerprint(document: EnvironmentDocument) -> str:
    """Of what a solver reads: channels in their order, and packages; not comments, the name or pip's part."""
    return _digest([document.channels, sorted(dependency.text for dependency in document.dependencies)])


def pip_fingerprint(document: EnvironmentDocument) -> str:
    """Of what pip reads, line by line."""
    return _digest([requirement.text for requirement in document.pip])


def _digest(content: object) -> str:
    import hashlib  # and OpenSSL with it

    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
