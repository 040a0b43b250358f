"""The plan to begin with, where there is none yet."""

from __future__ import annotations

from tui.core.application.starts import guess_application
from tui.core.dockerfile.form import best_form
from tui.core.folder import Folder
from tui.core.images.catalogue import catalogue
from tui.core.images.conda_version import conda_version
from tui.core.images.reference import image_name
from tui.core.plan import BuildPlan


def with_bases(plan: BuildPlan) -> BuildPlan:
    """The plan with the recommended images where it names none: a suggestion, for people to see and change."""
    images = catalogue()
    builder = plan.base.builder or images.builder.reference
    return plan.change("base", builder=builder, runtime=plan.base.runtime or images.runtime.reference)


def guess_plan(folder: Folder) -> BuildPlan:
    """A plan to begin with: the recommended bases, the application that the folder seems to hold."""
    plan = with_bases(BuildPlan(application=guess_application(folder.path)))
    form = best_form(plan, conda_version(plan.base.builder))
    return plan.change("build", image=f"{image_name(folder.path.name)}:latest", form=form)
