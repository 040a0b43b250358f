"""The terminal around the wizard: asked where it is known to answer, and never waited for long."""

from __future__ import annotations

import os
import pty
import threading
import time
from pathlib import Path

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key

from tests.stages.wizard import wizard
from tui.core.preferences import read_preferences
from tui.terminal import (
    answers,
    is_light,
    luminance,
    notification,
    progress,
    shows_progress,
    take_alt_and_digits,
)
from tui.themes import LIGHT


@pytest.mark.parametrize(
    ("answer", "light"),
    [
        (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", True),
        (b"\x1b]11;rgb:fa/f8/f0\x07", True),
        (b"\x1b]11;rgba:1212/1212/1212/ffff\x1b\\", False),
        (b"\x1b]11;rgb:0000/2b2b/3636\x07", False),
        (b"nothing", False),
    ],
)
def test_an_answer_says_how_light_the_background_is(answer: bytes, light: bool) -> None:
    assert (luminance(answer) > 0.5) is light


@pytest.mark.parametrize("reply", [b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\", b""])
def test_the_terminal_is_asked_and_not_waited_for(monkeypatch: pytest.MonkeyPatch, reply: bytes) -> None:
    master, slave = pty.openpty()
    with os.fdopen(slave, "r") as keyboard, os.fdopen(os.dup(slave), "w") as screen:
        monkeypatch.setattr("sys.stdin", keyboard)
        monkeypatch.setattr("sys.stdout", screen)

        def answer() -> None:
            assert os.read(master, 100) == b"\x1b]11;?\x1b\\"
            os.write(master, reply)

        terminal = threading.Thread(target=answer)
        terminal.start()
        before = time.monotonic()
        assert is_light({"TERM_PROGRAM": "WezTerm"}) is bool(reply)
        assert reply or time.monotonic() - before < 1
        terminal.join()
    os.close(master)


@pytest.mark.parametrize(
    ("env", "asked"),
    [
        ({"TERM_PROGRAM": "iTerm.app"}, True),
        ({"VTE_VERSION": "7600"}, True),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM_PROGRAM": "WezTerm", "TMUX": "/tmp/tmux"}, False),
        ({"TERM_PROGRAM": "WezTerm", "SSH_TTY": "/dev/pts/1"}, False),
    ],
)
def test_only_a_terminal_that_answers_at_once_is_asked(env: dict[str, str], asked: bool) -> None:
    assert answers(env) is asked


def test_without_an_answer_colorfgbg_counts() -> None:
    assert is_light({"COLORFGBG": "0;15"})
    assert not is_light({"COLORFGBG": "15;0"})
    assert not is_light({})


def test_alt_and_a_digit_are_a_key() -> None:
    """Also where a terminal sends them as it has for ever: Escape, and the digit."""
    take_alt_and_digits()
    for digit in "123456789":
        parser = XTermParser()
        sent = [*parser.feed(f"\x1b{digit}"), *parser.feed("")]
        assert [event.key for event in sent if isinstance(event, Key)] == [f"alt+{digit}"]


def test_progress_is_for_terminals_that_know_it() -> None:
    assert shows_progress({"WT_SESSION": "1"})
    assert not shows_progress({"VTE_VERSION": "7600"})
    assert not shows_progress({"WT_SESSION": "1", "TMUX": "1"})
    assert progress(40) == "\x1b]9;4;1;40\x1b\\"
    assert progress(40, failed=True) == "\x1b]9;4;2;40\x1b\\"
    assert progress(None) == "\x1b]9;4;0\x1b\\"
    assert notification("my-app\x1b]0;x\x07 is built") == "\x1b]9;my-app]0x is built\x1b\\"


@pytest.mark.usefixtures("key")
async def test_the_theme_that_was_chosen_is_there_at_the_next_start(folder: Path) -> None:
    async with wizard(folder) as run:
        run.app.search_themes()
        await run.press(*"condock-light", "enter")
        await run.until(lambda: run.app.theme == LIGHT.name)
        assert read_preferences(os.environ).theme == LIGHT.name
    async with wizard(folder, begun=False) as run:
        assert run.app.theme == LIGHT.name
