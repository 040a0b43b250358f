"""The packages of an environment.yml: those that conda installs, and those it leaves to pip."""

from __future__ import annotations

import re
from functools import lru_cache

import yaml

from tui.core.dataclass import dataclass, field
from tui.core.environment import fixes
from tui.core.environment.findings import FindingKind
from tui.core.environment.node_checks import NodeChecks
from tui.core.environment.rules import DEPENDENCY_RULES, PIP_RULES, pip_file
from tui.core.untrusted_text import masked, shown

_NAME = r"(?a)(?:[^\s\[]+::)?([\w.-]+)(?!\S*://)"

_DROPPED = FindingKind(
    "{count} packages are written as `name: version`, which conda drops without a word.",
    "Write all {count} as one text",
)
_TWICE = FindingKind("{count} packages are there twice.", "Remove all {count}")


@dataclass(frozen=True)
class Dependency:
    """One item of a list of packages; line and column counted from 1, the column in characters."""

    text: str
    """Printable, and without tokens."""
    line: int
    column: int
    name: str = ""
    """The package's name in lower case; empty where it cannot be told."""


@dataclass
class Packages:
    """The contents of the list `dependencies`."""

    conda: list[Dependency] = field(default_factory=list)
    pip: list[Dependency] = field(default_factory=list)
    pip_files: list[str] = field(default_factory=list)
    is_list: bool = True
    """False where something else stands there."""


def read_dependencies(checks: NodeChecks, node: yaml.Node) -> Packages:
    """Read the list, and note what is wrong with it."""
    reader = _Reader(checks)
    items = checks.items(node, "dependencies")
    if isinstance(node, yaml.SequenceNode):
        reader.read(node, items)
    reader.found.is_list = isinstance(node, yaml.SequenceNode) or _is_empty(node)
    return reader.found


class _Reader:
    def __init__(self, checks: NodeChecks) -> None:
        self.found = Packages()
        self._checks = checks
        self._nodes: list[yaml.ScalarNode] = []
        self._pip: yaml.Node | None = None

    def read(self, sequence: yaml.SequenceNode, items: list[yaml.Node]) -> None:
        mappings = [item for item in items if isinstance(item, yaml.MappingNode)]
        self._pip_lists(mappings)
        for item in items:
            if isinstance(item, yaml.MappingNode):
                self._mapping(sequence, item)
            elif text := self._checks.one_text(item, sequence, version_of="python"):
                self._checks.apply(DEPENDENCY_RULES, text, sequence, self._pip)
                self._nodes.append(text)
                self.found.conda.append(dependency(text))
        self._repeated(sequence)
        if self.found.pip and not any(found.name == "pip" for found in self.found.conda):
            message = "pip is used below, but is not among the dependencies."
            fix = fixes.with_pip(self._checks.layout, sequence, mappings[0])
            self._checks.report(sequence, message, "Add `- pip` to them.", fix=fix, advice=True)

    def _pip_lists(self, mappings: list[yaml.MappingNode]) -> None:
        """Find the list of pip's, of which conda takes only the last (26.7.1, conda/env/env.py, `parse`)."""
        for key, value in (pair for mapping in mappings for pair in mapping.value):
            if _is_pip(key):
                if self._pip is not None:
                    message = "`- pip:` is there twice, and conda takes only the last list."
                    self._checks.report(key, message, "Bring both under one of them.")
                self._pip = value

    def _mapping(self, sequence: yaml.SequenceNode, item: yaml.MappingNode) -> None:
        """The requirements of `- pip:`; any other mapping is noted."""
        for key, value in item.value:
            if _is_pip(key) and _is_empty(value):
                message = "The list under `- pip:` is empty; conda installs pip for it all the same."
                alone = len(item.value) == 1
                fix = fixes.left_out(self._checks.layout, sequence, item) if alone else None
                self._checks.report(
                    key, message, "Remove it, or write what pip shall install.", fix=fix, advice=True
                )
            elif _is_pip(key):
                self._requirements(value)
            else:
                self._dropped(sequence, item, key, value)

    def _requirements(self, node: yaml.Node) -> None:
        for item in self._checks.items(node, "pip"):
            if isinstance(node, yaml.SequenceNode) and (text := self._checks.one_text(item, node)):
                self._checks.apply(PIP_RULES, text, node)
                self.found.pip.append(dependency(text))
                path = pip_file(text.value)
                if path and path not in self.found.pip_files:
                    self.found.pip_files.append(path)

    def _dropped(
        self, sequence: yaml.SequenceNode, item: yaml.MappingNode, key: yaml.Node, value: yaml.Node
    ) -> None:
        name, version = (node.value if isinstance(node, yaml.ScalarNode) else "" for node in (key, value))
        text = fixes.package_of(name, version)
        message = f"conda drops `{shown(f'{name}: {version}')}` without a word: a package is one text."
        hint = f"Write `- {shown(text)}`." if text else "Remove it: the image is always Linux."
        fix = fixes.one_text(self._checks.layout, sequence, item, text)
        self._checks.report(key, message, hint, fix=fix, kind=_DROPPED if text else None)

    def _repeated(self, sequence: yaml.SequenceNode) -> None:
        """Note packages that are named more than once."""
        first: dict[str, str] = {}
        for found, node in zip(self.found.conda, self._nodes, strict=True):
            if found.name and found.name not in first:
                first[found.name] = node.value
            elif found.name:
                self._twice(sequence, found.name, node, first[found.name])

    def _twice(self, sequence: yaml.SequenceNode, name: str, node: yaml.ScalarNode, first: str) -> None:
        if "".join(node.value.lower().split()) == "".join(first.lower().split()):
            fix = fixes.left_out(self._checks.layout, sequence, node)
            message, hint = f"`{name}` is there twice.", "Remove one of them."
            self._checks.report(node, message, hint, fix=fix, kind=_TWICE, advice=True)
        else:
            message = f"`{name}` is there twice, and conda looks for a version that fits both."
            hint = f"Bring both conditions into one item, as in `- {name} >=1,<2`."
            self._checks.report(node, message, hint, advice=True)


def dependency(item: yaml.ScalarNode) -> Dependency:
    """The dependency in an item, with its place."""
    mark = item.start_mark
    text, name = _named(item.value)
    return Dependency(text, mark.line + 1, mark.column + 1, name)


@lru_cache(maxsize=4096)
def _named(text: str) -> tuple[str, str]:
    """A text as it may be shown, and the name of its package."""
    name = re.match(_NAME, text)
    return masked(text), name[1].lower() if name else ""


def name_of(spec: str) -> str:
    """The name of the package, in lower case; empty where it cannot be told."""
    return _named(spec.strip())[1]


def _is_empty(value: yaml.Node) -> bool:
    return not value.value if isinstance(value, yaml.SequenceNode) else value.tag == "tag:yaml.org,2002:null"


def _is_pip(key: yaml.Node) -> bool:
    return isinstance(key, yaml.ScalarNode) and key.value == "pip"
