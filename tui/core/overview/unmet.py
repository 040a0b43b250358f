"""Packages that the copied code imports and the environment does not name: advice that every step can show."""

from __future__ import annotations

from tui.core.environment.edits import Finding, fix_of
from tui.core.project import Project
from tui.core.steps import number_of


def unmet_imports(project: Project) -> tuple[Finding, ...]:
    """The findings that `f4` mends in Dependencies; none until the code was read, see `Project.imports`."""
    if not project.imports:
        return ()
    from tui.core.environment.missing import Supply, read_with_imports  # and with it the parser of Python

    text, plan, (solved, names) = project.environment, project.plan, project.brought
    supply = Supply(names) if solved == text else None
    own = len(project.read_document().advice)
    found = read_with_imports(text, plan, project.path, project.imports, supply).advice[own:]
    return tuple(one for one in found if isinstance(one, Finding) and fix_of(one))


def unmet_words(project: Project) -> str:
    """The first of them in a sentence, and the keys that mend it; empty where there are none."""
    if not (found := unmet_imports(project)):
        return ""
    from tui.core.environment.mend import grouped  # which a first frame does without

    return f"{grouped(found)[0].message} {number_of('dependencies')} leads there, and f4 mends it."
