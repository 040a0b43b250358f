"""The wizard ended by something else than its user: what was typed is there again at the next start."""

from __future__ import annotations

import os
import pty
import signal
import sys
from pathlib import Path

import pytest
from textual.widgets import TextArea

from tests.bench.terminal import running
from tests.stages.wizard import KEY, Wizard, wizard
from tui.core.project import open_project
from tui.core.state import state_folder
from tui.core.unwritten import find_unwritten


async def type_things(run: Wizard) -> None:
    """In fields and in the editor; the last of it is not handed on yet, and a key is among it."""
    await run.go("application")
    await run.write("application.port", "8001")
    await run.go("dependencies")
    run.screen.query_one("#environment", TextArea).insert(f"# {KEY} typed last\n", (0, 0))


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize("taken", [True, False])
async def test_what_was_typed_before_a_fatal_error_is_offered_again(folder: Path, taken: bool) -> None:
    with pytest.raises(ZeroDivisionError):
        async with wizard(folder) as run:
            await type_things(run)
            run.app.call_next(lambda: 1 // 0)
            await run.pilot.pause()
    async with wizard(folder, begun=False) as run:
        await run.until(lambda: run.asked)
        assert "typed last" in run.text(".dialog")
        assert KEY not in run.text(".dialog")
        await run.press(*(["tab", "enter"] if taken else ["escape"]))
        await run.until(lambda: run.project.search is not None)
        assert run.project.plan.application.port == ("8001" if taken else "")
        assert ("typed last" in run.project.environment) is taken
        await run.press("ctrl+q")
        if taken:
            await run.until(lambda: run.asked)
            await run.press("tab", "enter")
        await run.until(lambda: run.app._exit)
    assert find_unwritten(open_project(folder), os.environ) is None


@pytest.mark.usefixtures("key")
async def test_what_was_typed_last_is_asked_about_before_leaving(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        await run.press("#", "ctrl+q")
        await run.until(lambda: run.asked)


@pytest.mark.usefixtures("key")
async def test_a_step_that_is_still_being_made_holds_nothing_typed(folder: Path) -> None:
    async with wizard(folder) as run:
        run.app.go_to("dependencies")
        assert run.app.typed() == run.project
        await run.until(lambda: run.screen.is_ready)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_what_was_typed_before_a_signal_is_kept(folder: Path, number: signal.Signals) -> None:
    env = {**os.environ, "TERM": "xterm-256color"}
    with running([sys.executable, "-m", "tui", str(folder)], env) as terminal:
        terminal.until("Your folder")
        terminal.press(b"\x10depend\r")
        terminal.until("The packages of my-app")
        terminal.press(b"zebra")
        terminal.until("zebra")
        terminal.end(number)
    (kept,) = (state_folder(os.environ) / "unwritten").iterdir()
    assert "numpyzebra" in kept.read_text()  # at the end of the line that the cursor begins in


def test_it_ends_with_its_terminal_that_only_another_program_is_told_of(folder: Path, tmp_path: Path) -> None:
    """As under `make run`, which is told by the kernel and waits for it."""
    pid, ours = pty.fork()
    if not pid:
        os.environ["TERM"] = "xterm-256color"
        script = f"trap : HUP; {sys.executable} -m tui {folder}; touch {tmp_path}/ended"
        os.execv("/bin/sh", ["sh", "-c", script])
    seen = b""
    while b"Quit" not in seen:
        seen += os.read(ours, 65_536)
    os.close(ours)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert (tmp_path / "ended").exists()
