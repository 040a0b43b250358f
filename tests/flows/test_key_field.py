"""The field that a key is typed or pasted into: nothing takes the key out of it again, no copy and no log."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input

from tests.engine.terminal import Terminal
from tests.paths import ROOT
from tests.stages.wizard import Wizard, wizard

KEY = "zq9Xv7Lm-0f9e8d7c6b5a4938"


class Screen:
    """What the app would write to the terminal."""

    def __init__(self, run: Wizard, monkeypatch: pytest.MonkeyPatch) -> None:
        self.written = ""
        assert run.app._driver is not None
        monkeypatch.setattr(run.app._driver, "write", self._write)

    def _write(self, text: str) -> None:
        self.written += text

    @property
    def copied(self) -> str:
        """All that was put into the clipboard, by OSC 52."""
        parts = self.written.split("\x1b]52;c;")[1:]
        return "".join(base64.b64decode(part.partition("\a")[0]).decode() for part in parts)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("keys", ["ctrl+c", "ctrl+x", "super+c", "super+x"])
async def test_a_key_that_was_typed_is_not_copied_or_cut(
    folder: Path, monkeypatch: pytest.MonkeyPatch, keys: str
) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        field = run.field("key").query_one(Input)
        await run.write("key", KEY)
        field.focus()
        await run.pilot.pause()
        field.select_all()
        screen = Screen(run, monkeypatch)
        await run.press(keys)
        field.action_copy()
        field.action_cut()
        assert (screen.copied, run.app.clipboard) == ("", "")
        assert field.value == KEY


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("keys", ["ctrl+u", "ctrl+k"])
async def test_a_key_is_cleared_whole_wherever_the_cursor_is(folder: Path, keys: str) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.write("key", KEY)
        field = run.field("key").query_one(Input)
        for _ in range(2):  # the first selects all of it, where it gives the focus
            await run.pilot.click(field, offset=(8, 1))
        assert 0 < field.cursor_position < len(KEY)
        await run.press(keys)
        assert (field.value, run.project.pasted) == ("", None)


@pytest.mark.usefixtures("engine")
async def test_a_field_for_anything_else_can_be_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.write("account.hosts", "conda.example.com")
        run.field("account.hosts").focus()
        await run.pilot.pause()
        run.field("account.hosts").query_one(Input).select_all()
        screen = Screen(run, monkeypatch)
        await run.press("ctrl+c")
        assert screen.copied == run.app.clipboard == "conda.example.com"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("pasted", ["", "zq9Xv7Lm-pasted"])
async def test_no_action_copies_a_key(
    folder: Path, key: str, monkeypatch: pytest.MonkeyPatch, pasted: str
) -> None:
    """Whatever text an action copies, of a selection or of the log: each key that is known is masked in it."""
    async with wizard(folder) as run:
        await run.go("account")
        await run.write("key", pasted)
        screen = Screen(run, monkeypatch)
        run.app.copy_to_clipboard(f"found {key}, typed {pasted or '-'}")
        assert screen.copied == run.app.clipboard
        assert screen.copied.startswith("found ••••, typed ")
        assert not pasted or pasted not in screen.copied


@pytest.fixture
def terminal(folder: Path, tmp_path: Path, empty_home: Path) -> Iterator[Terminal]:
    """The wizard as a user starts it, with all that Textual has to log by turned on."""
    env = {
        **os.environ,
        "HOME": str(empty_home),
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm-256color",
        "TEXTUAL_LOG": str(tmp_path / "textual.log"),
        "TEXTUAL_DEBUG": "1",  # writes keys.log into the current folder
        "TEXTUAL": "devtools,debug",
    }
    with Terminal([sys.executable, "-m", "tui", folder], tmp_path, env) as run:
        yield run


@pytest.mark.parametrize("pasted", [False, True], ids=["typed", "pasted"])
def test_no_log_of_textual_has_the_key(terminal: Terminal, tmp_path: Path, pasted: bool) -> None:
    terminal.wait_for("Begin")
    terminal.press("ctrl+n")
    terminal.wait_for("Or paste a key", "There is no API key yet")
    row = next(number for number, line in enumerate(terminal.text.splitlines()) if "Or paste a key" in line)
    terminal.type(f"\x1b[<0;40;{row + 2}M\x1b[<0;40;{row + 2}m")  # a click (xterm, Mouse Tracking)
    (terminal.paste if pasted else terminal.type)(KEY)
    terminal.wait_for(f"The build uses the pasted key ••••{KEY[-4:]}")
    terminal.press("ctrl+q")
    terminal.wait_until_ended()
    written = {path: path.read_text("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()}
    assert KEY.encode() not in terminal.raw
    for path, text in written.items():
        assert KEY not in text, path
        assert "character='q'" not in text, path
        assert "FEED" not in text, path
