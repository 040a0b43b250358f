"""Times of builds of any length, in words."""

from __future__ import annotations

import pytest

from tests.stages.build_steps import CREATE, progress, running
from tui.core.building.events import BuildSucceeded
from tui.core.building.summary import progress_line, summarise
from tui.headless.views.step_lines import step_line


@pytest.mark.parametrize(
    ("seconds", "so_far", "of_step", "in_all"),
    [
        (6.44, "6 s", "6.4s", "6.4 s"),
        (98.96, "99 s", "99.0s", "99.0 s"),
        (125, "2m05s", "2m05s", "2m05s"),
        (3600, "60m00s", "60m00s", "60m00s"),
        (7260, "2h01m", "2h01m", "2h01m"),
    ],
)
def test_how_long_a_build_takes(seconds: float, so_far: str, of_step: str, in_all: str) -> None:
    build = progress(running(CREATE, since=0.0))
    assert progress_line(build, "app", seconds) == f"Building app: 0 of 1 steps, {so_far}."
    assert step_line(build.steps[CREATE], seconds).split()[:2] == ["running", of_step]
    ended = progress(BuildSucceeded("sha256:abc", seconds))
    assert summarise(ended, "app").headline == f"Built app in {in_all}."
