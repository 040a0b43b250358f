"""A first environment.yml, and what was decided for each thing that it was made of."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator

from tui.core.dataclass import dataclass, field
from tui.core.environment.draft.python_version import words
from tui.core.environment.layout import as_yaml
from tui.core.environment.package_names import conda_name, is_known, normal, pip_name
from tui.core.environment.requirements import Minor, Requirement, RequirementKind, applies, conda_spec
from tui.core.environment.rule import judge
from tui.core.environment.rules import PIP_RULES
from tui.core.untrusted_text import shown

_HEAD = """\
# What your image contains: edit it, build again.
name: {name}
channels:
"""
_PINNED = (
    "Your lines pin versions. Nobody was asked yet where they are to be had, so they stay with pip, as they "
    "were written for it."
)
_DEFAULTS = """\
  # Anaconda's own; it is shown your key, if any.
  - defaults
  # Your organisation's channel, by its address:
  # - https://repo.anaconda.cloud/repo/ORG/NAME
"""


@dataclass(frozen=True)
class Decision:
    """A finding, what became of it, and why; all of it printable, none of it markup."""

    found: str
    taken: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.found} → {self.taken}{f' ({self.why})' if self.why else ''}"


@dataclass(frozen=True)
class Draft:
    """The text of an environment.yml, and how it came about."""

    source: str
    """What it was made of, such as `requirements.txt`."""
    text: str
    decisions: tuple[Decision, ...] = ()
    note: str = ""
    """The reason for most of them, in a sentence."""


@dataclass(frozen=True)
class Offer:
    """What channels were found to have."""

    channels: tuple[str, ...]
    specs: Container[str]


@dataclass
class Parts:
    """What goes into a text, in the order in which it was found."""

    name: str
    channels: tuple[str, ...] = ()
    conda: list[str] = field(default_factory=list)
    pip: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    comment: str = ""
    """What its packages are from."""

    def text(self, python: str) -> str:
        """The whole text; `python` is a package such as `python=3.13`, or empty where it is among the others."""
        lines = [_HEAD.format(name=as_yaml(_name(self.name)))]
        named = self.channels if self.channels != ("defaults",) else ()
        lines += [f"  - {as_yaml(channel)}\n" for channel in named] or [_DEFAULTS]
        lines += ["dependencies:\n"]
        if python:
            version = python.partition("=")[2]
            lines += [f"  # `{python}` takes the newest {version}.x;\n"]
            lines += ["  # `>=` and `<` work too. One package a line.\n"]
            lines += [f"  - {python}\n"]
        lines += [f"  # {self.comment}\n"] if self.comment and self.conda else []
        lines += [f"  - {as_yaml(spec)}\n" for spec in self.conda]
        lines += self._pip_lines()
        return "".join(lines)

    def _pip_lines(self) -> Iterator[str]:
        if self.pip:
            if not any(_bare_name(spec) == "pip" for spec in self.conda):
                yield "  - pip\n"
            yield "  - pip:\n"
            yield from (f"      - {as_yaml(line)}\n" for line in self.pip)
        if self.left_out:
            yield f"  # Left out: {', '.join(self.left_out)}.\n"


def of_requirements(
    name: str,
    requirements: Iterable[Requirement],
    needed: Iterable[str],
    python: tuple[Minor, str],
    has: Offer | None = None,
) -> Draft:
    """The environment that a requirements.txt asks for, with what is `needed` besides, by conda's names.

    `python` is the version to take, and why. `has` is what the channels have; None where they were not asked. Then
    a list that pins versions stays with pip, for which it was written: half of it from elsewhere would be another.
    """
    requirements, (minor, why) = tuple(requirements), python
    parts = Parts(
        name,
        has.channels if has else (),
        comment="From requirements.txt, by conda's names." if requirements else "",
    )
    decisions = [Decision("Python", f"python={words(minor)}", why)] if why else []
    decider = _Decider(minor, has, pinned=has is None and any(one.pin for one in requirements))
    decisions += [decider.decide(requirement, parts) for requirement in requirements]
    listed = {_bare_name(spec) for spec in (*parts.conda, *map(conda_name, map(_bare_name, parts.pip)))}
    for package in dict.fromkeys(needed):
        if normal(package) not in listed:
            added = decider.add(package, parts)
            decisions += [added] if requirements else []
    text, note = parts.text(f"python={words(minor)}"), _PINNED if decider.pinned and parts.pip else ""
    return Draft("requirements.txt", text, tuple(decisions), note)


@dataclass(frozen=True)
class _Decider:
    python: Minor
    has: Offer | None
    pinned: bool
    """True where all stays with pip, as the channels were not asked for the versions."""

    def decide(self, requirement: Requirement, parts: Parts) -> Decision:
        """Put a line where it belongs."""
        found = shown(requirement.text, 200)
        if requirement.kind is RequirementKind.FOLDER:
            parts.left_out.append(shown(requirement.text))
            return Decision(found, "left out", "the application step copies your own code")
        if requirement.shown != requirement.text:
            parts.left_out.append("a line that cannot be shown as it is")
            return Decision(found, "left out", "it has a token, or characters that cannot be seen")
        if spec := self._for_conda(requirement):
            parts.conda.append(spec)
            return Decision(found, f"conda: {spec}")
        verdict = judge(PIP_RULES, requirement.text)
        if verdict and not verdict.advice:
            parts.left_out.append(shown(requirement.text))
            return Decision(found, "left out", verdict.message)
        parts.pip.append(requirement.text)
        return Decision(found, "pip", self._why_pip(requirement))

    def add(self, package: str, parts: Parts) -> Decision:
        """Put what the code needs beside the lines."""
        if self.pinned:
            parts.pip.append(pip_name(package))
            return Decision(f"{package}, which your code needs", f"pip: {parts.pip[-1]}")
        parts.conda.append(package)
        return Decision(f"{package}, which your code needs", f"conda: {package}")

    def _for_conda(self, requirement: Requirement) -> str:
        """The spec for conda, where conda has it; empty for what stays with pip."""
        if self.pinned or not applies(requirement.marker, self.python):
            return ""
        spec = conda_spec(requirement, conda_name(requirement.name))
        known = is_known(requirement.name) if self.has is None else spec in self.has.specs
        return spec if known else ""

    def _why_pip(self, requirement: Requirement) -> str:
        if requirement.kind is not RequirementKind.PACKAGE:
            return "only pip understands it"
        if requirement.extras:
            return "conda knows no extras"
        if not applies(requirement.marker, self.python):
            return "its condition is left to pip"
        if self.pinned:
            return "pinned, and no channel was asked" if requirement.pin else "it goes with those that are pinned"
        return "condock does not know that a channel has it" if self.has is None else "no channel has it"


def _name(text: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", text.lower()).strip("-._") or "app"


def _bare_name(requirement: str) -> str:
    return normal(re.split(r"[^\w.-]", requirement.rpartition("::")[2], maxsplit=1)[0])
