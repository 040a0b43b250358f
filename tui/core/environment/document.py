"""Reads the text of an environment.yml as it is being typed: its contents, and what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import yaml

from tui.core.dataclass import dataclass, field, replace
from tui.core.environment import fixes
from tui.core.environment.dependencies import Dependency, Packages, read_dependencies
from tui.core.environment.findings import Finding, finding_at, place
from tui.core.environment.invisible import find_invisible, without_invisible
from tui.core.environment.layout import Layout
from tui.core.environment.misread_lines import misread_lines
from tui.core.environment.node_checks import EXAMPLE, NodeChecks, as_text, kind
from tui.core.environment.rules import CHANNEL_RULES
from tui.core.environment.syntax import compose
from tui.core.errors import Problem
from tui.core.secret import SECRET_NAME
from tui.core.untrusted_text import masked, shown

KEYS = ("name", "channels", "dependencies", "variables", "prefix")
"""The keys that conda reads (26.7.1); it ignores others."""
_OF_OTHER_TOOLS = ("platforms", "category", "pip-repositories")

_TEXT = "tag:yaml.org,2002:str"

_DEFAULTS = r"(?:.*/)?(?:defaults|(?:pkgs|repo)/main)/?"
_CONDA_FORGE = r"(?:.*/)?conda-forge/?"


@dataclass(frozen=True)
class EnvironmentDocument:
    """The contents of the text, as far as it can be read, and what is wrong with it."""

    name: str = ""
    channels: tuple[str, ...] = ()
    """Tokens in addresses are masked."""
    dependencies: tuple[Dependency, ...] = ()
    pip: tuple[Dependency, ...] = ()
    variables: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    problems: tuple[Finding, ...] = ()
    """Findings that stand in the way: conda rejects it, or would do something else than what is written."""
    advice: tuple[Finding, ...] = ()
    """Findings that may well build, but are worth a look."""
    pip_files: tuple[str, ...] = ()
    """The files that lines for pip name by `-r` or `-c`, and archives, relative to the environment file."""
    is_read: bool = True
    """False where nobody can tell what it names: it is no YAML, or nothing in it is a list of packages."""

    def blamed(self, problem: Problem) -> Problem:
        """A problem on a package's line as a finding, which ends where the package does."""
        for package in (*self.dependencies, *self.pip):
            if package.line == problem.line:
                end = package.column + len(package.text)
                return Finding(problem.message, problem.hint, problem.field, package.line, package.column, end)
        return problem

    @property
    def words(self) -> str:
        """How much it names, and from where."""
        count = len(self.dependencies)
        of_pip = sum(not one.text.startswith("--") for one in self.pip)  # and not pip's options
        with_pip = f" and {of_pip} from pip" if of_pip else ""
        channels = ", ".join(self.channels) or "the base image's channels"
        return f"{count} package{'' if count == 1 else 's'} from {channels}{with_pip}"


def named_packages(document: EnvironmentDocument) -> frozenset[str]:
    """The packages that it names, for conda and for pip, in small letters."""
    return frozenset(dependency.name for dependency in (*document.dependencies, *document.pip) if dependency.name)


@lru_cache(maxsize=4)
def read_environment(text: str) -> EnvironmentDocument:
    """Read any text as an environment.yml; never raises.

    Problems have `field="environment"` and the place, and are in the order of the text. The last texts are
    remembered: several parts of a screen ask for the same one.
    """
    layout = Layout(text)
    root = compose(layout.text)
    if unseen := find_invisible(layout, None if isinstance(root, Problem) else root):
        return _as_it_looks(layout, unseen)
    if isinstance(root, Problem):
        return EnvironmentDocument(problems=(_unreadable(layout, root),), is_read=False)
    if root is None:
        hint = f"Write `dependencies:`. {EXAMPLE}"
        return EnvironmentDocument(problems=(finding_at(0, 0, "The file is empty.", hint),))
    checks = NodeChecks(layout)
    if not isinstance(root, yaml.MappingNode):
        hint = "Begin with `dependencies:`, and write the packages as a list below it."
        checks.report(root, "The file is not a set of `name: value` lines.", hint)
        return EnvironmentDocument(problems=checks.problems, is_read=False)
    return _Reader(checks).read(root)


def _as_it_looks(layout: Layout, unseen: tuple[Finding, ...]) -> EnvironmentDocument:
    """The document of a text without the characters nobody sees; other fixes come when those are gone."""
    text = without_invisible(layout.text)
    document = read_environment(text)
    problems, advice = (
        tuple(replace(finding, fix=None) for finding in found) for found in (document.problems, document.advice)
    )
    return replace(document, problems=tuple(sorted((*unseen, *problems), key=place)), advice=advice)


def _unreadable(layout: Layout, problem: Problem) -> Finding:
    from tui.core.environment.yaml_fixes import yaml_fix

    line, column = problem.line or 1, problem.column or 1
    return finding_at(line - 1, column - 1, problem.message, problem.hint, fix=yaml_fix(layout, problem))


class _Reader:
    """Reads the parts of the file one by one."""

    def __init__(self, checks: NodeChecks) -> None:
        self._checks = checks
        self._layout = checks.layout
        self._report = checks.report

    def read(self, root: yaml.MappingNode) -> EnvironmentDocument:
        lines = tuple(misread_lines(self._layout))
        values = self._values(root)
        name = self._name(values.get("name"))
        channels = tuple(self._channels(values.get("channels")))
        packages = self._packages(root, values.get("dependencies"))
        variables = tuple(self._variables(values.get("variables")))
        return EnvironmentDocument(
            name,
            channels,
            tuple(packages.conda),
            tuple(packages.pip),
            variables,
            tuple(sorted((*lines, *self._checks.problems), key=place)),
            self._checks.advice,
            tuple(packages.pip_files),
            packages.is_list,
        )

    def _values(self, root: yaml.MappingNode) -> dict[str, yaml.Node]:
        values: dict[str, yaml.Node] = {}
        names = {key.value for key, _ in root.value if isinstance(key, yaml.ScalarNode)}
        for key, value in root.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            if name in values:
                self._repeated(root, key, value, values[name])
            if name == "prefix":
                message = "`prefix` is a folder of one machine; in the image the environment is in /env."
                fix = fixes.pair_left_out(self._layout, root, key, value)
                self._report(key, message, "Remove the line.", fix=fix, advice=True)
            elif isinstance(key, yaml.ScalarNode) and key.tag != _TEXT:
                message = (
                    f"conda takes `{shown(self._layout.source(key))}` for something else than the name of a part."
                )
                self._report(key, message, "Write what it stands for in plain lines, under plain names.")
            elif name not in KEYS + _OF_OTHER_TOOLS:
                self._unknown(key, name, names)
            values[name] = value
        return values

    def _repeated(self, root: yaml.MappingNode, key: yaml.Node, value: yaml.Node, earlier: yaml.Node) -> None:
        same = self._layout.source(value) == self._layout.source(earlier)
        fix = fixes.pair_left_out(self._layout, root, key, value) if same else None
        message = f"`{shown(self._layout.source(key))}` is there twice."
        self._report(key, message, "Bring both under one of them.", fix=fix)

    def _unknown(self, key: yaml.Node, name: str, names: set[str]) -> None:
        import difflib

        near = difflib.get_close_matches(name[:40], KEYS, n=1)
        hint = f"Did you mean `{near[0]}`?" if near else "Remove it unless another tool needs it."
        fix = None
        if near and near[0] not in names and isinstance(key, yaml.ScalarNode):
            fix = fixes.renamed(self._layout, key, near[0])
        self._report(key, f"conda does not read `{shown(name)}`.", hint, fix=fix, advice=True)

    def _name(self, node: yaml.Node | None) -> str:
        text = as_text(node)
        if node is not None and text is None:
            hint = "Put quotes around it, or leave the line out: the image does not need it."
            fix = fixes.quoted(self._layout, node)
            self._report(node, f"The name is {kind(node)}, not text.", hint, fix=fix)
        return masked(text.value) if text else ""

    def _channels(self, node: yaml.Node | None) -> Iterator[str]:
        items = self._checks.items(node, "channels") if node else []
        if isinstance(node, yaml.SequenceNode):
            self._mixed(items)
            for item in items:
                if text := as_text(item):
                    self._checks.apply(CHANNEL_RULES, text, node)
                    yield masked(text.value)
                else:
                    fix = fixes.for_value(self._layout, node, item)
                    hint = "Write its name or address."
                    self._report(item, f"A channel is {kind(item)}, not text.", hint, fix=fix)

    def _mixed(self, items: list[yaml.Node]) -> None:
        """Note Anaconda's own packages beside those of conda-forge, at the later of the two."""
        texts = [item for item in items if as_text(item)]
        of_anaconda = [item for item in texts if re.fullmatch(_DEFAULTS, item.value)]
        of_conda_forge = [item for item in texts if re.fullmatch(_CONDA_FORGE, item.value)]
        if of_anaconda and of_conda_forge:
            later = max(of_anaconda[0], of_conda_forge[0], key=lambda item: int(item.start_mark.index))
            message = "Anaconda's packages and those of conda-forge are built apart, and may not work together."
            hint = "Keep one of the two channels, unless a package is in the other alone."
            self._report(later, message, hint, advice=True)

    def _packages(self, root: yaml.MappingNode, node: yaml.Node | None) -> Packages:
        if node is None:
            self._report(root, "There are no `dependencies`.", f"Add a line `dependencies:`. {EXAMPLE}")
            return Packages()
        return read_dependencies(self._checks, node)

    def _variables(self, node: yaml.Node | None) -> Iterator[tuple[str, str]]:
        if node is None:
            return
        if not isinstance(node, yaml.MappingNode):
            message = f"`variables` is {kind(node)}, not a set of `NAME: value` lines."
            self._report(node, message, "Write one `NAME: value` a line.")
            return
        plain = False
        for key, value in node.value:
            if not (isinstance(key, yaml.ScalarNode) and isinstance(value, yaml.ScalarNode)):
                self._report(key, f"This variable is {kind(value)}.", "Write `NAME: value` on one line.")
                continue
            if re.search(SECRET_NAME, key.value):
                self._secret(node, key, value)
            plain = plain or not re.search(SECRET_NAME, key.value)
            yield masked(key.value), value.value
        if plain:
            message = "conda sets `variables` only where somebody activates the environment: not in an image."
            hint = "The Dockerfile sets them with ENV instead; nothing is left to do."
            self._report(node, message, hint, advice=True)

    def _secret(self, variables: yaml.MappingNode, key: yaml.ScalarNode, value: yaml.Node) -> None:
        message = f"`{shown(key.value)}` looks like a secret, and variables are stored in the image."
        hint = "Remove it, and give it to the container when it runs."
        fix = fixes.pair_left_out(self._layout, variables, key, value)
        self._report(key, message, hint, fix=fix, advice=True)
