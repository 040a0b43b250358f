"""Packages that the copied code imports and the environment does not name: advice that every step can show."""

from __future__ import annotations

from tui.core.dataclass import replace
from tui.core.environment.findings import Finding, fix_of
from tui.core.project import Project
from tui.core.steps import number_of

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from tui.core.environment.missing_packages import Supply


def unmet_imports(project: Project) -> tuple[Finding, ...]:
    """The findings that `f4` mends in Dependencies; none until the code was read, see `Project.imports`."""
    if not project.imports:
        return ()
    from tui.core.environment.missing_packages import read_with_imports  # and with it the parser of Python

    own, supply = len(project.read_document().advice), _supply(project)
    text, plan = project.environment, project.plan
    found = read_with_imports(text, plan, project.path, project.imports, supply).advice[own:]
    return tuple(one for one in found if isinstance(one, Finding) and fix_of(one))


def lacks_imports(project: Project) -> bool:
    """True if there are any; without how they are mended, which takes long to find out for each change."""
    if not project.imports or project.plan.environment.locks:
        return False
    from tui.core.environment.missing_packages import missing, offer, required_names

    document, supply = project.read_document(), _supply(project)
    required = required_names(project.path, project.plan.environment.file, document.pip_files)
    supply = replace(supply, required=required)
    return any(offer(package, supply) for package in missing(document, project.imports, supply))


def _supply(project: Project) -> Supply:
    from tui.core.environment.missing_packages import Supply

    solved, names = project.brought
    return Supply(names if solved == project.environment else frozenset())


def unmet_words(project: Project) -> str:
    """The first of them in a sentence, and the keys that mend it; empty where there are none."""
    if not (found := unmet_imports(project)):
        return ""
    from tui.core.environment.finding_groups import grouped  # which a first frame does without

    return f"{grouped(found)[0].message} Step {number_of('dependencies')} mends it by f4."
