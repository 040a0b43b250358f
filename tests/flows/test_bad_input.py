"""Bad input, row by row: one plain sentence with what to do, before a build starts, and nothing is changed."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.flows.shop import KEY, Project
from tests.stages.account_service import make_jwt
from tests.stages.stand_in_engine import dead_socket, docker_cli
from tui.core.plan import SecretMode
from tui.core.secret import KEY_VARIABLE

NO_KEY, NO_ENGINE, WRONG_USE = 3, 4, 2
EXPIRED = make_jwt(1_600_000_000)
SAID_BY_THE_COMMAND = (
    "TokenNotFoundError: Login is required to complete this action.\n\n"
    "To see a more detailed error message run the command again as\n  anaconda --verbose auth api-key\n"
)
MAC = "https://repo.anaconda.com/pkgs/main/osx-arm64/zlib-1.3.1-h5f15de7_0.conda"


Breaks = Callable[[Project], object]


def key(text: str) -> Breaks:
    return lambda project: project.patch.setenv(KEY_VARIABLE, text)


def dotenv(text: str | None) -> Breaks:
    """The key in .env, where a variable that would do does not count."""

    def breaks(project: Project) -> None:
        project.plan("secret", mode=SecretMode.DOTENV)
        if text is not None:
            project.write(".env", text)

    return breaks


def plan(section: str, **values: object) -> Breaks:
    return lambda project: project.plan(section, **values)


def file(name: str, text: str) -> Breaks:
    return lambda project: project.write(name, text)


def folder(name: str) -> Breaks:
    def breaks(project: Project) -> None:
        (project.path / name).unlink()
        (project.path / name).mkdir()

    return breaks


def gone(name: str) -> Breaks:
    return lambda project: (project.path / name).unlink()


def added(text: str) -> Breaks:
    def breaks(project: Project) -> None:
        project.write("condock.yml", (project.path / "condock.yml").read_text() + text)

    return breaks


def lock(project: Project) -> None:
    project.write("mac.lock", f"# platform: osx-arm64\n@EXPLICIT\n{MAC}\n")
    project.plan("environment", locks=("mac.lock",))


def unreadable(project: Project) -> None:
    """Root may read everything, so the refusal is put where the kernel would."""
    scandir = os.scandir

    def refuse(path: str | Path = ".") -> Iterator[os.DirEntry[str]]:
        if path == project.path:
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    project.patch.setattr(os, "scandir", refuse)


def read_only(project: Project) -> None:
    access = os.access

    def refuse(path: Path, mode: int, **others: bool) -> bool:
        return not (path == project.path and mode == os.W_OK) and access(path, mode, **others)

    project.patch.setattr(os, "access", refuse)


def no_buildx(project: Project) -> None:
    docker_cli(project.bin, buildx="")


def daemon_down(project: Project) -> None:
    with dead_socket() as host:
        project.patch.setenv("DOCKER_HOST", host)


def permission_denied(project: Project) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    project.patch.setattr(socket.socket, "connect", refuse)


ROWS: dict[str, tuple[Breaks, int, str]] = {
    # The key
    "no key": (
        lambda project: project.patch.delenv(KEY_VARIABLE),
        NO_KEY,
        "There is no API key yet. Set ANACONDA_AUTH_API_KEY, or sign in with `anaconda login`; where all channels "
        "are public, put `mode: none` under `secret` in condock.yml.",
    ),
    "an empty key": (key(""), NO_KEY, "The API key is empty."),
    "a blank key": (key("  \t "), NO_KEY, "The API key is blank"),
    "a key with a line break": (
        key(f"{KEY[:50]}\n{KEY[50:]}"),
        NO_KEY,
        "The API key has a line break in it. Copy",
    ),
    "a key with a line break behind": (
        key(f"{KEY}\n"),
        NO_KEY,
        "The API key has a line break before or after it.",
    ),
    "an expired key": (key(EXPIRED), NO_KEY, "(2020-09-13). Put a new one into ANACONDA_AUTH_API_KEY, or"),
    "the command's error": (key(SAID_BY_THE_COMMAND), NO_KEY, "This is a message of a command, not an API key."),
    # The key in .env
    ".env is missing": (dotenv(None), NO_KEY, ".env does not exist yet. Write it"),
    ".env without the key": (dotenv("OTHER=1\n"), NO_KEY, ".env has no ANACONDA_AUTH_API_KEY. Add the line"),
    ".env with an empty key": (dotenv(f"{KEY_VARIABLE}=\n"), NO_KEY, "The key in .env: The API key is empty."),
    ".env with a blank key": (dotenv(f"{KEY_VARIABLE}='  '\n"), NO_KEY, "The key in .env: The API key is blank"),
    ".env with a line break": (
        dotenv(f'{KEY_VARIABLE}="{KEY[:50]}\n{KEY[50:]}"\n'),
        NO_KEY,
        "The key in .env: The API key has a line break in it.",
    ),
    ".env with an expired key": (
        dotenv(f"{KEY_VARIABLE}={EXPIRED}\n"),
        NO_KEY,
        "The key in .env: The API key expired",
    ),
    ".env with the command's error": (
        dotenv(f"{KEY_VARIABLE}={SAID_BY_THE_COMMAND}"),
        NO_KEY,
        "The key in .env: This is a message of a command",
    ),
    # References
    "a malformed reference": (
        plan("base", builder="My Image"),
        WRONG_USE,
        "An image name cannot have spaces in it. Remove them",
    ),
    "upper case": (plan("base", runtime="Debian:13"), WRONG_USE, "An image name has no upper-case letters. Use"),
    "no reference": (plan("base", runtime=""), WRONG_USE, "There is no image name. Write one"),
    "a malformed digest": (
        plan("base", runtime="debian:13@sha256:abc"),
        WRONG_USE,
        "The digest is not complete: behind `sha256:` stand 64 characters out of 0-9 and a-f. Copy it again",
    ),
    "a malformed image name": (plan("build", image="shop@latest"), WRONG_USE, "cannot have a digest. Remove"),
    "an unknown network": (plan("build", network="mine"), WRONG_USE, "This is no network of a build. Use one of"),
    "Alpine": (plan("base", runtime="python:3.13-alpine"), WRONG_USE, "Alpine lacks glibc"),
    "no terms accepted": (
        plan("base", builder="anaconda/miniconda:26.7.1"),
        WRONG_USE,
        "Accept them (`accept_tos`)",
    ),
    # The dependencies
    "not YAML": (file("environment.yml", "dependencies: [a\nb: c\n"), WRONG_USE, "environment.yml, line "),
    "a tab": (file("environment.yml", "dependencies:\n\t- a\n"), WRONG_USE, "environment.yml, line 2, column 1: "),
    "an empty file": (
        file("environment.yml", ""),
        WRONG_USE,
        "environment.yml, line 1, column 1: The file is empty.",
    ),
    "no dependencies": (
        file("environment.yml", "name: a\n"),
        WRONG_USE,
        "environment.yml, line 1, column 1: There are no `dependencies`. Add",
    ),
    "a string for a list": (
        file("environment.yml", "name: a\ndependencies: numpy\n"),
        WRONG_USE,
        "environment.yml, line 2, column 15: ",
    ),
    "no environment.yml": (gone("environment.yml"), WRONG_USE, "Write one, or run `condock` or `condock init`"),
    "a folder for environment.yml": (
        folder("environment.yml"),
        WRONG_USE,
        "environment.yml is not a file. Choose a file, or move away",
    ),
    "environment.yml is ignored": (
        file(".dockerignore", "*.yml\n"),
        WRONG_USE,
        "`environment.yml` is kept back from the build by the ignore file. Remove the rule from .dockerignore.",
    ),
    "a lock for another platform": (
        lock,
        WRONG_USE,
        "mac.lock is for osx-arm64: it would install without complaint, and then not start. Make one for Linux",
    ),
    "a lock that is missing": (
        plan("environment", locks=("a.lock",)),
        WRONG_USE,
        "a.lock is not there. Check the name",
    ),
    # The application
    "a file that is missing": (gone("app.py"), WRONG_USE, "`app.py` is not in the folder. Correct the name"),
    "a file that is ignored": (
        file(".dockerignore", "*.py\n"),
        WRONG_USE,
        "`app.py` is kept back from the build by the ignore file. Remove it",
    ),
    "a file outside": (
        plan("application", files=("../secrets",)),
        WRONG_USE,
        "`../secrets` is outside the folder",
    ),
    "a port out of range": (plan("application", port="65536"), WRONG_USE, "The port is out of range. Write"),
    "a port that is none": (plan("application", port="http"), WRONG_USE, "The port is not a number. Write"),
    # The folder and condock.yml
    "a folder that cannot be read": (unreadable, WRONG_USE, "cannot be read: Permission denied. Check who may"),
    "a folder that cannot be written": (read_only, WRONG_USE, "Nothing can be written into this folder. Choose"),
    "no condock.yml": (gone("condock.yml"), WRONG_USE, "There is no condock.yml here. Run `condock`"),
    "an unknown key": (added("colour: red\n"), WRONG_USE, "`colour` is not a setting of condock. Remove it"),
    "a newer version": (
        file("condock.yml", "version: 3\n"),
        WRONG_USE,
        "condock.yml, line 1: this file has version 3, newer than this condock, which knows 2. Update condock.",
    ),
    "condock.yml is not YAML": (added("  x\n"), WRONG_USE, "this is not YAML. Correct the line"),
    "a Dockerfile outside": (
        plan("build", dockerfile="../Dockerfile"),
        WRONG_USE,
        "`../Dockerfile` is not a file inside the folder. Name one that is",
    ),
    "an environment.yml outside": (
        plan("environment", file="/etc/passwd"),
        WRONG_USE,
        "`/etc/passwd` leads outside the folder. Copy the file",
    ),
    "a name no file can have": (
        plan("environment", file="a\0b"),
        WRONG_USE,
        "cannot be the name of a file. Correct",
    ),
    # The engine
    "no docker": (
        lambda project: (project.bin / "docker").unlink(),
        NO_ENGINE,
        "Docker's command line is not on this machine. Install Docker Engine or Docker Desktop",
    ),
    "no buildx": (
        no_buildx,
        NO_ENGINE,
        "Docker lacks its plugin buildx here, which builds with secrets. Install the package",
    ),
    "daemon down": (daemon_down, NO_ENGINE, "Start Docker (Docker Desktop, or `sudo systemctl start docker`)"),
    "permission denied": (
        permission_denied,
        NO_ENGINE,
        "You may not use the Docker engine: permission denied at its socket. Add yourself to the group docker",
    ),
}


@pytest.mark.parametrize("command", ["doctor", "build"])
def test_nothing_is_wrong_with_the_project_itself(project: Project, command: str) -> None:
    docker_cli(project.bin, build="exit 0")
    done = project.run(command)
    assert done.code == 0, done.text
    assert "problem" not in done.text


@pytest.mark.parametrize("command", ["doctor", "build"])
@pytest.mark.parametrize(("breaks", "code", "said"), ROWS.values(), ids=ROWS)
def test_each_is_one_sentence_and_what_to_do(
    project: Project, breaks: Breaks, code: int, said: str, command: str
) -> None:
    breaks(project)
    before = project.files()
    done = project.run(command)
    assert done.code == code, done.text
    [line] = [line for line in done.text.splitlines() if said in line]
    assert line.startswith("condock: " if command == "build" or "problem " not in line else "problem  ")
    assert line.endswith(".")
    assert "Traceback" not in done.text
    assert done.text.replace("\n", "").isprintable()
    for piece in (KEY[:40], KEY[-20:], EXPIRED[:40], "TokenNotFoundError", "Login is required"):
        assert piece not in done.text
    assert project.files() == before


@pytest.mark.parametrize("command", ["doctor", "build"])
def test_what_is_wrong_is_said_all_at_once_and_the_first_counts(project: Project, command: str) -> None:
    key("")(project)
    plan("application", port="0")(project)
    no_buildx(project)
    done = project.run(command)
    assert done.code == NO_KEY
    for said in ("The API key is empty.", "The port is out of range.", "Docker lacks its plugin buildx"):
        assert done.text.count(said) == 1


def test_in_public_mode_no_key_is_missed(project: Project) -> None:
    project.patch.delenv(KEY_VARIABLE)
    project.plan("secret", mode=SecretMode.NONE)
    done = project.run("doctor")
    assert done.code == 0
    assert "ok       key     none is used" in done.stdout


def test_escapes_in_a_plan_do_not_reach_the_terminal(project: Project) -> None:
    """A condock.yml may come with somebody else's project."""
    evil = "\x1b]0;owned\x07"
    project.write(
        "condock.yml",
        f'environment:\n  file: "{evil!r}"\n'.replace("'", "") + 'application:\n  files: ["\\e[2J"]\n',
    )
    done = project.run("doctor")
    assert done.code == WRONG_USE
    assert done.text.replace("\n", "").isprintable()


def test_the_row_of_every_problem_is_its_own(project: Project) -> None:
    """A row that said what the sound project says, too, would show nothing."""
    text = project.run("doctor").text
    assert not [name for name, (_, _, said) in ROWS.items() if said in text]
