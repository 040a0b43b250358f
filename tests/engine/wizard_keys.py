"""The wizard in a terminal, and how one goes from step to step."""

from __future__ import annotations

from tests.engine.condock import CONDOCK, Folder
from tests.engine.terminal import Terminal

READY = "^q Quit"
"""The footer, which a step draws last."""


def wizard(folder: Folder, key: str) -> Terminal:
    return Terminal([CONDOCK], folder.path, folder.environment(key, COLORTERM="truecolor"))


def go_on(terminal: Terminal, *texts: str) -> None:
    """To the next step, once nothing is in the way; there these texts are."""
    terminal.wait_while("✗")
    terminal.press("ctrl+n")
    terminal.wait_for(*texts, READY)


def go_to(terminal: Terminal, step: str, *texts: str) -> None:
    """To a step by the palette; there these texts are."""
    terminal.wait_for("Your folder", "linux/", READY)
    terminal.press("ctrl+p")
    terminal.wait_for("Go to: Account", f"Go to: {step}")
    terminal.type(f"Go to: {step}")
    terminal.wait_while("Go to: Account")
    terminal.press("enter")
    terminal.wait_for(*texts, READY)


def write_files(terminal: Terminal) -> None:
    """Write the files of a plan that only needs to be built; then Enter builds."""
    go_to(terminal, "Preview", "RUN conda install")
    go_on(terminal, "Nothing has been built yet")
