"""The Docker engine: is it there, can it build with secrets, and what does it have."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui.core.dataclass import replace
from tui.core.engine.builders import inspect, unknown_builder
from tui.core.engine.contexts import (
    DEFAULT,
    chosen_by,
    client_settings,
    context_fault,
    context_problem,
    in_force,
    json_lines,
    reaching,
)
from tui.core.engine.docker_cli import DOCKER, HUNG, TIMEOUT, ask, find_program
from tui.core.engine.report import EngineReport
from tui.core.engine.unreachable import explain
from tui.core.errors import ExitCode, Problem
from tui.core.in_thread import in_thread
from tui.core.plan import Build
from tui.core.untrusted_text import printable

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from threading import Event
    from typing import Any

    from docker import DockerClient

_IMAGE_STORE = "io.containerd.snapshotter.v1"
"""How an engine with the containerd image store calls its storage (docker/buildx, util/dockerutil/client.go)."""

_PLAIN = Build()
_SHORT = 3  # seconds: whoever needs longer is asked by the SDK, which waits for 10


def probe(env: Mapping[str, str], build: Build = _PLAIN, cancel: Event | None = None) -> EngineReport:
    """Look for the CLI, buildx, the daemon and the permission to use it, in this order; blocks for up to 10 s.

    Of a plan that names a context, that one's engine; the builder is asked only of a plan that needs to know, as
    that takes buildx 0.1 s, or 25 s where it is far away and does not answer. Once `cancel` is set, what was
    begun is ended, and the report says nothing.
    """
    cli = find_program(DOCKER, env)
    if cli is None:
        return EngineReport(
            problem=_problem(
                "Docker's command line is not on this machine.",
                "Install Docker Engine or Docker Desktop (docs.docker.com/get-docker).",
            )
        )
    answer = in_thread(_buildx, cli, env, cancel)  # each question takes Docker's command line its time to start
    report, buildx = _daemon(cli, env, build, cancel), answer(None)
    if buildx.problem:
        return buildx
    report = replace(report, buildx=buildx.buildx)
    asks = build.builder or build.platforms or build.cache_to or build.push
    if not (report.usable and asks):
        return report
    return _with_builder(report, reaching(env, build.context), build, cancel)


def buildx_version(text: str) -> tuple[int, ...]:
    """The version in the output of `docker buildx version`; empty where there is none."""
    found = re.search(r"\bv?(\d+)\.(\d+)\.(\d+)", text.removeprefix("github.com/docker/buildx"))
    return tuple(map(int, found.groups())) if found else ()


def connect(env: Mapping[str, str], timeout: int = TIMEOUT) -> DockerClient:
    """A client for the engine that the docker CLI would use; raises one of `engine_errors()`."""
    import docker

    context = in_force(env)
    if context == DEFAULT:
        return docker.from_env(environment=dict(env), timeout=timeout, use_context=False)
    if fault := context_fault(context, env):
        raise docker.errors.ContextException(fault)
    return docker.DockerClient(timeout=timeout, **client_settings(context, env))


def engine_errors() -> tuple[type[Exception], ...]:
    """Raised by the SDK where an engine does not answer as one: its own errors, and requests' unwrapped."""
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


def _buildx(cli: str, env: Mapping[str, str], cancel: Event | None) -> EngineReport:
    """The report of buildx alone."""
    answer = ask([cli, "buildx", "version"], env, TIMEOUT, cancel)
    if answer.returncode == 0 and (version := buildx_version(answer.stdout)):
        return EngineReport(cli, version)
    if answer.returncode == HUNG:
        problem = _problem(
            f"Docker's plugin buildx did not answer in {TIMEOUT} s.",
            "The machine may be busy. Look again: with ctrl+r in the wizard, else by running the command again.",
        )
    else:
        problem = _problem(
            "Docker lacks its plugin buildx here, which builds with secrets.",
            "Install the package docker-buildx-plugin (Debian: docker-buildx), then look again.",
        )
    return EngineReport(cli, problem=problem)


def _daemon(cli: str, env: Mapping[str, str], build: Build, cancel: Event | None) -> EngineReport:
    """The report without buildx."""
    if build.context and (problem := context_problem(build.context, env)):
        return EngineReport(cli, problem=problem)
    return replace(_ask_daemon(cli, reaching(env, build.context), cancel), chosen=chosen_by(env, build.context))


def _ask_daemon(cli: str, env: Mapping[str, str], cancel: Event | None) -> EngineReport:
    """Ask the CLI about its engine. Why it gets no answer the SDK knows best, whose import alone takes 0.1 s."""
    answer = ask([cli, "version", "--format", "{{json .Server}}"], env, _SHORT, cancel)
    found = json_lines(answer.stdout) if answer.returncode == 0 else []
    if found:
        return _report(cli, found[0], env.get("DOCKER_HOST", ""))
    if cancel and cancel.is_set():
        return EngineReport(cli)
    try:
        client = connect(env)
        return _report(cli, client.version(), client.api.base_url)
    except engine_errors() as error:
        if "paramiko" in str(error):  # the SDK's own ssh needs it; the CLI calls ssh
            return _ask_cli(cli, env)
        return EngineReport(cli, problem=explain(error, env))


def _report(cli: str, version: Mapping[str, Any], endpoint: str) -> EngineReport:
    """The engine by its answer to /version."""
    if any("podman" in str(part.get("Name")).lower() for part in version.get("Components") or ()):
        problem = _problem(
            "This is Podman, whose builder is not BuildKit.",
            "Point DOCKER_HOST at a Docker engine, or choose one with `docker context use`.",
        )
        return EngineReport(cli, problem=problem)
    return EngineReport(
        cli,
        server=printable(str(version.get("Version", ""))),
        platform=printable(f"{version.get('Os', '')}/{version.get('Arch', '')}"),
        endpoint=printable(endpoint),
    )


def _with_builder(
    report: EngineReport, env: Mapping[str, str], build: Build, cancel: Event | None
) -> EngineReport:
    builder = inspect(build.builder, env, cancel)
    if builder.error.startswith("no builder "):
        return replace(report, problem=unknown_builder(build.builder or builder.name, env))
    if builder.is_engine and builder.name != in_force(env):  # buildx 0.13.1 and 0.36.1 refuse it
        message = f"The builder `{builder.name}` is the engine of the context `{builder.name}`."
        hint = f"Choose that context instead, `{builder.name}`, and no builder."
        return replace(report, problem=Problem(message, hint, "build.builder"))
    info = (
        ask([report.cli, "info", "--format", "{{json .DriverStatus}}"], env) if len(build.platforms) > 1 else None
    )
    return replace(report, builder=builder, image_store=info is not None and _IMAGE_STORE in info.stdout)


def _ask_cli(cli: str, env: Mapping[str, str]) -> EngineReport:
    """The same by the CLI, for engines behind ssh."""
    answer = ask([cli, "version", "--format", "{{.Server.Version}} {{.Server.Os}}/{{.Server.Arch}}"], env)
    server, _, platform = printable(answer.stdout).strip().partition(" ")
    if answer.returncode or not platform:
        problem = _problem(
            "The Docker engine does not answer over ssh.",
            "Try `docker version` in a terminal: it shows what ssh says.",
        )
        return EngineReport(cli, problem=problem)
    return EngineReport(cli, (), server, platform, printable(env.get("DOCKER_HOST", "")))


def _problem(message: str, hint: str) -> Problem:
    return Problem(message, hint, "engine", exit_code=ExitCode.NO_ENGINE)
