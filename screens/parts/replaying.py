"""The part of the build step that plays recordings: in the demo, and where there is no engine to build with."""

from __future__ import annotations

import math
import os
import time
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from screens.parts.build_result import BuildResult
from screens.parts.live_build import LiveBuild
from screens.step_screen import StepScreen
from tui.core.assets import ASSETS
from tui.core.building.attempt import Attempt, prepare
from tui.core.building.replayed import Pace, replay_of
from tui.core.project import Project
from tui.widgets.key_bar import KeyBar

DEMO = ASSETS / "demo"
RECORDING = DEMO / "fastapi.rawjson"
"""A real build of November 2026: conda 26.7.1, python, fastapi, uvicorn, pandas, numpy; 37 seconds."""


class Replaying(StepScreen):
    """A step that shows a build which may be a recorded one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "pause", "Pause", id="build.pause", tooltip="Stop the recording for a moment, or go on"),
        Binding("1", "pace(1)", "1x", id="build.pace_1", tooltip="As fast as it was"),
        Binding("4", "pace(4)", "4x", id="build.pace_4", tooltip="Four times as fast as it was"),
        Binding("e", "pace(0)", "To the end", id="build.pace_end", tooltip="Show how it ended"),
        Binding("f8", "play", "Play a recording", id="build.play", tooltip="Play a recorded build"),
    ]

    _outcome: BuildResult
    _build: LiveBuild

    def attempt(self, project: Project, *, check_key: bool = False) -> Attempt:
        """The build that is started next."""
        return prepare(project, os.environ, time.time(), check_key=check_key)

    def play(self, recording: Path) -> None:
        """Play this from its beginning."""
        self._outcome.forget()
        self._build.start(replay_of(self.current, os.environ, recording))

    @property
    def is_playing(self) -> bool:
        """True while a recording is played."""
        return self._build.running and self._build.pace is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("pause", "pace"):
            return self.is_playing
        if action == "play":
            engine = self.current.engine
            return not self._build.running and engine is not None and not engine.usable
        return super().check_action(action, parameters)

    def action_pause(self) -> None:
        if pace := self._build.pace:
            pace.set(paused=not pace.paused)
            self._name_pause(pace)

    def action_pace(self, speed: int) -> None:
        """So many times as fast as it was; 0 for the end at once."""
        if pace := self._build.pace:
            pace.set(speed=float(speed) if speed else math.inf, paused=False)
            self._name_pause(pace)

    def _name_pause(self, pace: Pace) -> None:
        bar = self.query_one(KeyBar)
        bar.labels = {**bar.labels, "pause": "Play on" if pace.paused else "Pause"}

    def action_play(self) -> None:
        self.play(RECORDING)
