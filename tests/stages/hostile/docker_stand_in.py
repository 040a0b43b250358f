"""Stands for docker: notes what it was called with, and asks git about the context as buildx does (build/git.go).

It is run as a program of its own, with the path of its notes in the place of @CALLS@: some thousand times, so that
it imports what it needs alone.
"""

from __future__ import annotations

import os
import sys
import time

_CALLS = "@CALLS@"
_MOST = 100_000
_QUESTIONS = (
    "rev-parse --is-inside-work-tree",
    "rev-parse --show-toplevel",
    "show --format=%H HEAD --quiet --",
)
_BUILDER = """\
Name: {name}
Driver: {driver}

Nodes:
Name: {name}0
Endpoint: {endpoint}
Status: running
Platforms: linux/amd64*
Labels:
 org.mobyproject.buildkit.worker.snapshotter: overlayfs"""


def _option(name: str) -> str:
    given = [after for word, after in zip(sys.argv, sys.argv[1:], strict=False) if word == name]
    return given[-1] if given else ""


def _text(path: str) -> str | None:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(_MOST)
    except OSError:
        return None


def _mounted() -> str | None:
    """The text of the file that is mounted as a secret."""
    fields = _option("--secret").replace('"', "").split(",")
    paths = [field.partition("=")[2] for field in fields if field.startswith(("src=", "source="))]
    return _text(paths[0]) if paths else None


def _note() -> None:
    call: dict[str, object] = {"argv": sys.argv[1:], "env": dict(os.environ), "cwd": os.getcwd()}
    if "build" in sys.argv:
        name = _option("--file") or "Dockerfile"
        own = _text(f"{name}.dockerignore")
        call["dockerfile"] = name if "://" in name else _text(name)
        call["ignore"] = _text(".dockerignore") if own is None else own
        call["secret"] = _mounted()
    path = f"{_CALLS}/{time.time_ns()}-{os.getpid()}"
    with open(f"{path}.part", "x", encoding="ascii") as file:
        file.write(ascii(call))
    os.rename(f"{path}.part", path)  # condock may end this at any moment


def _ask_git() -> None:
    if os.environ.get("BUILDX_GIT_INFO", "true").lower() in ("0", "f", "false"):
        return
    import subprocess

    for question in _QUESTIONS:
        argv = ["git", "-c", "log.showSignature=false", *question.split()]
        try:
            subprocess.run(argv, capture_output=True, check=False)
        except OSError:
            return


def _build() -> None:
    _ask_git()
    if path := _option("--iidfile"):
        with open(path, "w", encoding="ascii") as file:
            file.write("sha256:" + "a" * 64)


def _answer(words: list[str]) -> None:
    match words:
        case ["buildx", "version"]:
            print("github.com/docker/buildx v0.13.1 788433953af10f2a698f5c07611dddce2e08c7a0")
        case ["version", *_]:
            print('{"Version": "26.1.5", "Os": "linux", "Arch": "amd64"}')
        case ["buildx", "inspect", "--", name]:
            print(_BUILDER.format(name=name, driver="remote", endpoint="tcp://builder.evil.test:1234"))
        case ["buildx", "inspect"]:
            print(_BUILDER.format(name="default", driver="docker", endpoint="default"))
        case ["buildx" | "context", "ls", *_]:
            print('{"Name": "default", "Driver": "docker", "Current": true, "Nodes": []}')
        case _ if "build" in words:
            _build()


if __name__ == "__main__":
    _note()
    _answer(sys.argv[1:])
