"""A sensible environment.yml for a folder that has none, with comments that teach."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tui.core.application.starts import needed_packages
from tui.core.environment.draft.draft import Draft, Offer, of_requirements
from tui.core.environment.draft.python_version import choose_python
from tui.core.environment.package_names import normal, package_of_import
from tui.core.environment.requirements import Minor, Requirement, read_requirement
from tui.core.environment.rules import requirement_lines
from tui.core.errors import CondockError
from tui.core.files import find_text, read_text
from tui.core.plan import BuildPlan

REQUIREMENTS = "requirements.txt"
_MOST_LINES = 1_000
_LARGEST_NOTEBOOK = 20_000_000


def first_environment(
    folder: Path, plan: BuildPlan, has: Offer | None = None, python: tuple[Minor, str] | None = None
) -> Draft:
    """A first environment.yml for a folder: what its requirements.txt asks for, and what its code imports.

    What its application needs to start is there as well. `has` is as in `of_requirements`; `python` is the
    version to take instead of the one that pins and notebooks allow, and why.
    """
    files = plan.application.files
    requirements = read_requirements(folder, REQUIREMENTS)
    from tui.core.application.imports import find_imports  # and with it the parser of Python

    imported = (package_of_import(one.name) for one in find_imports(folder, files))
    asked = {normal(one.name) for one in requirements}
    needed = [found.conda[0] for found in imported if found and found.known and not found.is_among(asked, asked)]
    packages = (*needed_packages(folder), *needed)
    python = python or choose_python(requirements, _kernel(folder, files))
    return of_requirements(folder.resolve().name, requirements, packages, python, has)


def read_requirements(folder: Path, name: str) -> tuple[Requirement, ...]:
    """The lines of a file of requirements; none where there is none, or none that can be read."""
    try:
        lines = list(requirement_lines(read_text(folder, name)))
    except CondockError:
        return ()
    return tuple(map(read_requirement, lines[:_MOST_LINES]))


def _kernel(folder: Path, files: Iterable[str]) -> str:
    """The version of Python that the first notebook among files was run with (nbformat 4, `language_info`)."""
    for name in files:
        if not name.endswith(".ipynb"):
            continue
        try:
            metadata = json.loads(find_text(folder, name, _LARGEST_NOTEBOOK) or "")["metadata"]["language_info"]
        except (CondockError, ValueError, RecursionError, LookupError, TypeError):
            continue
        version = metadata.get("version") if isinstance(metadata, dict) else None
        if isinstance(version, str) and metadata.get("name") == "python":
            return version[:20]
    return ""
