"""Packages that the code imports and the environment does not name, as advice."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from tui.core.application.imports import Import
from tui.core.dataclass import dataclass, replace
from tui.core.environment.build_checks import read_for_build
from tui.core.environment.dependencies import Dependency
from tui.core.environment.document import EnvironmentDocument
from tui.core.environment.findings import Finding, FindingKind
from tui.core.environment.package_edits import add_dependency, rename
from tui.core.environment.package_names import PackageName, is_other, normal, package_of_import
from tui.core.environment.rules import requirement_lines
from tui.core.environment.typos import misspelling
from tui.core.errors import CondockError
from tui.core.files import read_text
from tui.core.plan import BuildPlan
from tui.core.untrusted_text import shown

_MISSING = FindingKind(
    "The code imports {subjects}, and the environment names no package that brings them.", "Add all {count}"
)
_UNKNOWN = FindingKind("The code imports {subjects}, and condock does not know which packages bring them.", "")
_ALL = "anaconda"
"""The package of conda's that brings most others."""
_NAME = r"(?a)[A-Za-z0-9][\w.-]*"


@dataclass(frozen=True)
class Supply:
    """What is known of packages beside the text of environment.yml."""

    installed: frozenset[str] = frozenset()
    """The names of what was solved, which has what packages bring along."""
    channel: Container[str] | None = None
    """The names that the channels have; None where they were not asked."""
    required: frozenset[str] = frozenset()
    """The names in the files of requirements that pip installs, normalised."""


def read_with_imports(
    text: str, plan: BuildPlan, folder: Path, imports: Iterable[Import], supply: Supply | None = None
) -> EnvironmentDocument:
    """As `read_for_build`, with advice on what is imported and missing unless the plan builds from locks."""
    document = read_for_build(text, plan, folder)
    if plan.environment.locks:
        return document
    required = required_names(folder, plan.environment.file, document.pip_files)
    supply = replace(supply or Supply(), required=required)
    return with_missing(document, text, imports, supply, plan.application.command)


def with_missing(
    document: EnvironmentDocument,
    text: str,
    imports: Iterable[Import],
    supply: Supply | None = None,
    command: str = "",
) -> EnvironmentDocument:
    """The document of this text with a finding for each package that is imported and missing.

    Without what the file imports that the `command` starts, the container would end at once.
    """
    found = tuple(_findings(document, text, imports, supply or Supply(), command))
    return replace(document, advice=(*document.advice, *found)) if found else document


def required_names(folder: Path, file: str, pip_files: Iterable[str]) -> frozenset[str]:
    """The names in files of requirements beside the environment file `file`, as far as those can be read."""
    names = set()
    for path in pip_files:
        try:
            text = (
                read_text(folder, posixpath.join(posixpath.dirname(file), path)) if path.endswith(".txt") else ""
            )
        except CondockError:
            continue
        names |= {normal(found[0]) for line in requirement_lines(text) if (found := re.match(_NAME, line))}
    return frozenset(names)


def missing(document: EnvironmentDocument, imports: Iterable[Import], supply: Supply) -> dict[PackageName, Import]:
    """The packages that are missing, each with the first import of it; none while the text cannot be read."""
    conda = {normal(found.name) for found in document.dependencies} | set(map(normal, supply.installed))
    pip = {normal(found.name) for found in document.pip} | supply.required
    found: dict[PackageName, Import] = {}
    if document.is_read and _ALL not in conda:
        for one in imports:
            package = package_of_import(one.name)
            if package and not package.is_among(conda, pip):
                found.setdefault(package, one)
    return found


def _findings(
    document: EnvironmentDocument, text: str, imports: Iterable[Import], supply: Supply, command: str
) -> Iterator[Finding]:
    imports = tuple(imports)
    real = {normal(name) for name in (*supply.installed, *(one.name.partition(".")[0] for one in imports))}
    offered: set[str] = set()
    for package, one in missing(document, imports, supply).items():
        name, ends = offer(package, supply), _starts(command, one.file)
        if name and name in offered:
            continue
        offered.add(name)
        module = shown(package.module)
        if wrong := _as_imported(package, document, supply):
            message = f"`{wrong.name}` is what {shown(one.file)} imports; conda's package is called `{name}`."
            yield _renamed(text, wrong, name, message, ends=ends)
        elif slip := _slip(package, document, supply, real):
            real.add(normal(slip[0].name))
            yield _misspelt(text, *slip, one, ends=ends)
        elif name:
            message = f"{shown(one.file)} imports `{module}`, and the environment names no package that brings it."
            fix, hint = add_dependency(text, name), f"Add `- {name}`."
            yield Finding(message, hint, "environment", fix=fix, kind=_MISSING, subject=module, ends_it=ends)
        else:
            message = f"{shown(one.file)} imports `{module}`, and condock does not know which package brings it."
            hint = "Add that package, unless another one brings it along."
            yield Finding(message, hint, "environment", kind=_UNKNOWN, subject=module)


def _as_imported(package: PackageName, document: EnvironmentDocument, supply: Supply) -> Dependency | None:
    """The dependency of conda's that is called as the import is, where there is no such package."""
    module = normal(package.module)
    if not package.known or not offer(package, supply) or (supply.channel is None and is_other(module)):
        return None
    called = (found for found in document.dependencies if normal(found.name) == module)
    return next((found for found in called if not (_in_channel(found.name, supply) or "://" in found.text)), None)


def _slip(
    package: PackageName, document: EnvironmentDocument, supply: Supply, real: Container[str]
) -> tuple[Dependency, str] | None:
    """The package of conda's, or else of pip's, that is meant for this one, and its right name there."""
    of_pip = package.pip if package.known else ()
    for names, listed in ((_offers(package, supply), document.dependencies), (of_pip, document.pip)):
        there = (found for found in listed if not (_in_channel(found.name, supply) or "://" in found.text))
        if slip := misspelling(names, there, real):
            return slip
    return None


def _misspelt(text: str, found: Dependency, name: str, one: Import, *, ends: bool) -> Finding:
    """The finding on a dependency that is meant for what `one` imports, and is replaced by that."""
    message = (
        f"`{found.name}` may be meant for `{name}`, which {shown(one.file)} imports and the environment lacks."
    )
    return _renamed(text, found, name, message, ends=ends)


def _renamed(text: str, found: Dependency, name: str, message: str, *, ends: bool) -> Finding:
    """The finding on a dependency that should have another name."""
    fix, end = rename(text, found.name, name), found.column + len(found.text)
    place = (found.line, found.column, end)
    return Finding(message, f"Write `{name}`.", "environment", *place, fix, subject=found.name, ends_it=ends)


def _starts(command: str, file: str) -> bool:
    """True if the command names this file, as `python main.py` does, or its module, as `uvicorn main:app` does."""
    module = file.removesuffix(".py").replace("/", ".")
    return any(word in (file, f"./{file}") or word.partition(":")[0] == module for word in command.split())


def offer(package: PackageName, supply: Supply) -> str:
    """The name to add: the first that the channels have, or the usual one; empty where none is known."""
    return next(_offers(package, supply), "")


def _offers(package: PackageName, supply: Supply) -> Iterator[str]:
    """The names by which there is such a package, as far as it is known."""
    if supply.channel is None:
        yield from package.conda if package.known else ()
        return
    spellings = (spelled for name in package.conda for spelled in (name, name.replace("-", "_")))
    yield from (name for name in spellings if name in supply.channel)


def _in_channel(name: str, supply: Supply) -> bool:
    return supply.channel is not None and name in supply.channel
