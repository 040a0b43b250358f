"""An image that is to be pushed is held back until it was searched for the key that its build mounts.

An engine makes it among its own images, and pushes it from there. Another builder has no place for images: it
makes the image three times, from its cache, and tells its id each time: once to see it done, once as an archive to
be searched, and once to push it.
"""

from __future__ import annotations

from pathlib import Path

from tui.core.dockerfile.command import build_argv, push_argv
from tui.core.engine.registry import leaves_the_image
from tui.core.engine.report import EngineReport
from tui.core.plan import BuildPlan, SecretMode
from tui.core.project import Project

# With the media types of an archive, so that an image for several platforms has the same id everywhere
# (moby/buildkit, docs/exporters).
_IMAGE = "type=image,oci-mediatypes=true"
_ARCHIVE = "type=oci,dest=-"


def is_held(project: Project) -> bool:
    """True where the image is pushed only after it was searched."""
    return project.plan.build.push and project.plan.secret.mode is not SecretMode.NONE


def is_held_by_builder(project: Project) -> bool:
    """True where that is done by a builder that is no engine."""
    builder = (project.engine or EngineReport()).builder
    return is_held(project) and builder is not None and bool(builder.driver) and not builder.is_engine


def first_argv(project: Project, *, progress: str, iidfile: Path, cachebust: str) -> list[str]:
    """The command that builds the image, and pushes it where it is not held."""
    if is_held_by_builder(project):
        plan = _keeping_caches(project.plan)
        output = f"{_IMAGE},push=false"
        return build_argv(plan, progress=progress, iidfile=iidfile, cachebust=cachebust, output=output)
    plan = project.plan.change("build", push=False) if is_held(project) else project.plan
    return build_argv(plan, progress=progress, iidfile=iidfile, cachebust=cachebust)


def archive_argv(project: Project, iidfile: Path, cachebust: str) -> list[str]:
    """The command by which a builder gives what it has built, on its standard output."""
    return build_argv(
        _keeping_caches(project.plan), progress="plain", iidfile=iidfile, cachebust=cachebust, output=_ARCHIVE
    )


def second_argv(project: Project, iidfile: Path, cachebust: str) -> list[str]:
    """The command that pushes what was searched; an engine writes no id into the file."""
    if not is_held_by_builder(project):
        return push_argv(project.plan)
    output = f"{_IMAGE},push=true"
    return build_argv(project.plan, progress="plain", iidfile=iidfile, cachebust=cachebust, output=output)


def _keeping_caches(plan: BuildPlan) -> BuildPlan:
    """The plan without the caches that would leave the builder; those in the image are a part of it."""
    inside = tuple(cache for cache in plan.build.cache_to if not leaves_the_image(cache))
    return plan.change("build", cache_to=inside)
