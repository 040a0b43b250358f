"""Lines of a requirements.txt, as conda would have them where it can."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum

from tui.core.dataclass import dataclass
from tui.core.environment.rules import pip_file
from tui.core.untrusted_text import masked

Minor = tuple[int, int]
"""A minor version of Python, such as (3, 13)."""

LONGEST = 300
"""Characters of a line that people write."""

_REQUIREMENT = (
    r"(?a)(?P<name>[A-Za-z0-9][\w.-]*+)\s*+(?:\[(?P<extras>[\w\s,.-]*+)\])?\s*+"
    r"(?P<versions>(?:(?:===|[<>!=~]=|[<>])\s*+[\w.*+!-]++\s*+,?\s*+)*+)(?:;(?P<marker>.++))?"
)
_SPEC = r"(?a)(?:[^\s:]++::)?[\w.-]++\s*+(?P<sign>[<>!=~]?=|[<>])?\s*+(?P<rest>[^\[|]*+)"
_FOLDER = r"(?:-e\b|--editable\b|\.{0,2}/|\.{1,2}$|file:)|[^@]*@\s*file:"
_MARKER = r"\s*+([a-z_]++)\s*+([<>!=]=|[<>])\s*+(?:'([^']*+)'|\"([^\"]*+)\")\s*+"
_LINUX = {
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
    "platform_python_implementation": "CPython",
    "implementation_name": "cpython",
}
_SIGNS: dict[str, Callable[[Minor, Minor], bool]] = {
    "==": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


class RequirementKind(StrEnum):
    """The kind of thing that a line asks for."""

    PACKAGE = "a package"
    FOLDER = "a folder"
    OTHER = "something else for pip"


@dataclass(frozen=True)
class Requirement:
    """A line of a file of requirements."""

    text: str
    kind: RequirementKind = RequirementKind.OTHER
    name: str = ""
    extras: bool = False
    versions: str = ""
    """The conditions on its version, without blanks."""
    marker: str = ""

    @property
    def shown(self) -> str:
        """It without tokens, and printable."""
        return masked(self.text)

    @property
    def pin(self) -> str:
        """The one version that is asked for; empty where there may be several."""
        found = re.fullmatch(r"={2,3}([\w.+!-]+)", self.versions)
        return found[1] if found else ""


def read_requirement(line: str) -> Requirement:
    """The meaning of a line without its comment; any text at all may stand in it."""
    if re.match(_FOLDER, line) and not pip_file(line):
        return Requirement(line, RequirementKind.FOLDER)
    found = re.fullmatch(_REQUIREMENT, line) if len(line) <= LONGEST else None
    if found is None:
        return Requirement(line)
    versions = "".join((found["versions"] or "").split()).rstrip(",")
    marker = (found["marker"] or "").strip()
    return Requirement(line, RequirementKind.PACKAGE, found["name"], bool(found["extras"]), versions, marker)


def applies(marker: str, python: Minor) -> bool | None:
    """True if a condition is met on Linux with this Python; None where it says more than condock reads."""
    met = [_applies(part, python) for part in re.split(r"\band\b", marker)] if marker else []
    return None if None in met else all(met)


def _applies(condition: str, python: Minor) -> bool | None:
    found = re.fullmatch(_MARKER, condition) if len(condition) <= LONGEST else None
    if found is None:
        return None
    name, sign, value = found[1], found[2], found[3] or found[4] or ""
    if name == "python_version":
        other = read_minor(value)
        return _SIGNS[sign](python, other) if other else None
    if name in _LINUX and sign in ("==", "!="):
        return (_LINUX[name] == value) is (sign == "==")
    return None


def read_minor(version: str) -> Minor | None:
    """The minor version of Python that begins a text such as `3.11.6`."""
    found = re.match(r"(\d)\.(\d{1,2})(?![\d])", version)
    return (int(found[1]), int(found[2])) if found else None


def conda_spec(requirement: Requirement, name: str) -> str:
    """The same for conda, under its name there; empty where conda cannot say it."""
    if requirement.kind is not RequirementKind.PACKAGE or requirement.extras or "===" in requirement.versions:
        return ""
    return f"{name}{requirement.versions}"


def pip_requirement(spec: str, name: str) -> str:
    """A package of conda's as pip has it, under its name there; empty where pip cannot say it.

    As conda 26.7.1 reads them: `=1.2` begins a version, `==1.2`, ` 1.2` and one with a build are just that.
    """
    found = re.fullmatch(_SPEC, spec.strip()) if len(spec) <= LONGEST else None
    if found is None:
        return ""
    sign, (version, *build) = found["sign"], re.split(r"[=\s]+", found["rest"].strip())
    if sign in (">", "<", ">=", "<=", "!=", "~="):
        conditions = f"{sign}{found['rest']}".replace(" ", "")
        return "" if "*" in conditions else f"{name}{conditions}"
    if not version:
        return name
    if "," in version:
        return ""
    if "*" in version or (sign == "=" and not build):
        return f"{name}=={version.rstrip('*').rstrip('.')}.*"
    return f"{name}=={version}"
