"""Failed builds, recorded or just made, as the diagnosis is given them; and the projects they are failures of."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.paths import DATA
from tui.core.building.decoding.plain import PlainDecoder
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import BuildEvent, BuildFailed, OutputReceived, StepUpdated
from tui.core.building.fold import fold_all
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.building.running.stream import build_events
from tui.core.folder import Folder
from tui.core.plan import BuildPlan, SecretMode
from tui.core.project import Project
from tui.core.secret import Secret
from tui.core.untrusted_text import Redactor

ENVIRONMENT = """\
channels: [defaults]
dependencies:
  - python=3.12
  - numpy=1.21
  - no-such-package >=2
  - pandsa
  - tensorflow
  - pip
  - pip:
    - flask==3.0.3
    - no-such-package==9
"""

_SAID_BY = {
    "downloads-gone": "conda create --offline",
    "plugin-unreachable": "conda install --name base --override-channels anaconda-registration",
}


@dataclass(frozen=True)
class Told:
    """Words of a failure that were not recorded here."""

    cause: str
    place: str
    """One of `causes.PLACES`."""
    source: str
    text: str

    def build(self, folder: Path) -> tuple[BuildProgress, BuildLog]:
        """The build that says so."""
        if self.place == "output":
            command = _SAID_BY.get(self.cause, "conda env create")
            return run_that_printed(*self.text.splitlines(), instruction=f"RUN {command}")
        path = folder / "said.txt"
        path.write_text(f"{self.text}\n")
        return replayed(path)


def told() -> Iterator[Told]:
    """Those of tests/data/failures/told: a head with cause, place and source, and the words."""
    for block in re.split(r"(?m)^## ", (DATA / "failures/told/words.txt").read_text())[1:]:
        head, _, text = block.partition("\n")
        cause, place, source = head.split(" | ")
        yield Told(cause, place, source, text.strip("\n"))


def replayed(recording: Path, code: int = 1) -> tuple[BuildProgress, BuildLog]:
    """What becomes of a recording (`.txt`: of plain progress); `code` is the build's, negative for a signal."""
    events = asyncio.run(_events(recording.absolute(), code))
    log = BuildLog()
    for event in events:
        log.add(event)
    return fold_all(BuildProgress(), events), log


async def _events(recording: Path, code: int) -> list[BuildEvent]:
    decoder = (PlainDecoder if recording.suffix == ".txt" else RawJsonDecoder)(Redactor())
    end = f"kill -{-code} $$" if code < 0 else f"exit {code}"
    argv = ["/bin/sh", "-c", f'cat "$0" >&2; {end}', str(recording)]
    batches = [batch async for batch in build_events(lambda _: argv, decoder, {}, recording.parent)]
    return [event for batch in batches for event in batch]


def run_that_printed(
    *printed: str,
    error: str = 'process "x" did not complete successfully: exit code: 1',
    instruction: str = "RUN make",
) -> tuple[BuildProgress, BuildLog]:
    """A build whose one instruction printed this and failed."""
    name = f"[builder 1/1] {instruction}"
    events: list[BuildEvent] = [
        StepUpdated("v", name),
        *([OutputReceived("v", "\n".join(printed))] if printed else []),
        StepUpdated("v", name, started=1.0, completed=2.0, error=error),
        BuildFailed(1, error),
    ]
    log = BuildLog()
    for event in events:
        log.add(event)
    return fold_all(BuildProgress(), events), log


def project(path: Path, cause: str = "") -> Project:
    """A project in this folder, with what makes a failure one of this cause."""
    plan = BuildPlan().change("application", files=("app.py",), user="daemon")
    key = None
    match cause:
        case "key-wanted":
            plan = plan.change("secret", mode=SecretMode.NONE)
        case "key-of-other-host":
            plan = plan.change("account", hosts=("conda.example.com",))
        case "plugin-unreachable":
            plan = plan.change("secret", plugin_channel="https://tools.test/repo")
        case "network-none":
            plan = plan.change("build", network="none")
        case "expired-key":
            key = jwt(expires=1_600_000_000)
        case "file-ignored":
            (path / "app.py").touch()
            return Project(Folder(path, frozenset(), True), plan, ENVIRONMENT, own_ignore_rules="*.py\n")
    return Project(Folder(path, frozenset(), True), plan, ENVIRONMENT, pasted=key)


def jwt(expires: int) -> Secret:
    """A key that says when it expires, in seconds since the epoch."""
    parts = ({"alg": "RS256"}, {"exp": expires}, "signature-of-a-test-key")
    return Secret(
        ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    )
