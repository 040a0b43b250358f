"""The Dockerfile of a plan, instruction by instruction, each with the reason it is there.

It follows Anaconda's guide "Authenticated Docker builds"; what goes beyond it is said in the reasons.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from functools import lru_cache

from tui.core.channels.hosts import build_settings
from tui.core.channels.plan_channels import only_channels
from tui.core.dockerfile.builder_stage import builder_stage
from tui.core.dockerfile.environment_steps import EnvironmentSteps
from tui.core.dockerfile.form import is_isolated
from tui.core.dockerfile.guide_form import guide_form
from tui.core.dockerfile.instruction import Instruction, copy, entrypoint, literal
from tui.core.dockerfile.isolated_form import isolated_form
from tui.core.dockerfile.variables import variable_instructions
from tui.core.environment.document import EnvironmentDocument
from tui.core.images.reference import with_mirror
from tui.core.locks.locks import Lock, build_channels
from tui.core.plan import Application, BuildPlan

_UID = "10001"
"""Above those that distributions give to people and services."""


@lru_cache(maxsize=4)  # which all that looks at the files asks for
def dockerfile(
    plan: BuildPlan,
    environment: EnvironmentDocument | None = None,
    locks: tuple[Lock, ...] = (),
    *,
    runs_without_network: bool = True,
) -> tuple[Instruction, ...]:
    """The instructions for this plan, its environment file and its lock files.

    `runs_without_network` tells whether the engine knows `RUN --network` (since Dockerfile 1.3). A plan with
    problems gives the Dockerfile it would give, so that the preview can follow every change.
    """
    document = environment or EnvironmentDocument()
    account = plan.account
    channels = build_channels(plan, document, locks)
    hosts = build_settings(channels, plan.secret.mode, account.domain, account.hosts)
    steps = EnvironmentSteps(
        plan, hosts, locks, document.pip_files, bool(document.pip), runs_without_network=runs_without_network
    )
    environment_of = isolated_form if is_isolated(plan) else guide_form
    only = () if locks else only_channels(plan, document)
    return (*builder_stage(plan, hosts, only), *environment_of(steps), *_runtime(plan, document))


def render(instructions: tuple[Instruction, ...]) -> str:
    """The text of the Dockerfile: a blank line between instructions of different kind, and between stages."""
    text = ""
    for before, instruction in zip((None, *instructions), instructions, strict=False):
        if before is not None:
            text += "\n" if _belongs(before, instruction) else "\n\n"
        text += instruction.text
    return text + "\n"


def _belongs(before: Instruction, instruction: Instruction) -> bool:
    """True if two instructions stand together, without a blank line."""
    word = instruction.text.partition(" ")[0]
    return before.stage == instruction.stage and "\n" not in before.text + instruction.text and word != "FROM"


def _runtime(plan: BuildPlan, environment: EnvironmentDocument) -> Iterator[Instruction]:
    def instruction(text: str, why: str) -> Instruction:
        return Instruction(text, why, "runtime")

    application = plan.application
    yield instruction(
        f"FROM {with_mirror(plan.base.runtime, plan.base.mirror)} AS runtime",
        "The second stage is the image you get: small, without conda and without the builder's layers.",
    )
    yield instruction(
        "COPY --from=builder /env /env",
        "The finished environment, at the same path: its programs know where they are.",
    )
    yield instruction('ENV PATH="/env/bin:${PATH}"', "Programs of the environment are found by name.")
    yield from variable_instructions(environment.variables)
    yield from _user(application.user)
    owner = _number(application.user)
    yield from _application(application, f"--chown={owner} " if owner != "root" else "")


def _application(application: Application, owner: str) -> Iterator[Instruction]:
    """The user's own files and how they start; `owner` is the option of COPY that says whose they are."""

    def instruction(text: str, why: str) -> Instruction:
        return Instruction(text, why, "runtime")

    yield instruction(
        f"WORKDIR {literal(application.folder)}", "The folder your application is in and starts from."
    )
    for path in application.files:
        yield copy(path, "runtime", why="Your application, last: it changes most.", options=owner)
    if application.port:
        yield instruction(
            f"EXPOSE {application.port}",
            f"Says that the application listens on port {application.port}. To reach it, run the image with -p.",
        )
    yield instruction(
        f"ENTRYPOINT {entrypoint(application.command)}",
        "What runs when the image starts. The list form needs no shell and passes signals on, so that the "
        "container stops at once.",
    )


def _user(user: str) -> Iterator[Instruction]:
    """Nothing for root."""
    number = _number(user)
    if number == "root":
        return
    if number != user:
        why = (
            "A user that is not root: whoever breaks into the application has fewer rights. Where the runtime "
            "image has one with this number already, that is taken."
        )
        make = f"getent passwd {number} || useradd --create-home --uid {number} {shlex.quote(user)}"
        yield Instruction(f"RUN {make}", why, "runtime")
    is_root = not number.partition(":")[0].strip("0")
    why = "By its number this is root." if is_root else "From here on, and when the image runs, nothing is root."
    by_number = " By number, since Kubernetes' runAsNonRoot refuses names."
    yield Instruction(f"USER {number}", why + (by_number if number != user else ""), "runtime")


def _number(user: str) -> str:
    """The word behind USER: a name stands for the user that is made under this number."""
    return user if user == "root" or user.partition(":")[0].isdigit() else _UID
