"""The Dockerfile of a plan, instruction by instruction, each with the reason it is there.

It follows Anaconda's guide "Authenticated Docker builds"; what goes beyond it is said in the reasons.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tui.core.channels.hosts import build_settings
from tui.core.channels.qualified import asked_channels
from tui.core.dockerfile.builder_stage import builder_stage
from tui.core.dockerfile.environment_steps import EnvironmentSteps
from tui.core.dockerfile.instruction import Instruction, copy, entrypoint, literal
from tui.core.dockerfile.variables import variable_instructions
from tui.core.environment.document import EnvironmentDocument
from tui.core.images.reference import with_mirror
from tui.core.locks.locks import Lock
from tui.core.plan import Application, BuildPlan


def dockerfile(
    plan: BuildPlan, environment: EnvironmentDocument | None = None, locks: tuple[Lock, ...] = ()
) -> tuple[Instruction, ...]:
    """The instructions for this plan, its environment file and its lock files.

    A plan with problems gives the Dockerfile it would give, so that the preview can follow every change.
    """
    document = environment or EnvironmentDocument()
    account = plan.account
    hosts = build_settings(asked_channels(document), plan.secret.mode, account.domain, account.hosts)
    steps = EnvironmentSteps(plan, hosts, locks, document.pip_files)
    return (*builder_stage(plan, hosts), *steps.instructions(), *_runtime(plan, document))


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
    owner = ""
    if application.user != "root":
        if not application.user.partition(":")[0].isdigit():
            yield instruction(
                f"RUN useradd --create-home --uid 10001 {shlex.quote(application.user)}",
                "A user that is not root: whoever breaks into the application has fewer rights.",
            )
        yield instruction(f"USER {application.user}", "From here on, and when the image runs, nothing is root.")
        owner = f"--chown={application.user} "
    yield from _application(application, owner)


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
