"""The Docker engine: is it there, can it build with secrets, and what does it have."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.core.errors import Problem
from tui.core.image.unreachable import explain
from tui.core.text import printable

if TYPE_CHECKING:
    from docker import DockerClient

RAWJSON_SINCE = (0, 12)
"""The first buildx with `--progress=rawjson` (docker/buildx v0.12.0, where `--help` does not mention it yet)."""

_TIMEOUT = 10  # seconds: an engine that answers at all answers in milliseconds


@dataclass(frozen=True)
class EngineReport:
    """What was found on the way to a build; empty fields were not reached or not told."""

    cli: str = ""
    buildx: tuple[int, ...] = ()
    server: str = ""
    platform: str = ""
    endpoint: str = ""
    problem: Problem | None = None

    @property
    def usable(self) -> bool:
        return self.problem is None

    @property
    def buildx_version(self) -> str:
        return ".".join(map(str, self.buildx))

    @property
    def progress(self) -> str:
        """The kind of progress stream this buildx can give."""
        return "rawjson" if self.buildx >= RAWJSON_SINCE else "plain"


def probe(env: Mapping[str, str]) -> EngineReport:
    """Look for the CLI, buildx, the daemon and the permission to use it, in this order; blocks for up to 10 s."""
    cli = shutil.which("docker", path=env.get("PATH"))
    if cli is None:
        return EngineReport(
            problem=_problem(
                "Docker's command line is not on this machine.",
                "Install Docker Engine or Docker Desktop (docs.docker.com/get-docker).",
            )
        )
    buildx = _buildx_version(cli, env)
    if not buildx:
        return EngineReport(
            cli,
            problem=_problem(
                "Docker has no buildx here, which builds with secrets.",
                "Install the package docker-buildx-plugin (Debian: docker-buildx), then look again.",
            ),
        )
    return _ask_daemon(cli, buildx, env)


def buildx_version(text: str) -> tuple[int, ...]:
    """The version in the output of `docker buildx version`; empty where there is none."""
    found = re.search(r"\bv?(\d+)\.(\d+)\.(\d+)", text.removeprefix("github.com/docker/buildx"))
    return tuple(map(int, found.groups())) if found else ()


def connect(env: Mapping[str, str], timeout: int = _TIMEOUT) -> DockerClient:
    """A client for the engine that the docker CLI would use; raises one of `engine_errors()`."""
    import docker
    from docker.context import ContextAPI
    from docker.context.config import get_current_context_name

    context = env.get("DOCKER_CONTEXT") or get_current_context_name()
    if not env.get("DOCKER_HOST") and ContextAPI.get_context(context) is None:
        # The SDK (docker 7.2.0) would go to the default socket without a word, where the CLI stops.
        raise docker.errors.ContextNotFound(context)
    return docker.from_env(environment=dict(env), timeout=timeout)


def engine_errors() -> tuple[type[Exception], ...]:
    """What the SDK raises for an engine that does not answer as one: its own errors, and requests' unwrapped."""
    import docker.errors
    import requests.exceptions

    return (docker.errors.DockerException, requests.exceptions.RequestException, ValueError, OSError)


def local_images(env: Mapping[str, str]) -> frozenset[str]:
    """Names with tags and names with digests of the images on this engine; empty where it does not answer."""
    try:
        images = connect(env).images.list()
    except engine_errors():
        return frozenset()
    names: set[str] = set()
    for image in images:
        names.update(image.tags, image.attrs.get("RepoDigests") or ())
    return frozenset(names)


def _buildx_version(cli: str, env: Mapping[str, str]) -> tuple[int, ...]:
    answer = _run([cli, "buildx", "version"], env)
    return buildx_version(answer.stdout) if answer.returncode == 0 else ()


def _run(argv: list[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """What a short command says; code 1 and nothing where it cannot be run or does not end."""
    try:
        return subprocess.run(
            argv,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # without a terminal, ssh fails instead of asking for a password
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return subprocess.CompletedProcess(argv, 1, "", "")


def _ask_daemon(cli: str, buildx: tuple[int, ...], env: Mapping[str, str]) -> EngineReport:
    try:
        client = connect(env)
        endpoint = client.api.base_url
        version = client.version()
    except engine_errors() as error:
        if "paramiko" in str(error):  # the SDK's own ssh needs it; the CLI calls ssh
            return _ask_cli(cli, buildx, env)
        return EngineReport(cli, buildx, problem=explain(error, env))
    if any("podman" in str(part.get("Name")).lower() for part in version.get("Components") or ()):
        problem = _problem(
            "This is Podman, whose builder is not BuildKit.",
            "Point DOCKER_HOST at a Docker engine, or choose one with `docker context use`.",
        )
        return EngineReport(cli, buildx, problem=problem)
    return EngineReport(
        cli,
        buildx,
        server=printable(str(version.get("Version", ""))),
        platform=printable(f"{version.get('Os', '')}/{version.get('Arch', '')}"),
        endpoint=printable(endpoint),
    )


def _ask_cli(cli: str, buildx: tuple[int, ...], env: Mapping[str, str]) -> EngineReport:
    """The same by the CLI, for engines behind ssh."""
    answer = _run([cli, "version", "--format", "{{.Server.Version}} {{.Server.Os}}/{{.Server.Arch}}"], env)
    server, _, platform = printable(answer.stdout).strip().partition(" ")
    if answer.returncode or not platform:
        problem = _problem(
            "The Docker engine does not answer over ssh.",
            "Try `docker version` in a terminal: it shows what ssh says.",
        )
        return EngineReport(cli, buildx, problem=problem)
    return EngineReport(cli, buildx, server, platform, printable(env.get("DOCKER_HOST", "")))


def _problem(message: str, hint: str) -> Problem:
    return Problem(message, hint, field="engine")
