"""The runtime stage: the environment, the user, the application and how it starts."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from tui.core.dockerfile.instruction import Instruction, copy, entrypoint, literal
from tui.core.dockerfile.variables import variable_instructions
from tui.core.environment.document import EnvironmentDocument
from tui.core.images.reference import with_mirror
from tui.core.plan import Application, BuildPlan

_UID = "10001"
"""Above those that distributions give to people and services."""


def runtime_stage(plan: BuildPlan, environment: EnvironmentDocument) -> Iterator[Instruction]:
    """From FROM to ENTRYPOINT of the image that is shipped."""

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
