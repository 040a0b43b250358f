"""The wizard, by keyboard, in a terminal of 80x24, from the first screen to a build on the real engine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.engine.base_images import BaseImages
from tests.engine.condock import GREETING, Folder
from tests.engine.image_scan import leaks
from tests.engine.processes import Process, alive, commands, connected, family, mentioning, until
from tests.engine.terminal import Terminal
from tests.engine.wizard_keys import READY, answer, go_on, open_build_command, use_host_network, wizard
from tui.core.errors import ExitCode


@pytest.fixture
def newcomer(folder: Folder) -> Folder:
    """A folder without a plan, but for the one thing the wizard does not ask: the tests' own tools channel."""
    form = "build:\n  form: isolated\n"  # as a new plan has it
    folder.write("condock.yml", f"{form}secret:\n  plugin_channel: {folder.channel.tools}\n")
    folder.write("greeter.py", "print('hello')\n")
    return folder


def to_base_image(terminal: Terminal, key: str) -> None:
    terminal.wait_for("Install the package that reads your key from")  # the folder says so, and needs a yes
    terminal.press("tab", "enter")
    terminal.wait_for("Your folder", "Dependencies", "linux/", READY)
    terminal.press("s")  # through all steps: the one button would go to what is in the way
    terminal.wait_for("▶Account", f"••••{key[-4:]}", READY)
    go_on(terminal, "Build in", "▸ Another image")


def choose_images(terminal: Terminal, images: BaseImages) -> str:
    """Gives the colour of a field without the focus."""
    folded, plain = terminal.colour_of("Held by", "▸ Another image"), ""
    for offered, image in (("continuumio/miniconda3", images.builder), ("debian:13", images.runtime)):
        terminal.tab_to("Held by", "▸ Another image", without=folded)
        terminal.press("enter")
        terminal.wait_for("▾ Another image", "Image used")
        plain = plain or terminal.colour_of("Image used", offered)
        terminal.tab_to("Image used", offered, without=plain)
        terminal.press("end", "ctrl+u")
        terminal.wait_for("There is no image name")
        terminal.paste(image.pinned)
        terminal.press("end")
        terminal.wait_for(image.digest[-16:])
    return plain


def to_preview(terminal: Terminal, plain: str) -> None:
    go_on(terminal, "channels:", "greeting")
    go_on(terminal, "Environment variable", "--mount=type=secret")
    go_on(terminal, "Copied into the image", "greeter.py")
    terminal.press("end", "space")
    terminal.wait_for("[✓]")
    terminal.tab_to("Command", "python", without=plain)
    terminal.type("greet")
    terminal.wait_for("Runs when the image starts")
    go_on(terminal, "AS builder")


def choose_network(terminal: Terminal, image: str) -> None:
    """And the name of the image, which stands beside it."""
    open_build_command(terminal)
    plain = terminal.colour_of("Image name", "app:latest")
    terminal.tab_to("Image name", "app:latest", without=plain)
    terminal.press("end", "ctrl+u")
    terminal.type(image)  # in the same breath
    terminal.wait_for(f"docker run --rm -it {image}")
    use_host_network(terminal)


def assert_never_shown(terminal: Terminal, key: str) -> None:
    """No screen, nothing written to the terminal and no part of the key that could be put together."""
    assert len(terminal.states) > 20
    parts = [key[at : at + 8] for at in range(len(key) - 8)]
    for state in terminal.states:
        together = re.sub(r"\s", "", state)
        assert not any(part in together for part in parts)
    assert not leaks(terminal.raw, key)


def test_from_the_first_screen_to_a_built_image(newcomer: Folder, key: str) -> None:
    with wizard(newcomer, key) as terminal:
        to_base_image(terminal, key)
        to_preview(terminal, choose_images(terminal, newcomer.images))
        choose_network(terminal, newcomer.image)
        assert not (newcomer.path / "Dockerfile").exists()
        terminal.press("ctrl+n")
        terminal.wait_for("Replace condock.yml?", "Replace, keep a copy")  # it is not condock's own
        answer(terminal, "Replace, keep a copy")
        terminal.wait_for("Nothing has been built yet", READY)
        terminal.press("enter")
        terminal.wait_for(f"Built {newcomer.image} in ", "docker run --rm", "The key is nowhere", seconds=60)
        terminal.press("ctrl+q")
        assert terminal.wait_until_ended() == 0
        assert terminal.restored
        assert_never_shown(terminal, key)
    assert newcomer.in_image() == GREETING
    assert newcomer.in_image("cat", "greeter.py") == "print('hello')"
    assert newcomer.run("build", key=key).code == 0  # the wizard's plan, without the wizard


@pytest.fixture
def planned(folder: Folder) -> Folder:
    """A folder whose plan only needs to be built."""
    folder.init()
    return folder


@contextmanager
def held_build(planned: Folder, key: str) -> Iterator[tuple[Terminal, set[Process]]]:
    """The wizard with a build that waits for a package, and all processes of it."""
    with planned.channel.holding("/greeting-1.1") as hold, wizard(planned, key) as terminal:
        terminal.wait_for("Your folder", "Go on: Preview", READY)
        terminal.press("enter")
        terminal.wait_for("AS builder", READY)
        go_on(terminal, "Nothing has been built yet")
        terminal.press("enter")
        terminal.wait_for("conda create")
        assert hold.reached.wait(60)
        started = family(terminal.process.pid)
        assert mentioning(str(planned.scratch))
        yield terminal, started


def assert_nothing_left(planned: Folder, started: set[Process]) -> None:
    until(lambda: not alive(started), else_say=lambda: commands(alive(started)))
    until(lambda: not connected(planned.channel.url))
    until(lambda: not mentioning(str(planned.scratch)))


def test_leaving_during_a_build_asks_and_leaves_nothing(planned: Folder, key: str) -> None:
    with held_build(planned, key) as (terminal, started):
        terminal.press("ctrl+q")
        terminal.wait_for("Leave condock?", "Leaving stops it")
        answer(terminal, "Leave  ")
        assert terminal.wait_until_ended() == ExitCode.BUILD_FAILED
        assert terminal.restored
        terminal.wait_for("The build was stopped.")
        assert_nothing_left(planned, started)
        assert list(planned.scratch.iterdir()) == []
        assert_never_shown(terminal, key)


def test_closing_the_terminal_ends_the_build(planned: Folder, key: str) -> None:
    with held_build(planned, key) as (terminal, started):
        terminal.close()
        assert_nothing_left(planned, started)
