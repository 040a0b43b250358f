"""The wizard under a Pilot: a folder, a key to search for, an engine's report, and a stand-in for `docker`."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import re
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.content import Content
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from screens.parts.live_build import LiveBuild
from screens.step_screen import StepScreen
from tests.stages.frames import unseen
from tests.stages.sheets import share_sheets
from tui.app import CondockApp
from tui.core.engine.report import EngineReport
from tui.core.errors import Problem
from tui.core.project import Project, open_project
from tui.widgets.checklist import Checklist
from tui.widgets.dialogs import ConfirmDialog
from tui.widgets.field import Field, field_id
from tui.widgets.problem_strip import ProblemStrip
from tui.widgets.stepper import Stepper

share_sheets()

KEY = "ac-KEYTOSEARCHFOR-0123456789-WXYZ"
"""A key that nothing says anything about, and that is found wherever it leaks."""
VARIABLE = "ANACONDA_AUTH_API_KEY"
ENVIRONMENT = """\
# The packages of my-app.
name: my-app
channels:
  - defaults
dependencies:
  - python=3.13
  - numpy  # fast
"""
USABLE = EngineReport("/usr/bin/docker", (0, 13, 1), "26.1.5", "linux/amd64", "unix:///var/run/docker.sock")
UNUSABLE = EngineReport(
    "/usr/bin/docker",
    (0, 13, 1),
    problem=Problem("The Docker engine is not running.", "Start Docker, then look again.", "engine"),
)
STEP_KEYS = ("start", "account", "base", "dependencies", "secret", "application", "preview", "build")


def jwt(expires: float) -> str:
    """A token that says when it expires, in seconds since the epoch."""

    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part({'exp': expires})}.{'s' * 24}"


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    """The key, in the variable where anaconda-auth looks first."""
    monkeypatch.setenv(VARIABLE, KEY)
    return KEY


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Callable[[EngineReport], None]:
    """An engine that is usable, without one being there; call it to have another report found."""
    monkeypatch.setattr("tui.core.engine.find_engine.probe", lambda *_: USABLE)
    monkeypatch.setattr("screens.base_image.local_images", lambda env: frozenset())
    monkeypatch.setattr("screens.parts.build_result.image_size", lambda image, env: 212_000_000)
    monkeypatch.setattr("screens.parts.build_result.audit_build", lambda *_, **__: None)
    return lambda report: monkeypatch.setattr("tui.core.engine.find_engine.probe", lambda *_: report)


@pytest.fixture
def folder(empty_home: Path, engine: object) -> Path:
    """A project with an environment and a script, `~/my-app` on every machine, and an engine to build it."""
    made = empty_home / "my-app"
    made.mkdir()
    (made / "environment.yml").write_text(ENVIRONMENT)
    (made / "main.py").write_text("print('hello')\n")
    return made


@dataclass
class FakeDocker:
    """An executable `docker` that plays a stream on stderr; what it was started with is kept in a folder."""

    bin: Path

    def plays(self, stream: Path | str, *, code: int = 0, waits: bool = False) -> None:
        """Have the next builds print this stream, then end; or wait to be interrupted."""
        if isinstance(stream, str):
            (self.bin / "stream").write_text(stream)
            stream = self.bin / "stream"
        wait = "trap 'exit 130' INT\ntouch waiting\nsleep 600" if waits else ""
        script = f"""\
#!/bin/sh
here='{self.bin}'
echo started >> "$here/runs"
printf '%s\\n' "$@" > "$here/arguments"
printf '%s' "${VARIABLE}" > "$here/key"
echo $$ > "$here/pid"
cat '{stream}' >&2
cd "$here"
{wait}
while [ $# -gt 1 ]; do [ "$1" = --iidfile ] && [ {code} = 0 ] && printf 'sha256:abc' > "$2"; shift; done
exit {code}
"""
        # Written anew beside it: a script that is still running must not change under it.
        fresh = self.bin / "docker.new"
        fresh.write_text(script)
        fresh.chmod(0o755)
        fresh.replace(self.bin / "docker")

    @property
    def runs(self) -> int:
        """How many builds were started."""
        return len(self._kept("runs").splitlines())

    @property
    def arguments(self) -> list[str]:
        return self._kept("arguments").splitlines()

    @property
    def key(self) -> str:
        """The key as the build found it in its environment."""
        return self._kept("key")

    @property
    def waiting(self) -> bool:
        return (self.bin / "waiting").exists()

    @property
    def pid(self) -> int:
        """The newest build's process."""
        return int(self._kept("pid"))

    @property
    def alive(self) -> bool:
        """Whether the newest build's process is there still."""
        try:
            os.kill(int(self._kept("pid")), 0)
        except ProcessLookupError:
            return False
        return True

    def _kept(self, name: str) -> str:
        path = self.bin / name
        return path.read_text() if path.exists() else ""


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeDocker:
    """A `docker` first on PATH that succeeds."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr("screens.build.ASK_AFTER", 1e9)  # on a busy machine any build is long
    monkeypatch.setattr("screens.build.SAME_PRESS", 0.0)  # and nobody waits for a button to mean another thing
    fake = FakeDocker(folder)
    fake.plays(build_stream())
    return fake


def build_stream(lines: Iterable[str] = ("Solving environment: done", "Executing transaction: done")) -> str:
    """A build in rawjson as buildx prints it: three steps, with these lines printed by the second."""
    names = ("[internal] load build definition from Dockerfile", "[builder 1/2] RUN conda env create", "exporting")
    documents: list[dict[str, object]] = []
    for second, name in enumerate(names):
        vertex = {"digest": f"sha256:{second}", "name": name, "started": f"2026-11-22T17:00:0{second}.000000000Z"}
        documents.append({"vertexes": [vertex]})
        if second == 1:
            text = base64.b64encode("".join(f"{line}\n" for line in lines).encode()).decode()
            time = "2026-11-22T17:00:01.500000000Z"
            documents.append({"logs": [{"vertex": "sha256:1", "stream": 1, "data": text, "timestamp": time}]})
        documents.append({"vertexes": [{**vertex, "completed": f"2026-11-22T17:00:0{second + 1}.000000000Z"}]})
    return "".join(json.dumps(document) + "\n" for document in documents)


@dataclass
class Wizard:
    """The running app, and what a test asks and does."""

    app: CondockApp
    pilot: Pilot[str]

    @property
    def screen(self) -> StepScreen:
        assert isinstance(self.app.screen, StepScreen)
        return self.app.screen

    @property
    def asked(self) -> bool:
        """Whether a dialog stands over the step."""
        return isinstance(self.app.screen, ConfirmDialog)

    @property
    def build(self) -> LiveBuild:
        """The build that runs on the last step."""
        return self.screen.query_one(LiveBuild)

    @property
    def step(self) -> str:
        """The key of the step that is shown."""
        return self.screen.step.key

    @property
    def project(self) -> Project:
        assert self.app.project is not None
        return self.app.project

    @property
    def problem(self) -> str:
        """What the strip says."""
        return str(self.screen.query_one(ProblemStrip).render())

    @property
    def next(self) -> Button:
        return self.screen.query_one("#next", Button)

    @property
    def focus(self) -> str | None:
        """The id of what has the focus: for an input that of its field."""
        focused = self.app.focused
        if isinstance(focused, Input) and isinstance(focused.parent, Field):
            return focused.parent.id
        return focused.id if focused else None

    @property
    def standing(self) -> dict[str, str]:
        """How each step stands in the row, by its key."""
        return {step.key: step.state.name for step in self.screen.steps}

    def text(self, selector: str) -> str:
        """All that is said in a widget and in those inside it."""
        top = self.app.screen.query_one(selector)
        return "\n".join(filter(None, map(_said, (top, *top.query(Widget)))))

    def field(self, name: str) -> Field:
        return self.screen.query_one(f"#{field_id(name)}", Field)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def go(self, step: str) -> None:
        """Go to a step as the palette does."""
        self.app.go_to(step)
        await self.until(lambda: self.step == step and self.screen.is_mounted)
        await self.pilot.pause()

    async def to_step(self, step: str) -> None:
        """Click on a step in the row of them."""
        row = self.screen.query_one(Stepper)
        drawn = str(row.render())
        title = next(shown.title for shown in row.steps if shown.key == step)
        await self.pilot.click(row, offset=(row.content_region.x - row.region.x + drawn.index(title), 0))

    async def write(self, name: str, value: str) -> None:
        """Put a text into a field as if it was typed."""
        self.field(name).query_one(Input).value = value
        await self.pilot.pause()

    async def bars(self, name: str, value: str, sentence: str) -> None:
        """See that nobody goes on with this value, and that f2 leads to its field; then put the old one back."""
        step, before = self.step, self.field(name).value
        await self.write(name, value)
        assert sentence in self.problem
        assert sentence in self.text(f"#{self.field(name).id}")
        assert self.next.disabled
        await self.press("ctrl+n")
        assert self.step == step
        self.screen.set_focus(None)
        await self.press("f2")
        assert self.focus == self.field(name).id
        assert self.field(name).value == value
        await self.write(name, before)
        assert not self.next.disabled

    async def until(self, met: Callable[[], bool], seconds: float = 30.0) -> None:
        """Wait for what comes from a thread or a process; TimeoutError where it never does, or the wizard ends."""
        async with asyncio.timeout(seconds):
            while not met():
                if not self.app.is_running:
                    raise TimeoutError
                await self.pilot.pause(0.02)
        await self.pilot.pause()


def painted(run: Wizard) -> str:
    """The screen as words, as it is seen."""
    rows = (strip.text for strip in run.app.screen._compositor.render_strips())
    return " ".join(re.sub("[▁▂▃▄▅▆▇]", " ", " ".join(rows)).split())


@asynccontextmanager
async def wizard(
    folder: Path, size: tuple[int, int] = (80, 24), *, begun: bool = True, painted: bool = False
) -> AsyncIterator[Wizard]:
    """The wizard of a folder, once it has looked for the engine and the key or at once; few frames are painted."""
    app = CondockApp(open_project(folder))
    frames = nullcontext() if painted else unseen(app)
    async with app.run_test(size=size, notifications=True) as pilot:
        with frames:
            run = Wizard(app, pilot)
            if begun:
                await run.until(lambda: run.project.engine is not None and run.project.search is not None)
            yield run


def _said(widget: Widget) -> str:
    """The text of a widget that has one, as it was before it was wrapped."""
    if isinstance(widget, Checklist):
        rows = (
            (row.mark.value[0], row.name, row.found, f"→ {row.hint}" if row.hint else "") for row in widget.rows
        )
        return "\n".join(text for row in rows for text in row if text)
    words = widget.render() if isinstance(widget, Static) else ""
    return str(words) if isinstance(words, Content) else ""
