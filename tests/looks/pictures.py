"""Draws the README's pictures anew from the program itself: `make pictures`."""

from __future__ import annotations

import asyncio
import gzip
import os
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace

from textual.widgets import Input, TextArea

from screens.demo_steps import DemoBuildScreen
from screens.parts.replaying import DEMO, RECORDING
from tests.paths import ROOT
from tests.stages.wizard import KEY, Wizard
from tui.core.assets import ASSETS
from tui.core.building.replayed import Pace, replay_of
from tui.core.files import write
from tui.core.project import Project, open_project
from tui.core.secret import KEY_VARIABLE
from tui.demo import DemoApp, sandbox

PICTURES = ASSETS / "pictures"
THEMES = {"dark": "condock-dark", "light": "condock-light"}
MARKS = (9.0, 14.0, 24.0, 32.0)
"""Seconds of the recorded build at which the walk shows it."""
LARGEST = 60_000
"""Bytes of a picture, packed as web servers send it."""
_BROUGHT = ROOT / "tests" / "data" / "brought" / "macos-export"
_SECONDS = {"start": 3.0, "dependencies": 3.0, "preview": 4.0, "end": 5.0}
_MOMENT = 1.4
"""Seconds that the walk shows any other frame."""


class StoppingPace(Pace):
    """Plays at once up to the next mark, and waits there until it is told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.marks = list(MARKS)
        self.reached = asyncio.Event()
        self._go_on = asyncio.Event()

    @property
    def elapsed(self) -> float:
        """Exactly the mark while it waits."""
        return self._played

    async def sleep(self, seconds: float) -> None:
        end = self._played + seconds
        while self.marks and end >= self.marks[0]:
            self._played = self.marks.pop(0)
            self.reached.set()
            await self._go_on.wait()
            self._go_on.clear()
        self._played = end
        await asyncio.sleep(0)

    def go_on(self) -> None:
        self.reached.clear()
        self._go_on.set()


async def walk(theme: str) -> dict[str, str]:
    """The frames of a walk through the demo, by their names: a screenshot each."""
    with sandbox() as folder:
        os.environ[KEY_VARIABLE] = KEY  # which says nothing of when it expires: no day is in the picture
        async with _shown(DemoApp(open_project(folder)), theme) as run:
            return await _walked(run)


async def _walked(run: Wizard) -> dict[str, str]:
    frames: dict[str, str] = {}

    async def shoot(name: str) -> None:
        await run.pilot.pause()
        frames[name] = run.app.export_screenshot(title="condock demo")

    await run.until(lambda: "uvicorn" in run.text("#folder"), 20)
    await shoot("start")
    for step in ("account", "base", "dependencies", "secret", "application", "preview", "build"):
        await run.press("ctrl+n")
        await run.until(lambda step=step: run.step == step and run.screen.is_mounted, 20)  # type: ignore[misc]
        if step in ("dependencies", "application", "preview"):
            await _settled(run)
            await shoot(step)
    pace = await _start(run)
    for mark in MARKS:
        await asyncio.wait_for(pace.reached.wait(), 20)
        run.build.draw_received()  # which is all that was played up to here
        assert f" {mark:.0f} s" in run.text("#build-status")
        await shoot(f"build {mark:.0f}")
        pace.go_on()
    await run.until(lambda: not run.build.running, 20)
    await shoot("end")
    return frames


async def _settled(run: Wizard) -> None:
    """Wait until all that was asked for has been answered and drawn."""
    await run.pilot.pause()
    await run.app.workers.wait_for_complete()
    await run.pilot.pause()


async def _start(run: Wizard) -> StoppingPace:
    """Start the recorded build at a pace that stops where a picture is taken."""
    pace, screen = StoppingPace(), run.screen
    replay = replay_of(run.project, os.environ, RECORDING, pace)
    setattr(screen, "attempt", lambda *_, **__: replay)  # noqa: B010  # in the place of a method
    await run.press("ctrl+n")
    return pace


async def stills(theme: str) -> dict[str, str]:
    """The Dockerfile with its reasons, an environment with what is wrong in it, and a build that failed."""
    pictures = {}
    with sandbox() as folder:
        os.environ[KEY_VARIABLE] = KEY
        async with _shown(DemoApp(open_project(folder)), theme, (100, 28)) as run:
            await run.go("preview")
            await run.press(*["down"] * 6)
            await _settled(run)
            pictures["dockerfile"] = run.app.export_screenshot(title="condock")
            for change in run.project.changes():
                write(change)
            run.app.project = open_written(run.project)
            await run.go("build")
            screen = run.screen
            assert isinstance(screen, DemoBuildScreen)
            screen.recordings = (DEMO / "expired.rawjson",)
            await run.press("ctrl+n")
            await run.until(lambda: run.build.running, 20)
            await run.press("e")
            await run.until(lambda: not run.build.running and run.build.progress.outcome is not None, 20)
            await _settled(run)
            pictures["failure"] = run.app.export_screenshot(title="condock")
        shutil.copytree(_BROUGHT, folder, dirs_exist_ok=True)
        async with _shown(DemoApp(open_project(folder)), theme, (100, 28)) as run:
            await run.go("dependencies")
            await _settled(run)
            pictures["environment"] = run.app.export_screenshot(title="condock")
    return pictures


def open_written(project: Project) -> Project:
    """The project as it stands once its files were written."""
    return replace(open_project(project.path), engine=project.engine, search=project.search, trust=project.trust)


@asynccontextmanager
async def _shown(app: DemoApp, theme: str, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Wizard]:
    Input.cursor_blink = TextArea.cursor_blink = False  # type: ignore[assignment]
    async with app.run_test(size=size) as pilot:
        app.theme = theme
        run = Wizard(app, pilot)
        await run.until(lambda: run.project.engine is not None and run.project.search is not None, 20)
        yield run


def animated(frames: Mapping[str, str]) -> str:
    """One picture that shows them in turn, and the last one alone to who wants nothing to move."""
    seconds = [_SECONDS.get(name, _MOMENT) for name in frames]
    whole, begins = sum(seconds), 0.0
    rules: list[str] = []
    shown: list[str] = []
    for place, (frame, lasts) in enumerate(zip(frames.values(), seconds, strict=True)):
        start, end = 100 * begins / whole, 100 * (begins + lasts) / whole
        hidden = "0%{visibility:hidden}" if place else ""
        rules.append(
            f"@keyframes f{place}{{{hidden}{start:.2f}%{{visibility:visible}}{end:.2f}%{{visibility:hidden}}}}"
        )
        rules.append(f".f{place}{{animation:f{place} {whole:.1f}s step-end infinite}}")
        last = " last" if place == len(frames) - 1 else ""
        shown.append(f'<g class="f f{place}{last}">{_inner(frame)}</g>')
        begins += lasts
    still = "@media (prefers-reduced-motion:reduce){.f{animation:none}.last{visibility:visible}}"
    style = f"<style>.f{{visibility:hidden}}{''.join(rules)}{still}</style>"
    box = re.search(r'viewBox="[^"]+"', next(iter(frames.values())))
    assert box
    return f'<svg {box[0]} xmlns="http://www.w3.org/2000/svg">{style}{"".join(shown)}</svg>\n'


def bare(svg: str) -> str:
    """A screenshot as it is kept."""
    return f"{svg[: svg.index('>') + 1]}{_inner(svg)}</svg>\n"


def _inner(svg: str) -> str:
    """What is in it, without fonts from elsewhere, which no picture in a page may fetch."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    inner = svg[svg.index(">", svg.index("<svg")) + 1 : svg.rindex("</svg>")]
    return re.sub(r">\s+<", "><", re.sub(r"[ \t]*\n[ \t]*", "\n", inner))


def draw() -> dict[str, str]:
    """All pictures, by the names of their files."""
    pictures = {}
    for name, theme in THEMES.items():
        pictures[f"walk-{name}.svg"] = animated(asyncio.run(walk(theme)))
        for what, svg in asyncio.run(stills(theme)).items():
            pictures[f"{what}-{name}.svg"] = bare(svg)
    return pictures


def main() -> None:
    """Write them, and say how large they are."""
    PICTURES.mkdir(exist_ok=True)
    for name, svg in draw().items():
        (PICTURES / name).write_text(svg, "utf-8")
        print(f"{name}: {len(gzip.compress(svg.encode())) / 1000:.1f} kB packed")


if __name__ == "__main__":
    main()
