"""The wizard in a terminal, and how one goes from step to step."""

from __future__ import annotations

from tests.engine.condock import CONDOCK, Folder
from tests.engine.terminal import Terminal

READY = "^q Quit"
"""The footer, which a step draws last."""


FEW_FRAMES = {"TEXTUAL_FPS": "10", "TEXTUAL_ANIMATIONS": "none"}
"""Half of what a walk costs is drawing, which nobody sees here but by the words that are waited for."""


def wizard(folder: Folder, key: str) -> Terminal:
    return Terminal([CONDOCK], folder.path, folder.environment(key, COLORTERM="truecolor", **FEW_FRAMES))


def go_on(terminal: Terminal, *texts: str) -> None:
    """To the next step, once nothing is in the way; there these texts are."""
    terminal.wait_while("✗")
    terminal.press("ctrl+n")
    terminal.wait_for(*texts, READY)


def to_build(terminal: Terminal) -> None:
    """From the first screen, where all is written, to that which builds; Enter does it there."""
    terminal.wait_for("Your folder", "linux/", READY)
    terminal.press("enter")
    terminal.wait_for("Nothing has been built yet", READY)


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
