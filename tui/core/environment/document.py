"""What an environment.yml says and what is wrong with it, from its text as it is being typed."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import yaml

from tui.core.environment.nodes import EXAMPLE, Findings, as_text, kind
from tui.core.environment.rules import CHANNEL_RULES, DEPENDENCY_RULES, PIP_RULES, masked, shown
from tui.core.environment.syntax import compose
from tui.core.errors import Problem

KEYS = ("name", "channels", "dependencies", "variables", "prefix")
"""What conda reads (26.7.1); it ignores other keys."""
_OF_OTHER_TOOLS = ("platforms", "category", "pip-repositories")

_NAME = re.compile(r"(?:[^\s\[:/]+(?:/[\w-]+)?::)?([\w.-]+)(?!\S*://)", re.ASCII)
_SECRET_NAME = re.compile(r"(?:API_?KEY|TOKEN|PASSWORD|SECRET)$", re.IGNORECASE)


@dataclass(frozen=True)
class Dependency:
    """One item of a list of packages; line and column counted from 1, the column in characters."""

    text: str
    """Printable, and without tokens."""
    line: int
    column: int
    name: str = ""
    """The package's name in lower case; empty where it cannot be told."""


@dataclass(frozen=True)
class EnvironmentDocument:
    """What the text says, as far as it can be read, and what is wrong with it."""

    name: str = ""
    channels: tuple[str, ...] = ()
    """Tokens in addresses are masked."""
    dependencies: tuple[Dependency, ...] = ()
    pip: tuple[Dependency, ...] = ()
    variables: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    problems: tuple[Problem, ...] = ()
    """What stands in the way: conda rejects it, or would do something else than what is written."""
    advice: tuple[Problem, ...] = ()
    """What may well build, but is worth a look."""


@lru_cache(maxsize=4)
def read_environment(text: str) -> EnvironmentDocument:
    """Read any text as an environment.yml; never raises.

    Problems have `field="environment"` and the place, and are in the order of the text. The last texts are
    remembered: several parts of a screen ask for the same one.
    """
    text = text.removeprefix("\ufeff")
    root = compose(text)
    if root is None:
        root = Problem("The file is empty.", f"Write `dependencies:`. {EXAMPLE}", "environment", 1, 1)
    if isinstance(root, Problem):
        return EnvironmentDocument(problems=(root,))
    findings = Findings(text)
    if not isinstance(root, yaml.MappingNode):
        hint = "Begin with `dependencies:`, and write the packages as a list below it."
        findings.report(root, "The file is not a set of `name: value` lines.", hint)
        return EnvironmentDocument(problems=findings.problems)
    return _Reader(findings).read(root)


class _Reader:
    """Reads the parts of the file one by one."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._report = findings.report

    def read(self, root: yaml.MappingNode) -> EnvironmentDocument:
        values = self._values(root)
        name = self._name(values.get("name"))
        channels = tuple(self._channels(values.get("channels")))
        dependencies, pip = self._dependencies(root, values.get("dependencies"))
        variables = tuple(self._variables(values.get("variables")))
        found = self._findings
        return EnvironmentDocument(name, channels, dependencies, pip, variables, found.problems, found.advice)

    def _values(self, root: yaml.MappingNode) -> dict[str, yaml.Node]:
        values: dict[str, yaml.Node] = {}
        for key, value in root.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in values:
                self._report(key, f"`{shown(name)}` is there twice.", "Bring both under one of them.")
            if name == "prefix":
                message = "`prefix` is a folder of one machine; in the image the environment is in /env."
                self._report(key, message, "Remove the line.", advice=True)
            elif name not in KEYS + _OF_OTHER_TOOLS:
                near = difflib.get_close_matches(name[:40], KEYS, n=1)
                hint = f"Did you mean `{near[0]}`?" if near else "Remove it unless another tool needs it."
                self._report(key, f"conda does not read `{shown(name)}`.", hint, advice=True)
            values[name] = value
        return values

    def _name(self, node: yaml.Node | None) -> str:
        text = as_text(node)
        if node is not None and text is None:
            hint = "Put quotes around it, or leave the line out: the image does not need it."
            self._report(node, f"The name is {kind(node)}, not text.", hint)
        return masked(text.value) if text else ""

    def _channels(self, node: yaml.Node | None) -> Iterator[str]:
        for item in self._findings.items(node, "channels") if node else ():
            if text := as_text(item):
                self._findings.apply(CHANNEL_RULES, text)
                yield masked(text.value)
            else:
                self._report(item, f"A channel is {kind(item)}, not text.", "Write its name or address.")

    def _dependencies(
        self, root: yaml.MappingNode, node: yaml.Node | None
    ) -> tuple[tuple[Dependency, ...], tuple[Dependency, ...]]:
        """The packages for conda and those for pip."""
        if node is None:
            self._report(root, "There are no `dependencies`.", f"Add a line `dependencies:`. {EXAMPLE}")
            return (), ()
        conda: list[Dependency] = []
        pip: list[Dependency] = []
        for item in self._findings.items(node, "dependencies"):
            if isinstance(item, yaml.MappingNode):
                pip += self._mapping(item)
            elif text := self._findings.one_text(item):
                self._findings.apply(DEPENDENCY_RULES, text)
                conda.append(_dependency(text))
        if pip and not any(dependency.name == "pip" for dependency in conda):
            message = "pip is used below, but is not among the dependencies."
            self._report(node, message, "Add `- pip` to them.", advice=True)
        return tuple(conda), tuple(pip)

    def _mapping(self, item: yaml.MappingNode) -> Iterator[Dependency]:
        """The requirements of `- pip:`; any other mapping is noted."""
        for key, value in item.value:
            if isinstance(key, yaml.ScalarNode) and key.value == "pip":
                yield from self._requirements(value)
            else:
                self._dropped(key, value)

    def _requirements(self, node: yaml.Node) -> Iterator[Dependency]:
        for item in self._findings.items(node, "pip"):
            if text := self._findings.one_text(item):
                self._findings.apply(PIP_RULES, text)
                yield _dependency(text)

    def _dropped(self, key: yaml.Node, value: yaml.Node) -> None:
        name, version = (node.value if isinstance(node, yaml.ScalarNode) else "" for node in (key, value))
        joint = "" if not version else " " if version[0] in "<>=!~" else "="
        message = f"conda drops `{shown(f'{name}: {version}')}` without a word: a package is one text."
        self._report(key, message, f"Write `- {shown(f'{name}{joint}{version}')}`.")

    def _variables(self, node: yaml.Node | None) -> Iterator[tuple[str, str]]:
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            message = f"`variables` is {kind(node)}, not a set of `NAME: value` lines."
            self._report(node, message, "Write one `NAME: value` a line.")
            return
        for key, value in node.value:
            if not (isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)):
                self._report(key, f"This variable is {kind(value)}.", "Write `NAME: value` on one line.")
                continue
            if _SECRET_NAME.search(key.value):
                message = f"`{shown(key.value)}` looks like a secret, and variables are stored in the image."
                hint = "Remove it, and give it to the container when it runs."
                self._report(key, message, hint, advice=True)
            yield masked(key.value), value.value


def _dependency(item: yaml.ScalarNode) -> Dependency:
    name = _NAME.match(item.value)
    mark = item.start_mark
    return Dependency(masked(item.value), mark.line + 1, mark.column + 1, name[1].lower() if name else "")
