"""Which Docker contexts there are, which is in force, and what is said of one that cannot be used."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.paths import DATA
from tests.stages.stand_in_engine import docker_cli, engine_socket
from tui.core.engine.contexts import Context, chosen_by, client_settings, in_force, list_contexts, reaching
from tui.core.engine.find_engine import connect, engine_errors, probe
from tui.core.errors import CondockError
from tui.core.plan import Build

RECORDED = DATA / "builders"
LIST = "context ls --format {{json .}}"


@pytest.fixture(autouse=True)
def no_engine_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_CONFIG", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH"):
        monkeypatch.delenv(name, raising=False)


def cli(folder: Path, contexts: str) -> dict[str, str]:
    """An environment whose `docker context ls` does this, in sh."""
    return {"PATH": str(docker_cli(folder / "bin", answers={LIST: contexts}).parent)}


def write_meta(home: Path, name: str, meta: object) -> None:
    """Put this where `docker context create` puts what it knows."""
    folder = home / ".docker/contexts/meta" / hashlib.sha256(name.encode()).hexdigest()
    folder.mkdir(parents=True)
    (folder / "meta.json").write_text(meta if isinstance(meta, str) else json.dumps(meta))


def sound(name: str, host: str) -> dict[str, object]:
    return {"Name": name, "Metadata": {}, "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": False}}}


def test_the_contexts_are_listed_as_docker_knows_them(tmp_path: Path) -> None:
    contexts = list_contexts(cli(tmp_path, f"/bin/cat {RECORDED / 'contexts.jsonl'}"))
    assert [(context.name, context.endpoint, context.current) for context in contexts] == [
        ("dead", "tcp://127.0.0.1:1", False),
        ("default", "unix:///run/docker.sock", True),
        ("second", "unix:///run/second/docker.sock", False),
    ]


def test_what_a_context_says_of_itself_cannot_move_the_cursor(tmp_path: Path) -> None:
    entry = json.dumps({"Name": "a\x1b[2Jb", "Description": "\x1b]0;title\x07lab", "Current": False})
    (tmp_path / "contexts").write_text(f"Warning: a word before\n{entry}\n[]\n")
    found = list_contexts(cli(tmp_path, f"/bin/cat {tmp_path / 'contexts'}"))
    assert found == (Context("ab", description="lab"),)


def test_one_damaged_context_is_said_where_it_keeps_docker_from_listing_any(tmp_path: Path) -> None:
    answer = f"/bin/cat {RECORDED / 'contexts-damaged.err'} >&2; exit 1"
    with pytest.raises(CondockError, match=r"cannot be listed: failed to read metadata: parsing /home/me/"):
        list_contexts(cli(tmp_path, answer))


# Which one is in force

HOST = {"DOCKER_HOST": "unix:///run/a", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": "/certs", "PATH": "/bin"}


@pytest.mark.parametrize(
    ("env", "context", "name", "words"),
    [
        ({}, "", "default", ""),
        ({"DOCKER_CONTEXT": "lab"}, "", "lab", "context lab by DOCKER_CONTEXT"),
        ({**HOST, "DOCKER_CONTEXT": "lab"}, "", "default", "DOCKER_HOST"),
        ({**HOST, "DOCKER_CONTEXT": "other"}, "lab", "lab", "context lab"),
        (HOST, "default", "default", "context default"),
    ],
)
def test_what_decides_on_the_engine(env: dict[str, str], context: str, name: str, words: str) -> None:
    assert in_force(reaching(env, context)) == name
    assert chosen_by(env, context) == words


def test_the_current_context_is_the_last_to_decide(empty_home: Path) -> None:
    (empty_home / ".docker").mkdir()
    (empty_home / ".docker/config.json").write_text(json.dumps({"currentContext": "lab"}))
    assert in_force({}) == "lab"
    assert chosen_by({}, "") == "context lab by `docker context use`"


def test_a_chosen_context_leaves_nothing_of_docker_host() -> None:
    assert reaching(HOST, "lab") == {"PATH": "/bin", "DOCKER_CONTEXT": "lab"}
    assert reaching(HOST, "") is HOST
    assert reaching(HOST, "default") == {**HOST, "DOCKER_CONTEXT": "default"}  # which is where DOCKER_HOST points


def test_the_engine_of_the_plans_context_is_asked_whatever_docker_host_says(
    tmp_path: Path, empty_home: Path
) -> None:
    with engine_socket() as host:
        write_meta(empty_home, "lab", sound("lab", host))
        report = probe(
            {**cli(tmp_path, "exit 1"), "DOCKER_HOST": "unix:///nowhere", "DOCKER_CONTEXT": "gone"},
            Build(context="lab"),
        )
    assert report.usable
    assert report.words == "Docker 26.1.5, buildx 0.13.1, linux/amd64, context lab"


def test_the_certificates_of_a_context_are_used(empty_home: Path) -> None:
    host = "tcp://build.example.com:2376"
    write_meta(empty_home, "lab", sound("lab", host))
    assert client_settings("lab", {}) == {"base_url": host}
    tls = empty_home / ".docker/contexts/tls" / hashlib.sha256(b"lab").hexdigest() / "docker"
    tls.mkdir(parents=True)
    for name in ("ca.pem", "cert.pem", "key.pem"):
        (tls / name).write_text("")
    config = client_settings("lab", {})["tls"]
    assert (config.ca_cert, config.cert, config.verify) == (
        str(tls / "ca.pem"),
        (str(tls / "cert.pem"), str(tls / "key.pem")),
        True,
    )


def test_contexts_are_found_without_a_configuration_file(tmp_path: Path) -> None:
    """Where the SDK's own reader looks in the current folder."""
    with engine_socket() as host:
        write_meta(tmp_path, "lab", sound("lab", host))
        env = {**cli(tmp_path, "exit 1"), "DOCKER_CONFIG": str(tmp_path / ".docker"), "DOCKER_CONTEXT": "lab"}
        assert probe(env).usable


# Contexts that cannot be used


@pytest.mark.parametrize(
    ("context", "hint"),
    [
        ("secnd", "Did you mean `second`?"),
        ("unlike-any", "Choose one that `docker context ls` lists."),
        ("../../etc", "Choose one that `docker context ls` lists."),
        ("\x1b[2J", "Choose one that `docker context ls` lists."),
    ],
)
def test_a_context_of_the_plan_that_is_not_there(tmp_path: Path, context: str, hint: str) -> None:
    env = cli(tmp_path, f"/bin/cat {RECORDED / 'contexts.jsonl'}")
    problem = probe(env, Build(context=context)).problem
    assert problem is not None
    assert problem.message.startswith("There is no Docker context `")
    assert problem.message.isprintable()
    assert (problem.hint, problem.field) == (hint, "build.context")


DAMAGED = [
    "{",
    "",
    "null",
    "[]",
    {"Name": "lab"},
    {"Name": "lab", "Endpoints": []},
    {"Name": "lab", "Endpoints": {}},
    {"Name": "lab", "Endpoints": {"docker": "unix:///x"}},
    {"Name": "lab", "Endpoints": {"docker": {"Host": 1}}},
]


@pytest.mark.parametrize("meta", DAMAGED, ids=str)
def test_a_damaged_context_is_a_problem_and_no_crash(tmp_path: Path, empty_home: Path, meta: object) -> None:
    write_meta(empty_home, "lab", meta)
    env = cli(tmp_path, "exit 1")
    of_the_plan = probe(env, Build(context="lab")).problem
    of_the_shell = probe({**env, "DOCKER_CONTEXT": "lab"}).problem
    assert of_the_plan is not None
    assert of_the_shell is not None
    assert of_the_plan.message == of_the_shell.message == "The Docker context `lab` is damaged."
    assert (of_the_plan.field, of_the_shell.field) == ("build.context", "engine")
    with pytest.raises(engine_errors()):
        connect({"DOCKER_CONTEXT": "lab"})


def test_a_context_that_may_not_be_read(tmp_path: Path, empty_home: Path) -> None:
    write_meta(empty_home, "lab", "{}")
    [meta] = (empty_home / ".docker/contexts/meta").glob("*/meta.json")
    meta.unlink()
    meta.mkdir()  # reading a folder fails for root too
    problem = probe(cli(tmp_path, "exit 1"), Build(context="lab")).problem
    assert problem is not None
    assert problem.message == "The Docker context `lab` is damaged."


def test_an_engine_that_is_down_is_named_by_its_context(tmp_path: Path, empty_home: Path) -> None:
    write_meta(empty_home, "lab", sound("lab", "unix:///nowhere/docker.sock"))
    problem = probe(cli(tmp_path, "exit 1"), Build(context="lab")).problem
    assert problem is not None
    assert problem.message == "The Docker engine is not running (context `lab`)."
