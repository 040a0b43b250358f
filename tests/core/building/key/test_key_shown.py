"""Who saw the key: said with the numbers of the log, and only where it was used."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.paths import DATA
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import BuildSucceeded
from tui.core.building.fold import fold_all
from tui.core.building.key.key_shown import key_shown
from tui.core.building.log.log import BuildLog
from tui.core.building.progress import BuildProgress
from tui.core.engine.builder import Builder, Node
from tui.core.engine.report import EngineReport
from tui.core.files import write
from tui.core.plan import Form, SecretMode
from tui.core.project import Project, open_project
from tui.core.proof.after import audience_of
from tui.core.untrusted_text import Redactor

ISOLATED = (
    "The key is shown to conda's downloader in base (anaconda-auth 0.15.3, anaconda-registration 0.1.0); "
    "not to 21 packages, their scripts, or pip."
)


def recorded(name: str) -> tuple[BuildProgress, BuildLog]:
    decoder, log = RawJsonDecoder(Redactor([])), BuildLog()
    events = [*decoder.feed((DATA / "recordings" / f"{name}.rawjson").read_bytes()), *decoder.close()]
    log.add(*events)
    return fold_all(BuildProgress(), [*events, BuildSucceeded("sha256:0", 37.4)]), log


def test_the_isolated_form_says_whom_the_key_was_kept_from(tmp_path: Path) -> None:
    shown = key_shown(open_project(tmp_path), *recorded("two-run-ok-fastapi"))
    assert shown is not None
    assert shown.words == ISOLATED
    assert json.loads(json.dumps(shown.data)) == {
        "type": "key",
        "form": "isolated",
        "shown_to": ["anaconda-auth 0.15.3", "anaconda-registration 0.1.0"],
        "readable_by_packages": False,
        "packages": 21,
        "pip": False,
    }


def test_the_guides_form_says_what_could_read_it(tmp_path: Path) -> None:
    project = open_project(tmp_path).change("build", form=Form.GUIDE)
    shown = key_shown(project, *recorded("two-run-burglar-guide"))
    assert shown is not None
    assert shown.words.endswith("and could be read by the scripts of 22 packages.")


def test_pips_part_is_among_what_could_read_it(tmp_path: Path) -> None:
    (tmp_path / "environment.yml").write_text("dependencies:\n- pip\n- pip:\n  - flask\n")
    readers = open_project(tmp_path).change("build", form=Form.GUIDE).key_readers()
    assert readers is not None
    assert readers.words.endswith("could be read by the scripts of the packages, and by what pip builds.")


def _edited(project: Project) -> None:
    for change in project.changes():
        write(change)
    (project.path / "Dockerfile").write_text("FROM mine\n")


def test_nothing_is_said_of_a_dockerfile_that_is_not_the_plans(tmp_path: Path) -> None:
    project = open_project(tmp_path)
    _edited(project)
    assert key_shown(project, *recorded("two-run-ok-fastapi")) is None


def test_nor_does_the_receipt_say_whom_such_a_dockerfile_kept_it_from(tmp_path: Path) -> None:
    """It may show the key to whatever it likes; the plan's form is not what was built."""
    project = open_project(tmp_path)
    planned = audience_of(project, None)
    assert planned is not None
    assert planned.isolated
    _edited(project)
    assert audience_of(project, None) is None


def test_the_receipt_says_which_instructions_and_whose_versions(tmp_path: Path) -> None:
    node = Node("n", version="v0.25.1")
    engine = EngineReport(server="28.5.1", buildx=(0, 30, 1), builder=Builder("far", "remote", (node,)))
    project = replace(open_project(tmp_path), engine=engine)
    saw = audience_of(project, None)
    assert saw is not None
    assert [one.partition(" --mount=type=secret,id=ANACONDA_AUTH_API_KEY")[0] for one in saw.instructions] == [
        "RUN"
    ]
    assert "\n" not in saw.instructions[0]
    assert saw.builder == "buildx on this machine: Docker 28.5.1, buildx 0.30.1, BuildKit 0.25.1"


def test_nothing_is_said_where_the_key_was_not_used(tmp_path: Path) -> None:
    project = open_project(tmp_path)
    assert key_shown(project, BuildProgress(outcome=BuildSucceeded("sha256:0", 1.0)), BuildLog()) is None
    keyless = project.change("secret", mode=SecretMode.NONE)
    assert (keyless.key_readers(), key_shown(keyless, *recorded("two-run-ok-fastapi"))) == (None, None)


OLD = "20.10.24"


def _built_by(driver: str, version: str, server: str = OLD) -> EngineReport:
    return EngineReport(server=server, builder=Builder("b", driver, (Node("n", version=version),)))


@pytest.mark.parametrize(
    ("report", "knows"),
    [
        (EngineReport(), True),
        (EngineReport(server="26.1.5"), True),
        (EngineReport(server="23.0.1"), True),
        (EngineReport(server=OLD), False),
        (_built_by("docker-container", "v0.25.2"), True),
        (_built_by("remote", "v0.8.3", "26.1.5"), False),
        (_built_by("remote", ""), True),
        (_built_by("docker", "v0.0.0+unknown"), False),
    ],
)
def test_which_engines_run_without_network(report: EngineReport, knows: bool, tmp_path: Path) -> None:
    assert report.runs_without_network is knows
    text = "".join(found.text for found in replace(open_project(tmp_path), engine=report).instructions())
    assert ("--network=none" in text) is knows
