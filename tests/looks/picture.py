"""Draws the README's picture anew from the program itself: `make picture`."""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path

from textual.pilot import Pilot

import tui.project_app
from tests.stages.wizard import KEY, USABLE, VARIABLE
from tui.app import CondockApp
from tui.core.assets import ASSETS
from tui.core.project import open_project
from tui.core.steps import STEPS

_APPLICATION = """\
from fastapi import FastAPI

app = FastAPI()
"""


async def draw(folder: Path) -> str:
    """The preview of a small FastAPI project, as SVG."""
    app = CondockApp(open_project(folder))
    async with app.run_test(size=(100, 28)) as pilot:
        await _until_the_key_is_found(app, pilot)
        for step in STEPS[:-1]:  # the preview is the last one before the build
            app.go_to(step.key)
            await pilot.pause()
        await pilot.press("down", "down", "down")
        await pilot.pause()
        return app.export_screenshot(title="condock")


async def _until_the_key_is_found(app: CondockApp, pilot: Pilot[str]) -> None:
    await app.workers.wait_for_complete()
    await pilot.pause()


def main() -> None:
    """Write assets/preview.svg."""
    os.environ[VARIABLE] = KEY
    tui.project_app.probe = lambda *_: USABLE  # type: ignore[attr-defined]
    with tempfile.TemporaryDirectory() as home:
        os.environ["HOME"] = home
        folder = Path(home) / "my-app"
        folder.mkdir()
        (folder / "main.py").write_text(_APPLICATION)
        (ASSETS / "preview.svg").write_text(asyncio.run(draw(folder)), "utf-8")


if __name__ == "__main__":
    main()
