"""The steps that are others in the demo: the first says what it is, in the last a recording plays."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from textual import on
from textual.content import Content

from screens.build import BuildScreen
from screens.parts.live_build import LiveBuild
from screens.parts.replaying import DEMO, RECORDING
from screens.start import StartScreen
from tui.core.building.attempt import Attempt
from tui.core.building.replayed import Pace, replay_of
from tui.core.errors import ExitCode
from tui.core.project import Project

_TOLD = (
    "This is a demo: a sample project in a folder that is gone afterwards, a key that is made up, and at the end "
    "a recorded build. No Docker, no network and no account are used."
)
RECEIPTS = "`condock demo burglar` shows the search for the key."
"""Nothing is left of a recorded build that could be searched."""
_EXPIRED = DEMO / "expired.rawjson"


class DemoStartScreen(StartScreen):
    """Says that it is a demo."""

    def _about(self) -> Content:
        return Content.styled(f"{_TOLD}\n\n", "$text-accent") + super()._about()


class DemoBuildScreen(BuildScreen):
    """Plays one that succeeds, then one that fails since the key has expired, then, mended, the first again."""

    HELP = (
        """
    What plays here is a **recording** of a real build: `p` pauses it, `4` plays it four times as fast, `1` as
    fast as it was, `e` shows how it ended. The next one fails, as its key has expired: `f2` mends it.
    """
        + BuildScreen.HELP
    )

    recordings: Sequence[Path] = (RECORDING, _EXPIRED)
    """They are played in turn."""
    _place = 0

    def attempt(self, project: Project, *, check_key: bool = False) -> Attempt:
        recording = self.recordings[self._place % len(self.recordings)]
        self._place += 1
        return replay_of(project, os.environ, recording, Pace())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return False if action == "play" else super().check_action(action, parameters)

    @on(LiveBuild.Ended)
    def _say_what_is_next(self) -> None:
        if len(self.recordings) > 1 and self.recordings[self._place % len(self.recordings)] == _EXPIRED:
            words = "Build again plays the same build with a key that has expired."
            for said in (words, RECEIPTS):
                self.call_later(self._outcome.add, said)  # below what is said of this one

    def outcome(self) -> tuple[ExitCode, str]:
        return ExitCode.DONE, ""
