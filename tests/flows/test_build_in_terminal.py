"""`condock build` and `condock demo` as processes on a pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyte
import pytest

from tests.flows.shop import Project, environment
from tests.paths import RECORDINGS

PATIENCE = 60


@dataclass
class Terminal:
    """A process and its terminal of 80x24."""

    pid: int
    master: int
    screen: pyte.HistoryScreen = field(default_factory=lambda: pyte.HistoryScreen(80, 24, history=5000))
    raw: bytes = b""

    def __post_init__(self) -> None:
        self._stream = pyte.ByteStream(self.screen)

    def until(self, text: str, of: Callable[[Terminal], str] = lambda terminal: terminal.shown) -> None:
        """Read until the text is on the screen, or in another text that is made of the terminal."""
        deadline = time.monotonic() + PATIENCE
        while text not in of(self):
            assert time.monotonic() < deadline, self.shown
            self._read()

    def code(self) -> int:
        """Read to the end; the exit code."""
        while self._read():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    @property
    def shown(self) -> str:
        return "\n".join(self.screen.display)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.screen.display if line.strip()]

    def _read(self) -> bool:
        if not select.select([self.master], [], [], 0.1)[0]:
            return True
        try:
            data = os.read(self.master, 65_536)
        except OSError:
            return False
        self.raw += data
        self._stream.feed(data)
        return bool(data)


@contextmanager
def condock(*arguments: str, **env: str) -> Iterator[Terminal]:
    pid, master = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-m", "tui", *arguments], environment() | env)
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    try:
        yield Terminal(pid, master)
    finally:
        os.close(master)


def test_a_build_is_live(project: Project) -> None:
    project.plays(RECORDINGS / "success.rawjson")
    with condock("build", str(project.path), TERM="xterm-256color") as terminal:
        assert terminal.code() == 0
    assert any(line.startswith("done         0.8s  builder 4/4 RUN conda env create") for line in terminal.lines)
    assert not [line for line in terminal.lines if line.startswith(("running", "Building", "  builder"))]
    said = [line for line in terminal.lines if line.startswith(("Built app:latest in ", "The key ", "Run it: "))]
    assert [line.partition(" ")[0] for line in said] == ["Built", "The", "Run", "The"]
    assert b"\x1b[32m" in terminal.raw
    assert not terminal.screen.cursor.hidden


@pytest.mark.parametrize("command", [["check", "--offline"], ["doctor"], ["bases"]], ids=" ".join)
def test_what_a_command_reports_never_breaks_inside_a_word(project: Project, command: list[str]) -> None:
    (project.path / "environment.yml").write_text("dependencies:\n  - python=2.7\n  -flask\n  - numpy=1=py27_0\n")
    where = [] if command == ["bases"] else [str(project.path)]
    argv = [sys.executable, "-m", "tui", *command, *where]
    piped = subprocess.run(argv, env=environment(), capture_output=True, text=True, check=False).stdout
    with condock(*command, *where, TERM="xterm-256color") as terminal:
        terminal.code()
    lines = terminal.raw.decode().splitlines()
    assert max(map(len, piped.splitlines())) > 80
    assert [line for line in lines if len(line) > 80 and " " in line.strip()] == []
    assert [word for word in piped.split() if word not in " ".join(lines).split()] == []


@pytest.mark.parametrize(("name", "value"), [("TERM", "dumb"), ("CI", "true")])
def test_a_terminal_that_nobody_sees_gets_lines(project: Project, name: str, value: str) -> None:
    project.plays(RECORDINGS / "success.rawjson")
    with condock("build", str(project.path), **{"TERM": "xterm", name: value}) as terminal:
        assert terminal.code() == 0
    assert b"\x1b" not in terminal.raw
    assert b"  builder 4/4 |   environment location: /env" in terminal.raw


def test_no_colours_where_none_are_wanted(project: Project) -> None:
    project.plays(RECORDINGS / "success.rawjson")
    with condock("build", str(project.path), TERM="xterm-256color", NO_COLOR="1") as terminal:
        assert terminal.code() == 0
    assert b"\x1b[32m" not in terminal.raw
    assert b"\x1b[?2026h" in terminal.raw


STARTED = '{"vertexes":[{"digest":"a","name":"[builder 1/1] RUN x","started":"2026-11-22T16:17:46Z"}]}'


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_the_terminal_as_it_was(project: Project, number: int) -> None:
    project.builds(f"echo '{STARTED}' >&2; exec /bin/sleep 600")
    with condock("build", str(project.path), TERM="xterm") as terminal:
        terminal.until("running")
        os.kill(terminal.pid, number)
        assert terminal.code() == 130
    assert terminal.lines[-2].startswith("cancelled")
    assert terminal.lines[-1] == "The build was stopped. Everything it started has ended."
    assert not terminal.screen.cursor.hidden


def test_ctrl_c_is_a_signal_too(project: Project) -> None:
    project.builds(f"echo '{STARTED}' >&2; exec /bin/sleep 600")
    with condock("build", str(project.path), TERM="xterm") as terminal:
        terminal.until("running")
        os.write(terminal.master, b"\x03")
        assert terminal.code() == 130
    assert terminal.lines[-1] == "The build was stopped. Everything it started has ended."


def test_a_terminal_that_is_closed_ends_the_build(project: Project, tmp_path: Path) -> None:
    builder = tmp_path / "builder"
    project.builds(f"echo $$ >{builder}; echo '{STARTED}' >&2; exec /bin/sleep 600")
    with condock("build", str(project.path), TERM="xterm") as terminal:
        terminal.until("running")
    assert os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]) == 130
    with pytest.raises(ProcessLookupError):
        os.kill(int(builder.read_text()), 0)


def test_the_demo_needs_nothing_and_says_what_it_is(tmp_path: Path) -> None:
    nothing = {"PATH": "/nowhere", "DOCKER_HOST": "unix:///nowhere", "HOME": str(tmp_path), "TERM": "xterm"}
    with condock("demo", "--speed", "20", **nothing) as terminal:
        assert terminal.code() == 0
    assert terminal.lines[0] == "This is a recording of a build: no Docker, no network and no key are used."
    assert sum(line.startswith(("done", "cached")) for line in terminal.lines) >= 9
    assert "Nothing was built here." in terminal.lines[-2]
    assert list(tmp_path.iterdir()) == []


def test_the_burglar_has_the_key_in_one_form_and_not_in_the_other(tmp_path: Path) -> None:
    nothing = {"PATH": "/nowhere", "DOCKER_HOST": "unix:///nowhere", "HOME": str(tmp_path), "TERM": "xterm"}
    with condock("demo", "burglar", "--speed", "100", **nothing) as terminal:
        assert terminal.code() == 0
    said = "\n".join(terminal.lines)
    assert "No Docker, no network and no key are used." in said
    assert "[key] conda env create" in said
    assert "[key] conda create --download" in said
    guide, isolated = said.partition("The images of these recordings are not kept.")[2].split(
        "The isolated form: "
    )
    assert "THE KEY WAS FOUND in env/share/burglar/ANACONDA_AUTH_API_KEY" in " ".join(guide.split())
    assert isolated.startswith("The key is nowhere in the image: 1 layer, ")
    assert list(tmp_path.iterdir()) == []


def test_the_demo_can_be_stopped() -> None:
    with condock("demo", "--speed", "0.01", TERM="xterm") as terminal:
        terminal.until("Building condock-demo")
        os.write(terminal.master, b"\x03")
        assert terminal.code() == 130
