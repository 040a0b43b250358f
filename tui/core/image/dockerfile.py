"""The Dockerfile of a plan, instruction by instruction, each with the reason it is there.

It follows Anaconda's guide "Authenticated Docker builds"; what goes beyond it is said in the reasons.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping

from tui.core.account.hosts import build_settings
from tui.core.image.builder_stage import BuilderStage
from tui.core.image.instruction import Instruction, copy, entrypoint, literal
from tui.core.image.reference import with_mirror
from tui.core.plan import BuildPlan


def dockerfile(
    plan: BuildPlan, lock_platforms: Mapping[str, str] | None = None, channels: Iterable[str] = ()
) -> tuple[Instruction, ...]:
    """The instructions for this plan.

    `lock_platforms` says which conda platform each `@EXPLICIT` file of the plan is for, `channels` what the
    environment file names. A plan with problems gives the Dockerfile it would give, so that the preview can
    follow every change.
    """
    account = plan.account
    hosts = build_settings(channels, plan.secret.mode, account.domain, account.hosts)
    return (*BuilderStage(plan, lock_platforms or {}, hosts).instructions(), *_runtime(plan))


def render(instructions: tuple[Instruction, ...]) -> str:
    """The text of the Dockerfile: a blank line between instructions of different kind, and between stages."""
    text = ""
    for before, instruction in zip((None, *instructions), instructions, strict=False):
        if before is not None:
            text += "\n" if _belongs(before, instruction) else "\n\n"
        text += instruction.text
    return text + "\n"


def _belongs(before: Instruction, instruction: Instruction) -> bool:
    """Whether two instructions stand together, without a blank line."""
    word = instruction.text.partition(" ")[0]
    return before.stage == instruction.stage and "\n" not in before.text + instruction.text and word != "FROM"


def _runtime(plan: BuildPlan) -> Iterator[Instruction]:
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
    owner = ""
    if application.user != "root":
        if not application.user.partition(":")[0].isdigit():
            yield instruction(
                f"RUN useradd --create-home --uid 10001 {shlex.quote(application.user)}",
                "A user that is not root: whoever breaks into the application has fewer rights.",
            )
        yield instruction(f"USER {application.user}", "From here on, and when the image runs, nothing is root.")
        owner = f"--chown={application.user} "
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
