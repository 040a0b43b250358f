"""The Dockerfile of a plan, instruction by instruction, each with the reason it is there.

It follows Anaconda's guide "Authenticated Docker builds"; what goes beyond it is said in the reasons.
"""

from __future__ import annotations

from functools import lru_cache

from tui.core.channels.hosts import build_settings
from tui.core.channels.plan_channels import only_channels
from tui.core.dockerfile.builder_stage import builder_stage
from tui.core.dockerfile.environment_steps import EnvironmentSteps
from tui.core.dockerfile.form import is_isolated
from tui.core.dockerfile.guide_form import guide_form
from tui.core.dockerfile.instruction import Instruction
from tui.core.dockerfile.isolated_form import isolated_form
from tui.core.dockerfile.runtime_stage import runtime_stage
from tui.core.environment.document import EnvironmentDocument
from tui.core.locks.locks import Lock, build_channels
from tui.core.plan import BuildPlan


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
    return (*builder_stage(plan, hosts, only), *environment_of(steps), *runtime_stage(plan, document))


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
