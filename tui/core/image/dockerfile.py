"""The Dockerfile of a plan, instruction by instruction, each with the reason it is there.

It follows Anaconda's guide "Authenticated Docker builds"; what goes beyond it is said in the reasons.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tui.core.image.bases import catalogue
from tui.core.image.reference import with_mirror
from tui.core.plan import BuildPlan, SecretMode

KEY_VARIABLE = "ANACONDA_AUTH_API_KEY"

_ARCHITECTURES = {"linux-64": "amd64", "linux-aarch64": "arm64"}


@dataclass(frozen=True)
class Instruction:
    """One instruction, and why it is there in words for someone who has never seen a Dockerfile."""

    text: str
    why: str
    stage: str = "builder"


def dockerfile(plan: BuildPlan, lock_platforms: Mapping[str, str] | None = None) -> tuple[Instruction, ...]:
    """The instructions for this plan.

    `lock_platforms` says which conda platform each `@EXPLICIT` file of the plan is for. A plan with problems
    gives the Dockerfile it would give, so that the preview can follow every change.
    """
    return (*_builder(plan, lock_platforms or {}), *_runtime(plan))


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


def _builder(plan: BuildPlan, lock_platforms: Mapping[str, str]) -> Iterator[Instruction]:
    yield Instruction(
        f"FROM {with_mirror(plan.base.builder, plan.base.mirror)} AS builder",
        "The first stage has conda and makes the environment. It is not shipped: only what the second stage "
        "copies from it is. The digest behind @ holds the image still, whatever happens to its tag.",
    )
    if plan.base.accept_tos and catalogue().may_ask_for_tos(plan.base.builder):
        yield Instruction(
            "ENV CONDA_PLUGINS_AUTO_ACCEPT_TOS=yes",
            "You accepted Anaconda's Terms of Service in the base image step. conda in this base asks for that, "
            "and in a build nobody can answer. The line is in the builder only.",
        )
    if plan.secret.mode is not SecretMode.NONE:
        yield _install("anaconda-registration", plan, secret=False, why=_WHY_REGISTRATION)
    yield from _environment(plan, lock_platforms)


_WHY_REGISTRATION = (
    "anaconda-registration is what reads the key from the build secret and shows it to the channels. The "
    "channel it comes from is public. --override-channels asks no other channel, because the others would "
    "already want the key; --yes answers conda's question, which nobody can answer in a build."
)


def _install(package: str, plan: BuildPlan, *, secret: bool, why: str) -> Instruction:
    channel = ""
    if not secret:
        channel = f" --channel {shlex.quote(plan.secret.plugin_channel)} --override-channels"
    return Instruction(_run(f"conda install --yes --name base{channel} {package}", plan, secret=secret), why)


def _environment(plan: BuildPlan, lock_platforms: Mapping[str, str]) -> Iterator[Instruction]:
    if not plan.environment.locks:
        file = plan.environment.file
        yield _copy(file, "builder", why=_WHY_COPIED_ALONE)
        create = f"conda env create --yes --prefix /env --file {shlex.quote(file)}"
    elif not lock_platforms:
        yield from _conda_lock(plan)
        return
    else:
        yield Instruction(
            "ARG TARGETARCH", "BuildKit sets it to the platform that is being built: amd64 or arm64."
        )
        for lock in plan.environment.locks:
            yield _copy(lock, "builder", why=_WHY_COPIED_ALONE)
        create = _explicit(lock_platforms)
    yield Instruction(_run(create, plan, secret=True, solving=True), _why_create(plan))


def _conda_lock(plan: BuildPlan) -> Iterator[Instruction]:
    lock = plan.environment.locks[0]
    yield _install(
        "conda-lock", plan, secret=True, why="conda-lock reads conda-lock.yml. It stays in the builder."
    )
    yield _copy(lock, "builder", why=_WHY_COPIED_ALONE)
    create = f"conda lock install --prefix /env {shlex.quote(lock)}"
    yield Instruction(_run(create, plan, secret=True), _why_create(plan))


def _explicit(lock_platforms: Mapping[str, str]) -> str:
    """Choose the lock of the platform that is built: conda itself would install a wrong one in silence."""
    cases = [
        f"{_ARCHITECTURES[platform]}) lock={shlex.quote(file)} ;;"
        for file, platform in lock_platforms.items()
        if platform in _ARCHITECTURES
    ]
    cases.append('*) echo "There is no lock file for $TARGETARCH." >&2; exit 1 ;;')
    chosen = " \\\n      ".join(cases)
    create = 'conda create --yes --prefix /env --file "$lock"'
    return f'case "$TARGETARCH" in \\\n      {chosen} \\\n    esac && \\\n    {create}'


_WHY_COPIED_ALONE = (
    "Only the file that names the packages is copied, so that the environment is made anew only when that "
    "file changes, not when your code does."
)


def _why_create(plan: BuildPlan) -> str:
    why = "Makes the environment in /env. "
    if plan.secret.mode is SecretMode.DOTENV:
        why += f"{plan.secret.file} is mounted as .env for this one instruction; no layer of the image has it. "
    elif plan.secret.mode is SecretMode.VARIABLE:
        why += "The key is mounted as a file for this one instruction; no layer of the image has it. "
    if plan.secret.mode is not SecretMode.NONE:
        why += "required=true makes a build without the key stop here instead of failing later in other words. "
    if _glibc(plan):
        why += (
            f"CONDA_OVERRIDE_GLIBC makes conda choose packages for the glibc of the image they will run in "
            f"({_glibc(plan)}), not for the builder's."
        )
    return why.rstrip()


def _glibc(plan: BuildPlan) -> str:
    return "" if plan.environment.locks else catalogue().glibc_of(plan.base.runtime)


def _run(command: str, plan: BuildPlan, *, secret: bool, solving: bool = False) -> str:
    mount = f"{secret_mount(plan)} \\\n    " if secret and plan.secret.mode is not SecretMode.NONE else ""
    glibc = f"CONDA_OVERRIDE_GLIBC={_glibc(plan)} " if solving and _glibc(plan) else ""
    return f"RUN {mount}{_wrapped(glibc + command)}"


def _wrapped(command: str) -> str:
    """A long command with one option a line."""
    if "\n" in command or len(command) < 90:
        return command
    return re.sub(r" (--(?:name|prefix|channel|override-channels|file)\b)", r" \\\n    \1", command)


def secret_mount(plan: BuildPlan) -> str:
    """The option of RUN that shows the key to one instruction."""
    if plan.secret.mode is SecretMode.DOTENV:
        return "--mount=type=secret,id=dotenv,target=.env,required=true"
    return f"--mount=type=secret,id={KEY_VARIABLE},required=true"


def _copy(path: str, stage: str, *, why: str, options: str = "") -> Instruction:
    source, target = path.rstrip("/") or ".", f"./{path.strip('/')}" if path.strip("./") else "./"
    words = f"{source} {target}"
    if not re.fullmatch(r"[\w.,+@%:=/][\w.,+@%:=/-]*", path):
        pattern = re.sub(r"[*?[]", r"[\g<0>]", _literal(source))
        words = json.dumps([pattern, _literal(target)], ensure_ascii=False)
    return Instruction(f"COPY {options}{words}", why, stage)


def _literal(text: str) -> str:
    """The text as a word that BuildKit takes as it is: it fills in variables and drops quotes in lists too."""
    return re.sub(r"[$'\"\\]", r"\\\g<0>", text)


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
        f"WORKDIR {_literal(application.folder)}", "The folder your application is in and starts from."
    )
    for path in application.files:
        yield _copy(path, "runtime", why="Your application, last: it changes most.", options=owner)
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


def entrypoint(command: str) -> str:
    """The exec form of a command given as shell words; words with open quotes stay one word."""
    try:
        words = shlex.split(command)
    except ValueError:
        words = [command]
    return json.dumps(words, ensure_ascii=False)
