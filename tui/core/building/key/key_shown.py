"""Who was shown the key in a build that has ended: what was planned, with what conda said it installed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.core.building.key.key_use import key_accepted
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.dataclass import replace
from tui.core.dockerfile.key_readers import KeyReaders
from tui.core.files import Standing
from tui.core.project import Project

# A line of conda's table of what it will install: `  numpy   pkgs/main/linux-64::numpy-2.4.6-py311_0 `.
_INSTALLED = r"(?m)^ +\S+ +\S+::(\S+)-([^-\s]+)-[^-\s]+ *$"
_IN_BASE, _IN_IMAGE = re.compile(r"\bconda install\b.*--name base\b", re.DOTALL), re.compile(r"--prefix /env\b")


def key_shown(project: Project, progress: BuildProgress, log: BuildLog) -> KeyReaders | None:
    """None where no key was used, or the Dockerfile is not the plan's: then nobody here knows."""
    planned = key_planned(project)
    if planned is None or not key_accepted(progress):
        return None
    versions = dict(_installed(progress, log, _IN_BASE))
    packages = set(_installed(progress, log, _IN_IMAGE))
    return replace(
        planned,
        readers=tuple(f"{name} {versions.get(name, '')}".strip() for name in planned.readers),
        packages=len(packages) or planned.packages,
    )


def key_planned(project: Project) -> KeyReaders | None:
    """Who is shown the key by the plan; None where it has none, or its Dockerfile is not the one that is built."""
    file = project.path / project.plan.build.dockerfile
    edited = any(change.path == file and change.standing is Standing.FOREIGN for change in project.changes())
    return None if edited else project.key_readers()


def _installed(progress: BuildProgress, log: BuildLog, where: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Name and version of what conda said it would install, in the steps whose instruction has this in it."""
    for step in progress.ordered:
        if step.name.index and where.search(step.name.text):
            said = "\n".join(map(log.text, log.numbers(step.id)))
            yield from ((found[1], found[2]) for found in re.finditer(_INSTALLED, said))
