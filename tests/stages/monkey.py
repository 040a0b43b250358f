"""A monkey at the wizard: keys, pastes, sizes and clicks by a seed, and what has to hold whatever it does."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size
from textual.pilot import WaitForScreenTimeout
from textual.widgets import TextArea

from screens.step_screen import StepScreen
from tests.stages.wizard import ENVIRONMENT, Wizard, wizard
from tui.app import CondockApp
from tui.core.plan import BuildPlan
from tui.widgets.field import Field

MOVES = (
    "escape",
    "ctrl+n",
    "tab",
    "shift+tab",
    "enter",
    "space",
    "up",
    "down",
    "left",
    "right",
    "pageup",
    "pagedown",
)
COMMANDS = ("ctrl+p", "ctrl+q", "ctrl+r", "ctrl+t", "ctrl+x", "ctrl+z", "ctrl+y", "ctrl+a", "ctrl+c", "ctrl+k")
FUNCTIONS = tuple(f"f{number}" for number in range(1, 11))
LETTERS = (*"ab:/-=>[]{}#'\"\\ñ漢nw@", "backspace", "delete", "home", "end")
PASTES = (
    "",
    "x" * 5_000,
    "[bold]no markup[/] [/etc]",
    "a\x1b[31mb\x00c\u202ed",
    ENVIRONMENT.replace("\n", "\r\n"),
    "dependencies:\n\t- &a [*a]\n" * 20,
    "::" * 200,
    "\u200b\ufeff\ud7ff\U0001f40b",
)
SIZES = ((20, 5), (40, 12), (80, 24), (120, 40))
FOREIGN = "# Somebody else's.\nFROM scratch\n"
CHECK_AFTER = 25
PATIENCE = 60.0
"""Seconds; a machine that is busy takes some to make a step."""


def hostile_folder(folder: Path) -> None:
    """Files of strangers where condock's own shall be, and an application with an odd name."""
    (folder / "environment.yml").write_text(ENVIRONMENT + "  - pip:\n    - -r req[/].txt\n    - --pre\n")
    (folder / "Dockerfile").write_text(FOREIGN)
    (folder / ".dockerignore").symlink_to("[nowhere]")
    (folder / ".env").write_text("ANACONDA_AUTH_API_KEY='unfinished\n")
    (folder / "[bold]\x07.py").write_text("import flask\n")


class Monkey:
    """Acts on one wizard; what it did last is told where something breaks."""

    def __init__(self, run: Wizard, chance: random.Random, done: deque[str]) -> None:
        self._run = run
        self._chance = chance
        self._done = done

    async def act(self) -> None:
        """Do one thing, without waiting for what comes of it."""
        kinds: list[tuple[Callable[[], None], int]] = [
            (lambda: self._press(self._chance.choice(MOVES)), 40),
            (lambda: self._press(self._chance.choice(LETTERS)), 25),
            (lambda: self._press(self._chance.choice(COMMANDS + FUNCTIONS)), 12),
            (self._paste, 4),
            (self._resize, 2),
            (self._click, 15),
        ]
        self._chance.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]()

    def _press(self, key: str) -> None:
        self._done.append(key)
        self._run.app.post_message(events.Key(key, key if len(key) == 1 else None))

    def _paste(self) -> None:
        text = self._chance.choice(PASTES)
        self._done.append(f"paste {text[:20]!r}")
        self._run.app.post_message(events.Paste(text))

    def _resize(self) -> None:
        size = Size(*self._chance.choice(SIZES))
        self._done.append(f"size {size}")
        driver = self._run.app._driver
        assert isinstance(driver, HeadlessDriver)
        driver._size = size
        self._run.app.post_message(events.Resize(size, size))

    def _click(self) -> None:
        """Press and release, now and then somewhere else; also outside of everything."""
        app, chance = self._run.app, self._chance
        x, y = chance.randrange(-1, app.size.width + 1), chance.randrange(-1, app.size.height + 1)
        self._done.append(f"click {x},{y}")
        for kind in (events.MouseMove, events.MouseDown, events.MouseUp):
            app.post_message(kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y))
        if chance.random() < 0.2:
            app.post_message(events.MouseScrollDown(None, x, y, 0, 1, 0, False, False, False, x, y))

    async def check(self) -> None:
        """Wait until all is worked off, and see that what is shown is what the project holds."""
        await self._settle()
        if isinstance(self._run.app.screen, StepScreen):
            self._run.app.screen._flush()
        for _ in range(int(PATIENCE / 0.01)):
            if not self._astray():
                break
            await asyncio.sleep(0.01)
        astray = self._astray()
        assert not astray, (astray, self._run.app.screen_stack)

    async def _settle(self) -> None:
        """Wait until all is worked off, or the app has ended: what ends answers the pilot nothing."""
        pause, app = asyncio.ensure_future(self._run.pilot.pause()), self._run.app._task
        assert app is not None
        await asyncio.wait((pause, app), return_when=asyncio.FIRST_COMPLETED)
        if app.done():
            pause.cancel()
        with suppress(WaitForScreenTimeout, asyncio.CancelledError):  # nor does a dialog that goes away meanwhile
            await pause

    def _astray(self) -> list[str]:
        """What is shown and is not what the project holds."""
        app, screen = self._run.app, self._run.app.screen
        if app._exit or not isinstance(screen, StepScreen):
            return []
        if not screen.is_ready:
            return ["the step is not there yet"]
        plan = self._run.project.plan
        fields = [field for field in screen.query(Field) if "." in (field.name or "")]
        shown = {field.name or "": field.value for field in fields}
        found = [
            f"{name} is shown as {text!r}, and held as {_held(plan, name)}"
            for name, text in shown.items()
            if _held(plan, name) != _words(text, plan, name)
        ]
        texts = {editor.text for editor in screen.query("#environment").results(TextArea)}
        return [*found, *("environment" for text in texts if text != self._run.project.environment)]


def _value(plan: BuildPlan, name: str) -> object:
    section, _, value = name.partition(".")
    return getattr(getattr(plan, section), value)


def _held(plan: BuildPlan, name: str) -> tuple[str, ...]:
    value = _value(plan, name)
    return value if isinstance(value, tuple) else (str(value),)


def _words(text: str, plan: BuildPlan, name: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split()) if isinstance(_value(plan, name), tuple) else (text,)


async def visit(folder: Path, seed: int, actions: int) -> int:
    """Let the monkey at a folder, anew each time it has left; gives how often it began."""
    chance, done, begun = random.Random(seed), deque[str](maxlen=60), 0
    try:
        while actions > 0:
            begun += 1
            async with wizard(folder) as run:
                monkey = Monkey(run, chance, done)
                while actions > 0 and not run.app._exit and not run.app._exception:
                    for _ in range(min(CHECK_AFTER, actions)):
                        await monkey.act()
                    actions -= CHECK_AFTER
                    await monkey.check()
                left = run.app._exit and run.app.return_value is not None
                run.app.exit()  # as people end it: the pilot would take away what is just being opened
            if left:
                insist_on_nothing_lost(run.app, folder)
    except BaseException as error:
        error.add_note(f"seed {seed}, {actions} actions were left; the last: {' | '.join(done)}")
        raise
    return begun


def insist_on_nothing_lost(app: CondockApp, folder: Path) -> None:
    """See that what was not condock's is still there, in its place or kept."""
    kept = [path.read_text("utf-8", "replace") for path in folder.rglob("*") if path.is_file()]
    assert FOREIGN in kept
