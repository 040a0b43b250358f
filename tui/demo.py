"""`condock demo` on a terminal: the wizard itself on a sample project, with recorded builds.

Nothing is written outside a folder that is gone afterwards, and nobody is asked for anything: the wizard finds no
Docker, no network, no account and no key of the user's.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from screens import screen_of
from screens.demo_steps import RECEIPTS, DemoBuildScreen, DemoStartScreen
from screens.parts.replaying import DEMO
from screens.step_screen import StepScreen
from tui.app import CondockApp
from tui.core.account.anaconda_auth import NO_NETWORK
from tui.core.building.replayed import decoder_of
from tui.core.engine.report import EngineReport
from tui.core.errors import ExitCode
from tui.core.images.catalogue import catalogue
from tui.core.plan import Build
from tui.core.project import Project, open_project
from tui.core.secret import KEY_VARIABLE

_NAME = "sums-api"
_ENDED = "That was the demo: nothing was built. For an image of your own, run `condock` in your project's folder."
_FOREIGN = ("ANACONDA", "BUILDX_", "CONDA_", "CONDOCK_", "DOCKER_", "XDG_")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
_ENGINE = EngineReport("docker", (0, 13, 1), "26.1.5", "linux/amd64", chosen="the recording")
_DAYS = 90
_RUNTIME = "13.2-slim"


class DemoApp(CondockApp):
    """The wizard, whose engine and builds are recordings."""

    def __init__(self, project: Project, recordings: Sequence[Path] = ()) -> None:
        super().__init__(project.change("base", runtime=_recorded_runtime()))
        self._recordings = recordings

    def screen_of(self, key: str) -> type[StepScreen]:
        """Two of them are the demo's own."""
        return {"start": DemoStartScreen, "build": DemoBuildScreen}.get(key) or screen_of(key)

    def on_mount(self) -> None:
        super().on_mount()
        if self._recordings:
            self.call_after_refresh(self._play_alone)

    def _play_alone(self) -> None:
        """Show the build step at once, playing what was named."""
        self.go_to("build")
        screen = self._screens["build"]
        if isinstance(screen, DemoBuildScreen):
            screen.recordings = self._recordings
            screen.call_after_refresh(screen.play, self._recordings[0])

    def _probe_engine(self, build: Build) -> None:  # type: ignore[override]  # no worker: nobody is asked
        self.post_message(StepScreen.Edited(_with_engine))

    def unwritten(self) -> str:
        return ""

    def _leave(self, code: ExitCode) -> None:
        self.exit(f"{_ENDED}\n{RECEIPTS}", return_code=code)


def _recorded_runtime() -> str:
    """The image that the recorded builds start their last stage from."""
    return next(image.reference for image in catalogue().runtimes if image.tag == _RUNTIME)


def _with_engine(project: Project) -> Project:
    from dataclasses import replace

    return replace(project, engine=_ENGINE)


def run_demo(recordings: Sequence[Path] = ()) -> tuple[int, str]:
    """Run the demo in this terminal, or play these recordings alone; CondockError for a file that is none."""
    for recording in recordings:
        decoder_of(recording)
    recordings = [recording.resolve() for recording in recordings]
    with sandbox() as folder:
        app = DemoApp(open_project(folder), recordings)
        app.follow_terminal()
        outcome = app.run()
        return app.return_code or ExitCode.DONE, outcome or ""


@contextmanager
def sandbox() -> Iterator[Path]:
    """The sample project in a folder of its own, and an environment in which there is nothing else."""
    before = dict(os.environ)
    with TemporaryDirectory(prefix="condock-demo-") as made:
        top = Path(made)
        folder = top / _NAME
        shutil.copytree(DEMO / "project", folder)
        (top / "empty").mkdir()
        for name in before:
            if name.startswith(_FOREIGN):
                del os.environ[name]
        os.environ |= {"HOME": str(top), "PATH": str(top / "empty"), KEY_VARIABLE: _made_up_key()}
        os.environ |= {"DOCKER_HOST": f"unix://{top}/none.sock", "NO_PROXY": "", "no_proxy": ""}
        os.environ |= dict.fromkeys(_PROXIES, NO_NETWORK)
        try:
            yield folder
        finally:
            os.environ.clear()
            os.environ.update(before)


def _made_up_key() -> str:
    """In the form of a real one, of nobody, and good for three months."""
    parts = ({"alg": "none"}, {"sub": "demo", "exp": int(time.time()) + _DAYS * 86_400})
    coded = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return ".".join((*coded, "made-up-for-the-demo-DEMO"))
