"""The Docker engine: is it there, can it build with secrets, and what does it have."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.core.errors import Problem
from tui.core.text import printable

if TYPE_CHECKING:
    from docker import DockerClient

RAWJSON_SINCE = (0, 12)
"""The first buildx with `--progress=rawjson` (docker/buildx v0.12.0, where `--help` does not mention it yet)."""

_TIMEOUT = 10  # seconds: an engine that answers at all answers in milliseconds
_START = "Start Docker (Docker Desktop, or `sudo systemctl start docker`), then look again."


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
    """A client for the engine that the docker CLI would use; raises docker.errors.DockerException."""
    import docker

    return docker.from_env(environment=dict(env), timeout=timeout)


def local_images(env: Mapping[str, str]) -> frozenset[str]:
    """Names with tags and names with digests of the images on this engine; empty where it does not answer."""
    try:
        images = connect(env).images.list()
    except _engine_errors():
        return frozenset()
    names: set[str] = set()
    for image in images:
        names.update(image.tags, image.attrs.get("RepoDigests") or ())
    return frozenset(names)


def _buildx_version(cli: str, env: Mapping[str, str]) -> tuple[int, ...]:
    try:
        answer = subprocess.run(
            [cli, "buildx", "version"],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return buildx_version(answer.stdout) if answer.returncode == 0 else ()


def _ask_daemon(cli: str, buildx: tuple[int, ...], env: Mapping[str, str]) -> EngineReport:
    try:
        client = connect(env)
        endpoint = client.api.base_url
        version = client.version()
    except _engine_errors() as error:
        return EngineReport(cli, buildx, problem=_explain(error, env))
    components = version.get("Components") or [{}]
    if "podman" in str(components[0].get("Name", "")).lower():
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


def _engine_errors() -> tuple[type[Exception], ...]:
    """What the SDK raises for an engine that does not answer as one: its own errors, and requests' unwrapped."""
    import docker.errors
    import requests.exceptions

    return (docker.errors.DockerException, requests.exceptions.RequestException, ValueError, OSError)


def _explain(error: BaseException, env: Mapping[str, str]) -> Problem:
    """The sentence for why the daemon was not reached, from the chain of causes the SDK leaves."""
    causes = [type(cause).__name__ for cause in _chain(error)]
    host = printable(env.get("DOCKER_HOST", ""))
    if "PermissionError" in causes:
        return _problem(
            "You may not use the Docker engine: permission denied at its socket.",
            "Add yourself to the group docker (`sudo usermod -aG docker $USER`) and sign in again.",
        )
    if "ReadTimeout" in causes or "ConnectTimeout" in causes:
        return _problem("The Docker engine does not answer.", "Restart Docker, then look again.")
    if "gaierror" in causes:
        return _problem(f"The engine's host is not known: {host}.", "Correct DOCKER_HOST or the context.")
    if "TLSParameterError" in causes or "SSLError" in causes:
        return _problem("The engine's certificates do not fit.", "Correct DOCKER_CERT_PATH and DOCKER_TLS_VERIFY.")
    if {"FileNotFoundError", "ConnectionRefusedError"} & set(causes):
        at = f" at {host}" if host else ""
        return _problem(f"The Docker engine is not running{at}.", _START)
    said = printable(str(error)).partition("\n")[0][:160]
    return _problem(f"The Docker engine cannot be reached: {said}", "Try `docker version` in a terminal.")


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, its causes, and the errors that requests and urllib3 carry as arguments."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        current = waiting.pop()
        if current is None or any(current is known for known in seen):
            continue
        seen.append(current)
        yield current
        waiting += [current.__cause__, current.__context__]
        waiting += [argument for argument in current.args if isinstance(argument, BaseException)]


def _problem(message: str, hint: str) -> Problem:
    return Problem(message, hint, field="engine")
