"""`condock check --fix`: environment.yml with everything mended that can be, or what that would change."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from tui.core.application.imports import find_imports
from tui.core.dataclass import replace
from tui.core.environment.finding_groups import grouped
from tui.core.environment.fix_all import Read, fix_all, group_fix
from tui.core.environment.missing_packages import read_with_imports
from tui.core.errors import ExitCode
from tui.core.files import change_of
from tui.core.own_files import own_texts, remember_own
from tui.core.project import Project
from tui.core.untrusted_text import masked, shown
from tui.headless.obstacles import insist, no_environment
from tui.headless.views.stderr import tell
from tui.headless.write import write_and_tell


def fix_file(project: Project, env: Mapping[str, str]) -> Project:
    """Write the environment file mended, and tell what was done; the project as it is then."""
    insist(no_environment(project))
    after = _mended(project)
    if after.environment == project.environment:
        tell(f"There is nothing in {shown(project.plan.environment.file)} that condock can mend.")
        return project
    deeds = list(_deeds(project, _reader(project)))
    change = change_of(project.path, project.plan.environment.file, after.environment)
    written = replace(project.written, sums=own_texts(project.path, env))
    write_and_tell(written.judged(change))
    remember_own(change, env)
    for deed in deeds:
        tell(deed)
    return after


def show_fixed(project: Project) -> int:
    """Print what would change as a unified diff; nothing where there is nothing to mend."""
    insist(no_environment(project))
    before, after = (masked(one.environment).splitlines() for one in (project, _mended(project)))
    name = shown(project.plan.environment.file)
    for line in difflib.unified_diff(before, after, f"{name} (now)", f"{name} (mended)", lineterm=""):
        print(line)
    return ExitCode.DONE


def _reader(project: Project) -> Read:
    """What judges a text as the environment of this project."""
    imports = find_imports(project.path, project.plan.application.files)
    return lambda text: read_with_imports(text, project.plan, project.path, imports)


def _mended(project: Project) -> Project:
    return replace(project, environment=fix_all(project.environment, _reader(project)))


def _deeds(project: Project, read: Read) -> Iterator[str]:
    """What is mended first, with its lines; what comes to light after that is mended as well."""
    document = read(project.environment)
    for group in (*grouped(document.problems), *grouped(document.advice)):
        if fix := group_fix(project.environment, group, read):
            yield f"Mended{f' {group.places}' if group.places else ''}: {fix.title}."
