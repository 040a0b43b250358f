"""Judges an environment.yml in its folder and with its plan: the builder's conda, and pip's files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from tui.core.dataclass import replace
from tui.core.environment.channel_edits import remove_channel
from tui.core.environment.document import EnvironmentDocument, read_environment
from tui.core.environment.findings import Finding, finding_at, place
from tui.core.environment.rule import judge
from tui.core.environment.rules import PIP_RULES, pip_file, requirement_lines
from tui.core.environment.sections import Sections
from tui.core.errors import CondockError
from tui.core.files import read_text
from tui.core.images.conda_version import conda_version
from tui.core.inside_folder import stat_inside
from tui.core.plan import BuildPlan
from tui.core.untrusted_text import shown

_ARCHIVES = (".whl", ".zip", ".tgz", ".gz", ".bz2", ".xz")
_IGNORES_NODEFAULTS = ((26, 7, 0), (26, 7, 1))
"""Up to 26.5.3 conda honours it; of later versions it is not known."""


def read_for_build(text: str, plan: BuildPlan, folder: Path) -> EnvironmentDocument:
    """Read any text as an environment.yml that is built with this plan in this folder; never raises.

    As `read_environment`, and looks at the builder's conda and at the files that pip needs.
    """
    document = read_environment(text)
    found = (*_nodefaults(text, conda_version(plan.base.builder)), *_pip_files(document, plan, folder))
    return (
        replace(document, problems=tuple(sorted((*document.problems, *found), key=place))) if found else document
    )


@lru_cache(maxsize=4)
def _nodefaults(text: str, version: tuple[int, ...]) -> tuple[Finding, ...]:
    channels = read_environment(text).channels
    if "nodefaults" not in channels or version not in _IGNORES_NODEFAULTS:
        return ()
    item = next(item for item in Sections(text).items("channels") if item.value == "nodefaults")
    message = (
        f"conda {'.'.join(map(str, version))} in this base takes `nodefaults` for a channel's name, and asks it."
    )
    hint = (
        "Remove the line: the channels of the base are left out anyway. Or choose one with conda 26.5.3 or older."
    )
    mark = item.start_mark
    fix = remove_channel(text, "nodefaults") if len(channels) > 1 else None
    return (finding_at(mark.line, mark.column, message, hint, end_column=item.end_mark.column + 1, fix=fix),)


def _pip_files(document: EnvironmentDocument, plan: BuildPlan, folder: Path) -> Iterator[Finding]:
    """The findings on the files that lines for pip name."""
    beside = posixpath.dirname(plan.environment.file)
    for requirement in document.pip:
        if path := pip_file(requirement.text):
            for message, hint in _of_file(path, posixpath.join(beside, path), folder, document.pip_files):
                column = requirement.column + len(requirement.text)
                yield finding_at(requirement.line - 1, requirement.column - 1, message, hint, end_column=column)


def _of_file(path: str, name: str, folder: Path, copied: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The faults of a file, by its path from environment.yml and by its name in the folder."""
    try:
        stat_inside(folder, name)
        if not path.endswith(_ARCHIVES):
            yield from _of_lines(path, read_text(folder, name), copied)
    except PermissionError:
        yield f"`{shown(path)}` cannot be read by you.", "Give yourself the right to, or remove the line."
    except (OSError, ValueError):
        yield f"`{shown(path)}` is not there.", "Create the file beside environment.yml, or remove the line."
    except CondockError as error:
        yield error.message, error.hint


def _of_lines(path: str, text: str, copied: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The faults within a file of requirements."""
    lines = requirement_lines(text)
    for line in lines:
        if verdict := judge(PIP_RULES, line):
            yield f"In {shown(path)}: {verdict.message}", verdict.hint
        elif named := pip_file(line):
            nested = posixpath.normpath(posixpath.join(posixpath.dirname(path), named))
            if nested not in copied:
                message = f"{shown(path)} needs `{shown(nested)}`, and only what environment.yml names is copied."
                yield message, f"Name `{shown(nested)}` under `- pip:` too, in the same way."
