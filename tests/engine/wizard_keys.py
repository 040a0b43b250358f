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
    """To a step by the list of commands; there these texts are."""
    terminal.wait_for("Your folder", "linux/", READY)
    terminal.press("ctrl+p")
    terminal.wait_for("Go to: 2 Account")
    terminal.type(f"Go to: {step}")
    terminal.wait_while("Go to: 2 Account")
    terminal.press("enter")
    terminal.wait_for(*texts, READY)


def write_files(terminal: Terminal) -> None:
    """Write the files of a plan that only needs to be built; then Enter builds."""
    go_to(terminal, "7 Preview", "RUN conda install")
    go_on(terminal, "Nothing has been built yet")


def open_build_command(terminal: Terminal) -> None:
    """In the preview: to the tab with the command that builds."""
    terminal.press("backtab", "right", "right")
    terminal.wait_for("buildx build", "Image name")


def use_host_network(terminal: Terminal) -> None:
    """Beside the command: the network of the host, where the tests' channel is."""
    terminal.tab_to("", "default", without=terminal.colour_of("", "default"))
    terminal.press("enter")
    terminal.wait_for("none")
    terminal.press("down", "enter")
    terminal.wait_for("--network host")


def answer(terminal: Terminal, button: str) -> None:
    """Choose a button of a dialog."""
    terminal.tab_to("", button, without=terminal.colour_of("", button))
    terminal.press("enter")
