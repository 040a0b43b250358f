"""What is remembered of earlier builds: how much, of what, and that a damaged file is no history at all."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stages.build_steps import (
    CLEAN,
    COPY,
    CREATE,
    EXPORT,
    FROM,
    cached,
    failed,
    progress,
    ran,
    record,
    recorded,
    running,
    waiting,
)
from tui.core.building.events import BuildCancelled, BuildEvent, BuildFailed, BuildSucceeded, TransferUpdated
from tui.core.building.timing.history import (
    BuildRecord,
    History,
    KeyRecord,
    build_record,
    plan_id,
    read_history,
    write_history,
)
from tui.core.building.timing.step_times import step_keys
from tui.core.project import Project, open_project
from tui.core.state import state_folder

SUCCESS = BuildSucceeded("sha256:ab", 12.0)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return open_project(tmp_path)


def file_of(project: Project) -> Path:
    return state_folder(os.environ) / f"builds/{plan_id(project, os.environ)}.json"


def times(*events: BuildEvent) -> dict[str, float | None]:
    """What is remembered of a build, by the names of its steps."""
    ended = progress(*events)
    record = build_record(ended, 99.0)
    assert record is not None
    return {step.id: record.steps[key] for key, step in step_keys(ended.ordered).items() if key in record.steps}


def test_times_of_what_ran_and_that_the_rest_was_cached() -> None:
    assert times(
        cached(FROM), cached(COPY, FROM), ran(CREATE, COPY, seconds=9.5), ran(EXPORT, seconds=2), SUCCESS
    ) == {
        FROM: None,
        COPY: None,
        CREATE: 9.5,
        EXPORT: 2.0,
    }


@pytest.mark.parametrize(
    ("outcome", "name", "seconds"),
    [(SUCCESS, "succeeded", 12.0), (BuildFailed(1, "no"), "failed", 4.0), (BuildCancelled(), "cancelled", 4.0)],
)
def test_how_a_build_ended(outcome: BuildEvent, name: str, seconds: float) -> None:
    steps = [running(COPY, since=10), ran(COPY, seconds=4, since=10)]
    record = build_record(progress(*steps, outcome), 99.0)
    assert record is not None
    assert (record.when, record.outcome, record.seconds) == (99.0, name, seconds)


def test_a_running_build_is_not_remembered(project: Project) -> None:
    record(project, progress(ran(COPY, seconds=4)), 99.0)
    assert not state_folder(os.environ).exists()


def test_a_step_that_did_not_end_has_no_time() -> None:
    steps = [ran(COPY, seconds=1), failed(CREATE, COPY, seconds=5), waiting(CLEAN, CREATE)]
    assert times(*steps, BuildFailed(1, "no")) == {COPY: 1.0}
    assert times(ran(COPY, seconds=1), running(CREATE, COPY, since=1), BuildCancelled()) == {COPY: 1.0}


def test_a_base_image_that_was_not_pulled_has_no_time() -> None:
    pulled = TransferUpdated(FROM, "sha256:ab", "extracting", 5, 5)
    assert times(ran(FROM, seconds=0.1), ran(COPY, seconds=1), SUCCESS)[FROM] is None
    assert times(ran(FROM, seconds=30), pulled, ran(COPY, seconds=1), SUCCESS)[FROM] == 30.0


def test_a_step_takes_as_long_as_it_holds_up_the_next() -> None:
    steps = [
        ran(COPY, seconds=1, since=100),
        ran(CREATE, COPY, seconds=9, since=103),
        ran(CLEAN, FROM, seconds=2, since=112),
    ]
    assert times(waiting(FROM), *steps, SUCCESS) == {FROM: None, COPY: 1.0, CREATE: 11.0, CLEAN: 2.0}


def test_an_export_of_nothing_new_has_no_time() -> None:
    assert times(cached(FROM), cached(COPY), ran(EXPORT, seconds=0.1), SUCCESS) == dict.fromkeys(
        (FROM, COPY, EXPORT)
    )


def test_equal_instructions_are_told_apart_and_stages_too() -> None:
    names = ["[a 2/4] RUN make", "[a 3/4] RUN make", "[b 2/2] RUN make", "make"]
    keys = list(step_keys(progress(*(waiting(name) for name in names)).ordered))
    assert len(set(keys)) == 4
    assert sum(key.startswith("#") for key in keys) == 3
    assert not any("make" in key for key in keys)


def test_a_step_is_known_again_though_its_number_changed() -> None:
    before, after = (list(step_keys(progress(waiting(f"[a {at}] RUN make")).ordered)) for at in ("2/4", "3/5"))
    assert before == after


def test_the_recorded_build_is_known_again_in_the_same_build() -> None:
    done = progress(*recorded("success"), SUCCESS)
    record = build_record(done, 99.0)
    assert record is not None
    assert record.steps.keys() == step_keys(done.ordered).keys()
    assert sum(time or 0.0 for time in record.steps.values()) == pytest.approx(3.2, abs=0.1)


def test_builds_are_kept_in_the_order_they_ended(project: Project) -> None:
    for number in range(25):
        record(project, progress(ran(COPY, seconds=number), SUCCESS), float(number))
    history = read_history(project, os.environ)
    assert [build.when for build in history.builds] == [float(number) for number in range(5, 25)]
    [key] = step_keys(progress(waiting(COPY)).ordered)
    assert history.usual(key) == 14.5
    assert history.last_success == history.builds[-1]
    assert file_of(project).stat().st_mode & 0o777 == 0o600


def test_a_build_of_very_many_steps_stays_small(project: Project) -> None:
    steps = [ran(f"[a {number}/10000] RUN make {number}", seconds=number) for number in range(1, 10_000)]
    done = progress(*steps, SUCCESS)
    for _ in range(20):
        record(project, done, 99.0)
    assert file_of(project).stat().st_size <= 64_000
    builds = read_history(project, os.environ).builds
    assert len(builds) > 3
    assert min(time for time in builds[-1].steps.values() if time is not None) == 9_800.0  # the longest are kept


def test_another_plan_or_builder_has_a_history_of_its_own(project: Project, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    projects = [
        project,
        open_project(tmp_path / "other"),
        project.change("build", image="other:1"),
        project.change("build", builder="cloud"),
        project.change("build", context="far"),
        project.change("build", platforms=("linux/arm64",)),
    ]
    ids = {plan_id(each, {}) for each in projects} | {plan_id(project, {"DOCKER_HOST": "unix:///x"})}
    assert len(ids) == len(projects) + 1
    assert plan_id(project.change("application", port="80"), {}) == plan_id(project, {})


def test_the_newest_plans_are_kept(project: Project) -> None:
    for number in range(210):
        image = project.change("build", image=f"app:{number}")
        record(image, progress(ran(COPY, seconds=1), SUCCESS), 1.0)
    assert len(list(file_of(project).parent.iterdir())) == 200


KNOWN = History((BuildRecord(1.0, "succeeded", 2.0, {"#ab": 1.5, "-cd": None}),), KeyRecord("fp", "2026"))


@pytest.mark.parametrize("history", [KNOWN, replace(KNOWN, key=None), History()])
def test_what_is_written_is_read_again(project: Project, history: History) -> None:
    write_history(project, os.environ, history)
    assert read_history(project, os.environ) == history


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 60_000,
        b" " * 70_000,
        b'{"version": 1}',
        b'{"version": 2, "builds": [], "key": null}',
        b'{"version": 1, "builds": [7], "key": null}',
        b'{"version": 1, "builds": [], "key": {"fingerprint": 1, "cachebust": ""}}',
        b'{"version": 1, "builds": [], "key": {"fingerprint": "a", "cachebust": "\\u001b["}}',
        b'{"version": 1, "builds": [{"when": NaN, "outcome": "x", "seconds": 1, "steps": {}}], "key": null}',
        b'{"version": 1, "builds": [{"when": 1, "outcome": "x", "seconds": 1, "steps": {"a": "b"}}], "key": null}',
    ],
)
def test_a_damaged_or_newer_file_is_no_history_and_is_replaced(project: Project, text: bytes) -> None:
    write_history(project, os.environ, KNOWN)
    file_of(project).write_bytes(text)
    assert read_history(project, os.environ) == History()
    record(project, progress(ran(COPY, seconds=1), SUCCESS), 5.0)
    assert [build.when for build in read_history(project, os.environ).builds] == [5.0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(path=st.sampled_from(["version", "builds", "key", "when", "outcome", "seconds", "steps"]), value=JSON)
def test_any_value_in_any_place_is_read_or_ignored(project: Project, path: str, value: object) -> None:
    write_history(project, os.environ, KNOWN)
    data = json.loads(file_of(project).read_text())
    (data if path in data else data["builds"][0])[path] = value
    file_of(project).write_text(json.dumps(data))
    history = read_history(project, os.environ)
    write_history(project, os.environ, history)
    assert read_history(project, os.environ) == history


def test_a_step_was_cached_when_it_was_so_in_the_newest_build_that_knows_it() -> None:
    history = History(
        (
            BuildRecord(1.0, "succeeded", 1.0, {"a": None, "b": 1.0}),
            BuildRecord(2.0, "failed", 1.0, {"a": 3.0, "b": None}),
            BuildRecord(3.0, "failed", 1.0, {}),
        )
    )
    assert (history.was_cached("a"), history.was_cached("b"), history.was_cached("c")) == (False, True, False)
    assert (history.usual("a"), history.usual("b"), history.usual("c")) == (3.0, 1.0, None)
    assert history.last_success == history.builds[0]
