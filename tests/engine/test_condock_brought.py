"""Folders as people bring them, walked by keys in a terminal of 80x24 to an image that starts and answers."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.engine.base_images import BaseImages
from tests.engine.channel import Channel
from tests.engine.company import BROUGHT, Company, brought_files, company
from tests.engine.condock import Folder, project_folder
from tests.engine.engine import Engine
from tests.engine.terminal import Terminal
from tests.engine.wizard_keys import READY, answer, go_on, open_build_command, use_host_network, wizard
from tests.stages.turns import one_at_a_time

TOOLS = "https://repo.anaconda.cloud/repo/anaconda-tools"


@dataclass(frozen=True)
class Walk:
    """One of the folders of tests/data/brought: what is mended on the way, and what comes of the image."""

    name: str
    mends: tuple[str, ...]
    """What f4 offers to do to environment.yml, one after the other."""
    outcome: str
    """Stands on the screen once the image was tried."""
    from_channel: bool = False
    """True where its requirements.txt is taken over as far as the company's channel has it."""


WALKS = (
    Walk("fastapi", ("Add pandas",), "answers with HTTP 200 on 0.0.0.0:8000"),
    Walk("macos-export", ("Remove all 3", "Drop all 30 build strings", "Remove it"), "in all: 410"),
    Walk("notebook", (), "answers with HTTP 200 on 0.0.0.0:8888", from_channel=True),
    Walk("script", (), "shrunk to 24x32"),
    Walk("streamlit", (), "answers with HTTP 200 on 0.0.0.0:8501"),
)


@pytest.fixture(scope="module")
def employer(
    engine: Engine, registry: str, base_images: BaseImages, key: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Company]:
    if engine.state is None:
        pytest.skip("the packages for Python stand on that of Debian 12, in the images of tests/engine/up")
    with one_at_a_time("wheels"):
        files = brought_files(engine.state / "cache")
    folder = tmp_path_factory.mktemp("company")
    with company(engine, registry, base_images, Channel([key], files), folder) as found:
        yield found


@contextmanager
def brought(name: str, path: Path, engine: Engine, employer: Company) -> Iterator[Folder]:
    """A copy of one of the folders, called so that nobody else's image is called like this one's."""
    with project_folder(path, engine, employer.images, employer.channel) as made:
        project = path / f"{name}-{uuid.uuid4().hex[:8]}"
        shutil.copytree(BROUGHT / name, project)
        env = made.env | {"CONDOCK_CATALOGUE": str(employer.catalogue)}
        folder = replace(made, path=project, env=env, image=f"{project.name}:latest")
        try:
            yield folder
        finally:
            engine.docker("image", "rm", "--force", folder.image)


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)
def test_it_becomes_an_image_that_starts(
    walk: Walk, tmp_path: Path, engine: Engine, employer: Company, key: str
) -> None:
    with brought(walk.name, tmp_path, engine, employer) as folder, wizard(folder, key) as terminal:
        take(walk, terminal, folder, key)
        assert key not in (folder.path / "Dockerfile").read_text()


def take(walk: Walk, terminal: Terminal, folder: Folder, key: str) -> None:
    """Walk it, from the first screen to the end."""
    terminal.wait_for("A Docker image of", "Begin", "linux/")
    go_on(terminal, f"the key ••••{key[-4:]}")
    if walk.from_channel:
        show_the_key_to(terminal, folder.channel.url.partition("://")[2])
    go_on(terminal, "Build in", "The company's conda.")
    go_on(terminal, "▶Dependencies")
    if walk.from_channel:
        take_over(terminal, folder.channel.private)
    for offer in walk.mends:
        terminal.wait_for(f"f4 {offer}", "f4 Fix")
        terminal.press("f4")
        terminal.wait_while(f"f4 {offer}")
    go_on(terminal, "Environment variable")
    read_the_key_from(terminal, folder.channel.tools)
    go_on(terminal, "Copied into the image", "[✓]")
    go_on(terminal, "FROM", "Write the files")
    open_build_command(terminal)
    use_host_network(terminal)
    terminal.press("ctrl+n")
    if (BROUGHT / walk.name / "environment.yml").exists() and walk.mends:
        terminal.wait_for("Replace environment.yml?")
        answer(terminal, "Replace, keep a copy")
    terminal.wait_for("Nothing has been built yet", READY)
    terminal.press("enter")
    built = f"Built {folder.image} in "
    terminal.wait_until(lambda: built in terminal.text or "The build failed" in terminal.text, built, 240)
    assert built in terminal.text
    terminal.wait_for("The key is nowhere")
    terminal.press("f6")
    terminal.wait_for(walk.outcome, seconds=60)
    terminal.press("ctrl+q")
    assert terminal.wait_until_ended() == 0


def show_the_key_to(terminal: Terminal, host: str) -> None:
    """In the step Account: a further host that may see it."""
    fold = "▸ Further hosts that are shown the key: none"
    terminal.wait_for(fold)
    terminal.tab_to("", fold, without=terminal.colour_of("", fold))
    terminal.press("enter")
    terminal.wait_for("Such as a company's mirror")
    terminal.press("tab")
    terminal.paste(host)
    terminal.wait_for(f"│ {host}")


def take_over(terminal: Terminal, channel: str) -> None:
    """In the step Dependencies: requirements.txt from the company's channel instead of `defaults`."""
    terminal.wait_for("Made from requirements.txt", "pip (pinned, and no channel was asked)")
    terminal.press(*["up"] * 20)
    terminal.wait_for("  - defaults")
    terminal.press(*["down"] * 4, "end", "ctrl+u")
    terminal.wait_while("  - defaults")
    terminal.paste(f"  - {channel}")
    terminal.wait_for(f"from {channel} and ")
    terminal.press("f8")
    terminal.wait_for("as far as the channels have it", "no channel was asked")
    terminal.press("down")
    terminal.wait_for("scikit-learn==1.3.2 → conda", "jupyterlab, which your code needs → conda")
    terminal.press("enter")
    terminal.wait_for("# From requirements.txt, by conda's names.", "- scikit-learn==1.3.2")


def read_the_key_from(terminal: Terminal, tools: str) -> None:
    """In the step Secret: the channel of the package that reads it."""
    label = "Channel of anaconda-registration"
    terminal.press("tab", "tab", "tab")
    terminal.wait_for(label, TOOLS)
    terminal.press("end", "ctrl+u")
    terminal.wait_for("of anaconda-registration is empty")
    terminal.paste(tools)
    terminal.wait_for(tools)
