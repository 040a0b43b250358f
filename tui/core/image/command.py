"""The commands of a plan: the build as condock runs it, as people type it, and how to run the image."""

from __future__ import annotations

import shlex
from pathlib import Path

from tui.core.plan import BuildPlan, SecretMode
from tui.core.secret import KEY_VARIABLE


def build_argv(plan: BuildPlan, *, progress: str = "", iidfile: Path | None = None) -> list[str]:
    """The build's command line, to be run in the plan's folder; the key is never part of it.

    `--load` puts the image among the engine's also where the builder is not the engine's own (docker/buildx).
    """
    argv = ["docker", "buildx", "build", "--load"]
    if progress:
        argv.append(f"--progress={progress}")
    if iidfile:
        argv += ["--iidfile", str(iidfile)]
    if plan.build.network != "default":
        argv += ["--network", plan.build.network]
    if plan.secret.mode is SecretMode.VARIABLE:
        argv += ["--secret", f"id={KEY_VARIABLE}"]
    elif plan.secret.mode is SecretMode.DOTENV:
        argv += ["--secret", f"id=dotenv,{_csv_field(f'src={plan.secret.file}')}"]
    if plan.build.dockerfile != "Dockerfile":
        argv += ["--file", plan.build.dockerfile]
    return [*argv, "--tag", plan.build.image, "."]


def build_command(plan: BuildPlan) -> str:
    """The build as a shell command without condock.

    `anaconda auth api-key` prints its errors where the key should be (anaconda-auth 0.15.3); `&&` stops there.
    """
    command = shlex.join(build_argv(plan))
    if plan.secret.mode is not SecretMode.VARIABLE:
        return command
    return f'key=$(anaconda auth api-key) &&\n{KEY_VARIABLE}="$key" {command}'


def run_command(plan: BuildPlan) -> str:
    """The command that runs the finished image."""
    argv = ["docker", "run", "--rm", "-it"]
    if plan.application.port:
        argv += ["--publish", f"{plan.application.port}:{plan.application.port}"]
    return shlex.join([*argv, plan.build.image])


def _csv_field(text: str) -> str:
    """One field of buildx's comma-separated options, quoted where it needs to be."""
    if "," not in text and '"' not in text:
        return text
    return '"' + text.replace('"', '""') + '"'
