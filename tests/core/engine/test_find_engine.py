"""What is found on the way to a build: the CLI, buildx, the daemon, and the permission to use it."""

from __future__ import annotations

import json
import socket
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.stages.stand_in_engine import PODMAN, dead_socket, docker_cli, engine_socket
from tui.core.engine import find_engine
from tui.core.engine.find_engine import buildx_version, connect, local_images, probe
from tui.core.engine.report import EngineReport


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment with a working `docker`, where the SDK sees the same home."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)
    return {"PATH": str(docker_cli(tmp_path / "bin").parent)}


def said(report: EngineReport) -> str:
    assert not report.usable
    assert report.problem is not None
    assert report.problem.field == "engine"
    assert report.problem.hint.endswith(".")
    return report.problem.message


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("github.com/docker/buildx 0.13.1+ds1 0.13.1+ds1-3", (0, 13, 1)),
        ("github.com/docker/buildx v0.36.1 0d2a3c5", (0, 36, 1)),
        ("github.com/docker/buildx v0.11.2-desktop.1 986ab6a", (0, 11, 2)),
        ("github.com/docker/buildx v1.0.0 ", (1, 0, 0)),
        ("", ()),
        ("docker: 'buildx' is not a docker command.", ()),
    ],
)
def test_the_version_of_buildx_is_read(text: str, version: tuple[int, ...]) -> None:
    assert buildx_version(text) == version


@pytest.mark.parametrize(
    ("version", "progress"),
    [
        ((0, 11, 2), "plain"),
        ((0, 12, 0), "rawjson"),
        ((0, 36, 1), "rawjson"),
        ((1, 0, 0), "rawjson"),
        ((), "plain"),
    ],
)
def test_rawjson_is_asked_of_a_buildx_that_has_it(version: tuple[int, ...], progress: str) -> None:
    assert EngineReport(buildx=version).progress == progress


def test_an_engine_that_answers_is_usable(env: dict[str, str]) -> None:
    with engine_socket() as host:
        report = probe({**env, "DOCKER_HOST": host})
    assert report.usable
    assert (report.server, report.platform, report.buildx_version) == ("26.1.5", "linux/amd64", "0.13.1")


def test_without_a_cli(tmp_path: Path) -> None:
    assert said(probe({"PATH": str(tmp_path)})) == "Docker's command line is not on this machine."


@pytest.mark.parametrize("script", ["#!/bin/sh\nexit 1\n", "#!/nowhere\n", "#!/bin/sh\necho nonsense\n"])
def test_without_buildx(env: dict[str, str], script: str) -> None:
    Path(env["PATH"], "docker").write_text(script)
    assert said(probe(env)) == "Docker lacks its plugin buildx here, which builds with secrets."


def test_a_buildx_that_does_not_answer_is_not_taken_for_none(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(find_engine, "TIMEOUT", 0.2)
    docker_cli(Path(env["PATH"]), answers={"buildx version": "exec /bin/sleep 60"})
    report = probe(env)
    assert said(report) == "Docker's plugin buildx did not answer in 0.2 s."
    assert report.problem is not None
    assert "ctrl+r" in report.problem.hint
    assert "again" in report.problem.hint


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("unix:///nowhere/docker.sock", "The Docker engine is not running at unix:///nowhere/docker.sock."),
        ("tcp://127.0.0.1:1", "The Docker engine is not running at tcp://127.0.0.1:1."),
        ("foo://x", "The Docker engine cannot be reached: Invalid bind address protocol: foo://x."),
        (
            "garbage",
            "The Docker engine cannot be reached: Invalid bind address format: port is required: garbage.",
        ),
        ("tcp://\x1b[2J:1", "The Docker engine cannot be reached: "),
    ],
)
def test_an_address_where_no_engine_is(env: dict[str, str], host: str, expected: str) -> None:
    message = said(probe({**env, "DOCKER_HOST": host}))
    assert message.startswith(expected)
    assert message.isprintable()


def test_a_host_without_an_address(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    message = said(probe({**env, "DOCKER_HOST": "tcp://engine.example:2375"}))
    assert message == "The engine's host at tcp://engine.example:2375 is not known."


def test_a_socket_that_a_daemon_left_behind(env: dict[str, str]) -> None:
    with dead_socket() as host:
        assert said(probe({**env, "DOCKER_HOST": host})) == f"The Docker engine is not running at {host}."


def test_an_engine_that_hangs(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find_engine, "connect", partial(connect, timeout=1))
    with dead_socket(listening=True) as host:
        assert said(probe({**env, "DOCKER_HOST": host})) == f"The Docker engine at {host} does not answer."


@pytest.mark.parametrize(("answer", "status"), [({"message": "page not found"}, 404), (["not", "docker"], 200)])
def test_something_else_than_docker_behind_the_socket(env: dict[str, str], answer: object, status: int) -> None:
    with engine_socket(answer, status) as host:
        assert said(probe({**env, "DOCKER_HOST": host})).startswith("The Docker engine cannot be reached: ")


def test_podman_is_called_by_its_name(env: dict[str, str]) -> None:
    with engine_socket(PODMAN) as host:
        assert said(probe({**env, "DOCKER_HOST": host})) == "This is Podman, whose builder is not BuildKit."


def test_a_socket_one_may_not_use(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may use any socket, so the refusal is put where the kernel would: in `connect(2)`."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    with dead_socket() as host:
        monkeypatch.setattr("socket.socket.connect", refuse)
        report = probe({**env, "DOCKER_HOST": host})
    assert said(report) == "You may not use the Docker engine: permission denied at its socket."
    assert report.problem is not None
    assert "group docker" in report.problem.hint


def test_certificates_that_are_not_there(env: dict[str, str]) -> None:
    tls = {"DOCKER_HOST": "tcp://127.0.0.1:1", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/nowhere"}
    assert said(probe({**env, **tls})) == "The engine's certificates do not fit."


# Contexts and ssh


def test_an_unknown_context_is_not_taken_for_the_default_one(env: dict[str, str]) -> None:
    message = said(probe({**env, "DOCKER_CONTEXT": "nope"}))
    assert message == "There is no Docker context `nope`."


def test_an_unknown_context_does_not_matter_behind_docker_host(env: dict[str, str]) -> None:
    with engine_socket() as host:
        assert probe({**env, "DOCKER_HOST": host, "DOCKER_CONTEXT": "nope"}).usable


@pytest.mark.parametrize("chosen", ["variable", "configuration"])
def test_the_engine_of_the_chosen_context_is_asked(env: dict[str, str], empty_home: Path, chosen: str) -> None:
    with engine_socket() as host:
        write_context(empty_home, "lab", host, current=chosen == "configuration")
        assert probe({**env, "DOCKER_CONTEXT": "lab"} if chosen == "variable" else env).usable


def test_a_current_context_that_is_gone(env: dict[str, str], empty_home: Path) -> None:
    write_context(empty_home, "lab", "unix:///nowhere", current=True)
    config = empty_home / ".docker/config.json"
    config.write_text(json.dumps({"currentContext": "gone"}))
    assert said(probe(env)) == "There is no Docker context `gone`."


def write_context(home: Path, name: str, host: str, *, current: bool) -> None:
    """What `docker context create` leaves in the home folder."""
    from docker.context.config import get_context_id

    folder = home / ".docker/contexts/meta" / get_context_id(name)
    folder.mkdir(parents=True)
    meta = {"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": False}}}
    (folder / "meta.json").write_text(json.dumps(meta))
    (home / ".docker/config.json").write_text(json.dumps({"currentContext": name} if current else {}))


@pytest.fixture
def without_paramiko(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("docker.api.client.SSHHTTPAdapter", raising=False)


@pytest.mark.usefixtures("without_paramiko")
def test_an_engine_behind_ssh_is_asked_by_the_cli(env: dict[str, str]) -> None:
    docker_cli(Path(env["PATH"]), version="echo '26.1.5 linux/arm64'")
    report = probe({**env, "DOCKER_HOST": "ssh://me@build.example.com"})
    assert report.usable
    assert (report.server, report.platform) == ("26.1.5", "linux/arm64")
    assert report.endpoint == "ssh://me@build.example.com"


@pytest.mark.usefixtures("without_paramiko")
@pytest.mark.parametrize(
    "version", ["echo; echo 'Permission denied (publickey)' >&2; exit 1", "echo ' /'; exit 1"]
)
def test_an_engine_behind_ssh_that_cannot_be_reached(env: dict[str, str], version: str) -> None:
    docker_cli(Path(env["PATH"]), version=version)
    report = probe({**env, "DOCKER_HOST": "ssh://me@build.example.com"})
    assert said(report) == "The Docker engine does not answer over ssh."


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
@pytest.mark.usefixtures("without_paramiko")
def test_ssh_cannot_ask_for_a_password_over_the_screen(env: dict[str, str]) -> None:
    """In a session of its own it has no terminal to ask on."""
    script = 'read -r _ _ _ _ _ session _ </proc/$$/stat; [ "$session" = $$ ] && echo "1 linux/amd64"'
    docker_cli(Path(env["PATH"]), version=script)
    assert probe({**env, "DOCKER_HOST": "ssh://me@build.example.com"}).usable


# Images


def test_the_names_of_local_images(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    digest = "debian@sha256:" + "a" * 64
    nameless = SimpleNamespace(tags=[], attrs={"RepoDigests": None})
    named = SimpleNamespace(tags=["debian:13"], attrs={"RepoDigests": [digest]})
    client = SimpleNamespace(images=SimpleNamespace(list=lambda: [named, nameless]))
    monkeypatch.setattr(find_engine, "connect", lambda env: client)
    assert local_images(env) == {"debian:13", digest}


def test_no_images_of_an_engine_that_does_not_answer(env: dict[str, str]) -> None:
    assert local_images({**env, "DOCKER_HOST": "unix:///nowhere"}) == frozenset()
    assert local_images({**env, "DOCKER_CONTEXT": "nope"}) == frozenset()
