"""The headless half of each step: what it is for, when it applies, and what stands in its way.

The wizard and the commands ask the same questions here, so a plan that passes in one passes in the other.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator

from tui.core.account.key import check_key
from tui.core.account.key_file import secret_file_problems
from tui.core.application.application import application_problems
from tui.core.channels.addresses import plugin_channel_problem
from tui.core.channels.hosts import host_problem
from tui.core.claims import unagreed_problems, waiting_claims
from tui.core.dataclass import dataclass, fields
from tui.core.dockerfile.environment_steps import beside_environment, environment_files, known_system
from tui.core.dockerfile.form import form_problem
from tui.core.dockerfile.ignore_rules import ignored_by
from tui.core.engine.build_settings import settings_problems
from tui.core.engine.local_cache import local_cache_problems
from tui.core.errors import CondockError, ExitCode, Problem
from tui.core.file_names import file_name_problems
from tui.core.images.catalogue import catalogue
from tui.core.images.reference import (
    image_name_problem,
    mirror_problem,
    parse_reference,
    reference_problem,
)
from tui.core.inside_folder import stat_inside
from tui.core.locks.lock_checks import lock_problems, rendered_problems
from tui.core.locks.locks import LockKind
from tui.core.plan import NETWORKS, BuildPlan, SecretMode
from tui.core.project import Project, known_platforms
from tui.core.secret import KEY_VARIABLE
from tui.core.trust.claim import Claim
from tui.core.untrusted_text import printable


@dataclass(frozen=True)
class Step:
    """One step, as data and two pure functions."""

    key: str
    title: str
    summary: str
    """The purpose of the step in a sentence."""
    problems: Callable[[Project], Iterable[Problem]]
    applies: Callable[[Project], bool] = lambda _: True


def step_problems(step: Step, project: Project, waiting: Iterable[Claim] | None = None) -> tuple[Problem, ...]:
    """The problems of this step, a missing yes at last; none where it does not apply.

    `waiting` are the claims that wait for a yes, where that is known: to find it out the build's files are read.
    """
    if not step.applies(project):
        return ()
    claims = waiting_claims(project) if waiting is None else waiting
    return (*step.problems(project), *unagreed_problems(claims, step.key))


def obstacles(project: Project) -> tuple[tuple[Step, Problem], ...]:
    """All problems that stand in the way of a build, each with the step where it is mended, in their order."""
    waiting = waiting_claims(project)
    return tuple((step, problem) for step in STEPS for problem in step_problems(step, project, waiting))


def wants_key(project: Project) -> bool:
    """True if the plan builds with a key at all."""
    return project.plan.secret.mode is not SecretMode.NONE


def _folder(project: Project) -> Iterator[Problem]:
    if not project.folder.writable:
        yield Problem(
            "Nothing can be written into this folder.", "Choose another, or change its rights.", "folder"
        )


def _account(project: Project) -> Iterator[Problem]:
    yield from filter(None, map(host_problem, project.plan.account.hosts))
    if project.plan.secret.mode is not SecretMode.VARIABLE:
        return
    if project.search is None and project.pasted is None:
        yield _no_key("condock is still looking for the API key.", "Wait a moment.")
    elif project.key is None:
        hint = f"Sign in, set {KEY_VARIABLE} or paste a key, or go on without one for public channels."
        yield _no_key("There is no API key yet.", hint)
    elif problem := check_key(project.key, time.time(), project.renewal).problem:
        yield problem


def _no_key(message: str, hint: str) -> Problem:
    return Problem(message, hint, "account", exit_code=ExitCode.NO_KEY)


def _base(project: Project) -> Iterator[Problem]:
    base = project.plan.base
    found = (
        reference_problem(base.builder, "base.builder"),
        reference_problem(base.runtime, "base.runtime"),
        mirror_problem(base.mirror),
    )
    yield from (problem for problem in found if problem is not None)
    yield from catalogue().problems
    if catalogue().asks_for_tos(base.builder) and not base.accept_tos:
        yield Problem(
            "conda in this base stops until Anaconda's Terms of Service are accepted.",
            "Accept them (`accept_tos`), or choose a base that does not ask.",
            "base.accept_tos",
        )
    if _is_alpine(base.runtime):
        yield Problem("Alpine lacks glibc, which conda packages need.", "Choose Debian or Ubuntu.", "base.runtime")
    cuda = project.plan.environment.cuda
    if cuda and not re.fullmatch(r"\d+(\.\d+)?", cuda, re.ASCII):
        message = f"`{printable(cuda)}` is no version of CUDA."
        yield Problem(message, "Write it as `12.4`, or leave it out.", "environment.cuda")


def _is_alpine(reference: str) -> bool:
    try:
        image = parse_reference(reference)
    except CondockError:
        return False
    return image.repository == "library/alpine" or "alpine" in image.tag


def _dependencies(project: Project) -> Iterator[Problem]:
    environment, locks = project.plan.environment, project.plan.environment.locks
    document = project.read_document()
    if project.own_ignore_rules:  # without them, what the plan names is never held back
        ignored = ignored_by(project.ignore_text())
        for path in filter(ignored, _copied(project)):
            message = f"`{printable(path)}` is kept back from the build by the ignore file."
            yield Problem(message, "Remove the rule from .dockerignore.", "environment.file")
    yield from _files_for_pip(project)
    if not locks:
        yield from document.problems
        return
    yield from rendered_problems(project.path, project.read_rendered())
    system = known_system(project.plan)
    yield from lock_problems(project.path, locks, known_platforms(project), environment.file, system)


def _copied(project: Project) -> tuple[str, ...]:
    rendered = (one.lock.path for one in project.read_rendered().locks)
    return environment_files(project.plan, project.read_document().pip_files, rendered)


def _files_for_pip(project: Project) -> Iterator[Problem]:
    """The files that lines for pip name and that are not there; without locks the document says it."""
    locks = project.read_locks()
    if not locks or any(lock.kind is LockKind.CONDA_LOCK for lock in locks):
        return
    for path in beside_environment(project.plan, project.read_document().pip_files):
        try:
            stat_inside(project.path, path)
        except (OSError, ValueError):
            message = f"`{printable(path)}`, which a line for pip names, is not there."
            yield Problem(message, "Add the file, or remove the line.", "environment")
        except CondockError as error:
            yield error.problem("environment")


def _secret(project: Project) -> Iterator[Problem]:
    if project.plan.secret.mode is SecretMode.DOTENV:
        yield from secret_file_problems(project.path / project.plan.secret.file)
    channel = plugin_channel_problem(project.plan.secret.plugin_channel)
    yield from filter(None, (channel, form_problem(project.plan, project.conda)))


def _application(project: Project) -> Iterator[Problem]:
    application = project.plan.application
    ignored = ignored_by(project.ignore_text()) if application.files else lambda _: False
    yield from application_problems(application, project.path, ignored)


def _preview(project: Project) -> Iterator[Problem]:
    unseen = tuple(_single_lines(project.plan))
    yield from unseen
    if problem := image_name_problem(project.plan.build.image):
        yield problem
    elif catalogue().has_name_of(project.plan.build.image):
        message = (
            f"`{printable(project.plan.build.image)}` is the name of a base image, and other builds would use it."
        )
        yield Problem(message, "Give your image a name of its own.", "build.image")
    if project.plan.build.network not in NETWORKS:
        yield Problem("This is no network of a build.", f"Use one of: {', '.join(NETWORKS)}.", "build.network")
    yield from settings_problems(project.plan, project.engine)
    yield from local_cache_problems(project.path, project.plan.build.cache_to)
    if misnamed := tuple(file_name_problems(project.plan)):
        yield from (problem for problem in misnamed if problem.field not in {said.field for said in unseen})
        return
    try:
        project.insist_on_files()
    except CondockError as error:
        yield error.problem("build.dockerfile")


def _build(project: Project) -> Iterator[Problem]:
    if project.engine is None:
        hint = "Wait a moment."
        yield Problem("condock is still looking for Docker.", hint, "engine", exit_code=ExitCode.NO_ENGINE)
    elif project.engine.problem is not None and project.engine.problem.field == "engine":
        yield project.engine.problem


def _single_lines(plan: BuildPlan) -> Iterator[Problem]:
    """A line break in a value would begin a new instruction of the Dockerfile."""
    for section in fields(plan):
        part = getattr(plan, section.name)
        for value in fields(part):
            held = getattr(part, value.name)
            texts = held if isinstance(held, tuple) else (held,)
            if any(isinstance(text, str) and re.search(_UNSEEN, text) for text in texts):
                name = f"{section.name}.{value.name}"
                yield Problem(f"`{name}` has a line break or control character in it.", "Remove it.", name)


_UNSEEN = r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
"""Line breaks, control characters, and what turns the direction of text or cannot be seen."""


STEPS = (
    Step("start", "Start", "Your folder, Docker and the key, as condock finds them.", _folder),
    Step("account", "Account", "The API key opens Anaconda's channels to the build.", _account),
    Step("base", "Base image", "Two images: one with conda to build in, a small one to ship.", _base),
    Step("dependencies", "Dependencies", "The packages that go into the image.", _dependencies),
    Step("secret", "Secret", "How the key reaches the build, and stays out of the image.", _secret, wants_key),
    Step("application", "Application", "Your own files, and what runs when the image starts.", _application),
    Step("preview", "Preview", "What will be written. Nothing is, until you say so.", _preview),
    Step("build", "Build", "The build, live.", _build),
)
"""All steps, in order."""


def step_of(key: str) -> Step:
    """The step with this key."""
    return STEPS[number_of(key) - 1]


def number_of(key: str) -> int:
    """Its place among the steps, counted from 1, for people."""
    return next(number for number, step in enumerate(STEPS, 1) if step.key == key)
