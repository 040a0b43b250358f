"""The commands of a plan: the build as condock runs it, as people type it, and how to run the image."""

from __future__ import annotations

import shlex
from pathlib import Path

from tui.core.engine.docker_cli import DOCKER
from tui.core.plan import Build, BuildPlan, SecretMode
from tui.core.secret import KEY_VARIABLE

CACHEBUST = "CACHEBUST"
"""The build argument whose new value makes the authenticated steps run again. Docker's checks take a name with
"key" or "auth" in it for a leaked secret (docs.docker.com, build check SecretsUsedInArgOrEnv)."""


def build_argv(
    plan: BuildPlan, *, progress: str = "", iidfile: Path | None = None, cachebust: str = "", output: str = ""
) -> list[str]:
    """The build's command line, to be run in the plan's folder; the key is never part of it.

    `--load` puts the image among the engine's also where the builder is not the engine's own (docker/buildx).
    `output` is where the image goes instead, as `--output` has it.
    """
    argv = [*_docker(plan), "buildx", "build", *_place(plan.build, output)]
    if progress:
        argv.append(f"--progress={progress}")
    if iidfile:
        argv += ["--iidfile", str(iidfile)]
    if cachebust:
        argv += ["--build-arg", f"{CACHEBUST}={cachebust}"]
    if plan.build.network != "default":
        argv += ["--network", plan.build.network]
    if plan.secret.mode is SecretMode.VARIABLE:
        argv += ["--secret", f"id={KEY_VARIABLE}"]
    elif plan.secret.mode is SecretMode.DOTENV:
        argv += ["--secret", f"id=dotenv,{_csv_field(f'src={plan.secret.file}')}"]
    if plan.build.dockerfile != "Dockerfile":
        argv += ["--file", plan.build.dockerfile]
    return [*argv, "--tag", plan.build.image, "."]


def build_command(plan: BuildPlan, *, ask: bool = False) -> str:
    """The build as a shell command without condock; `ask` has the shell ask for a key that is kept nowhere.

    `anaconda auth api-key` prints its errors where the key should be (anaconda-auth 0.15.3); `&&` stops there.
    Git is not asked about the folder, as its .git can name a program that would then run beside the key.
    """
    command = shlex.join(build_argv(plan))
    if plan.secret.mode is not SecretMode.VARIABLE:
        return command
    key = "printf 'API key: ' && read -rs key" if ask else "key=$(anaconda auth api-key)"
    return f'{key} &&\n{KEY_VARIABLE}="$key" BUILDX_GIT_INFO=false {command}'


def run_command(plan: BuildPlan) -> str:
    """The command that runs the finished image."""
    argv = [*_docker(plan), "run", "--rm", "-it"]
    if plan.application.port:
        argv += ["--publish", f"{plan.application.port}:{plan.application.port}"]
    return shlex.join([*argv, plan.build.image])


def push_argv(plan: BuildPlan) -> list[str]:
    """The command that pushes the image as its engine has it."""
    return [*_docker(plan), "image", "push", "--quiet", "--", plan.build.image]


def _docker(plan: BuildPlan) -> list[str]:
    """The CLI on the plan's engine; `--context` goes before DOCKER_HOST and DOCKER_CONTEXT (docker/cli)."""
    return [DOCKER, *(["--context", plan.build.context] if plan.build.context else [])]


def _place(build: Build, output: str) -> list[str]:
    """Who builds, for which platforms, and where image and layers go."""
    options = ["--builder", build.builder] if build.builder else []
    options.append(f"--output={output}" if output else "--push" if build.push else "--load")
    if build.platforms:
        options += ["--platform", ",".join(build.platforms)]
    for flag, caches in (("--cache-from", build.cache_from), ("--cache-to", build.cache_to)):
        options += [argument for cache in caches for argument in (flag, cache)]
    return options


def _csv_field(text: str) -> str:
    """One field of buildx's comma-separated options, quoted where it needs to be."""
    if "," not in text and '"' not in text:
        return text
    return '"' + text.replace('"', '""') + '"'
