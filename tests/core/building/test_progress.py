from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import RECORDINGS
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import (
    BuildCancelled,
    BuildEvent,
    BuildFailed,
    BuildSucceeded,
    LineBegun,
    Notice,
    Outcome,
    OutputReceived,
    StepUpdated,
    TransferUpdated,
)
from tui.core.building.fold import fold, fold_all
from tui.core.building.progress import BuildProgress, Interval, Status
from tui.core.building.step_name import StepName, parse_name
from tui.core.dockerfile.dockerfile import dockerfile
from tui.core.plan import Base, Build, BuildPlan, Form
from tui.core.untrusted_text import Redactor

EXIT_7 = "process did not complete successfully: exit code: 7"
KILLED = "process did not complete successfully: exit code: 137: context canceled: context canceled"


def recorded(name: str) -> list[BuildEvent]:
    return RawJsonDecoder(Redactor()).feed((RECORDINGS / f"{name}.rawjson").read_bytes())


def after(*events: BuildEvent) -> BuildProgress:
    return fold_all(BuildProgress(), events)


@pytest.mark.parametrize(
    ("name", "parsed", "title"),
    [
        (
            "[internal] load .dockerignore",
            StepName("load .dockerignore", internal=True),
            "Load .dockerignore",
        ),
        ("[2/4] RUN make", StepName("RUN make", "", 2, 4), "RUN make"),
        ("[ 2/12] RUN make", StepName("RUN make", "", 2, 12), "RUN make"),
        ("[builder  2/12] RUN make", StepName("RUN make", "builder", 2, 12), "RUN make"),
        ("[stage-1 3/3] COPY a b", StepName("COPY a b", "stage-1", 3, 3), "COPY a b"),
        ("[linux/arm64 1/1] COPY a b", StepName("COPY a b", "", 1, 1, "linux/arm64"), "COPY a b"),
        ("[linux/arm64 s 1/1] RUN x", StepName("RUN x", "s", 1, 1, "linux/arm64"), "RUN x"),
        (
            "[1/2] RUN --mount=type=secret,id=K --network=host    conda  create\n  -p /env",
            StepName("RUN --mount=type=secret,id=K --network=host    conda  create\n  -p /env", index=1, total=2),
            "RUN conda create -p /env",
        ),
        (
            "[b 7/8] RUN --mount=type=cache   rm -rf /c/* && mkdir -p c &&  export P=c N= && b && rm -rf /c/*",
            StepName(
                "RUN --mount=type=cache   rm -rf /c/* && mkdir -p c &&  export P=c N= && b && rm -rf /c/*",
                stage="b",
                index=7,
                total=8,
            ),
            "RUN b && rm -rf /c/*",
        ),
        (
            f"[1/2] FROM debian:13@sha256:{'a' * 64}",
            StepName(f"FROM debian:13@sha256:{'a' * 64}", index=1, total=2),
            "FROM debian:13",
        ),
        ("exporting to image", StepName("exporting to image"), "Exporting to image"),
        ("", StepName(""), ""),
    ],
)
def test_names_of_steps(name: str, parsed: StepName, title: str) -> None:
    assert parse_name(name) == parsed
    assert parsed.title == title


def test_conda_is_called_so_however_it_is_begun() -> None:
    plan = BuildPlan(base=Base("company/conda:1", "debian:13"), build=Build(form=Form.ISOLATED))
    (download,) = [found.text for found in dockerfile(plan) if "--download-only" in found.text]
    assert "python" in download
    name = parse_name(f"[b 7/8] {download}".replace("\\\n", ""))  # as BuildKit has it
    assert re.match(r"RUN (\w+=\S+ )*conda create --yes --download-only ", name.title)


@pytest.mark.parametrize("name", ["no-key", "token-not-found", "unknown-package", "wrong-key"])
def test_a_recorded_failure_is_found_at_its_step(name: str) -> None:
    progress = fold_all(BuildProgress(), recorded(name))
    assert progress.failed is not None
    assert progress.failed.name.title == "RUN conda env create --prefix /env --file environment.yml"
    assert (progress.failed.name.stage, progress.failed.name.index) == ("builder", 4)
    assert progress.failed.error.endswith("exit code: 1")


def test_steps_stand_in_the_order_of_the_dockerfile() -> None:
    progress = fold_all(BuildProgress(), recorded("token-not-found"))
    assert [(step.name.stage, step.name.index, step.status.value) for step in progress.ordered] == [
        *[("", 0, "done")] * 5,
        ("builder", 1, "cached"),
        ("builder", 2, "done"),
        ("builder", 3, "done"),
        ("builder", 4, "failed"),
        ("stage-1", 1, "cached"),
        ("stage-1", 2, "waiting"),
        ("stage-1", 3, "waiting"),
        ("stage-1", 4, "waiting"),
    ]


def test_what_follows_the_dockerfile_stands_last() -> None:
    progress = after(
        StepUpdated("c", "[2/2] RUN x", ("b",)),
        StepUpdated("b", "[1/2] FROM x"),
        StepUpdated("i", "[internal] load build context"),
        StepUpdated("e", "exporting to image"),
    )
    assert progress.order == ("i", "b", "c", "e")


def test_a_circle_of_inputs_is_still_drawn() -> None:
    assert after(StepUpdated("b", "[2/2] RUN", ("a",)), StepUpdated("a", "[1/2] FROM", ("b",))).order == (
        "a",
        "b",
    )


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (StepUpdated("a", "n"), Status.WAITING),
        (StepUpdated("a", "n", started=1.0), Status.RUNNING),
        (StepUpdated("a", "n", started=1.0, completed=1.0), Status.DONE),
        (StepUpdated("a", "n", started=1.0, completed=1.0, cached=True), Status.CACHED),
        (StepUpdated("a", "n", started=1.0, completed=2.0, error=EXIT_7), Status.FAILED),
        (StepUpdated("a", "n", started=1.0, completed=2.0, error=KILLED), Status.CANCELLED),
    ],
)
def test_status(event: StepUpdated, status: Status) -> None:
    assert after(event).steps["a"].status is status


def test_a_step_that_starts_again_runs_again_and_its_times_add_up() -> None:
    events = [
        StepUpdated("a", "n", started=10.0, completed=12.0),
        StepUpdated("a", "n", started=20.0),
        StepUpdated("a", "n", started=20.0, completed=21.5),
    ]
    again = after(*events[:2]).steps["a"]
    assert (again.status, again.seconds(now=20.5)) == (Status.RUNNING, 2.5)
    done = after(*events).steps["a"]
    assert (done.status, done.seconds(now=99.0)) == (Status.DONE, 3.5)
    assert done.intervals == (Interval(10.0, 12.0), Interval(20.0, 21.5))


@pytest.mark.parametrize(
    ("events", "seconds"),
    [
        ([(10.0, 12.0), (10.0, 12.0)], 2.0),
        ([(10.0, 12.0), (10.0, 13.0)], 3.0),
        ([(10.0, None), (20.0, 21.0)], 1.0),
    ],
)
def test_a_time_that_is_told_again_counts_once(events: list[tuple[float, float | None]], seconds: float) -> None:
    progress = after(*(StepUpdated("a", "n", started=s, completed=c) for s, c in events))
    assert progress.steps["a"].seconds(now=99.0) == seconds


def test_the_failed_step_is_the_one_that_was_not_cancelled() -> None:
    progress = after(
        StepUpdated("sibling", "[runtime 2/3] RUN sleep", started=1.0, completed=3.0, error=KILLED),
        StepUpdated("later", "[x 2/3] RUN b", started=1.0, completed=2.5, error=EXIT_7),
        StepUpdated("cause", "[builder 2/2] RUN a", started=1.0, completed=2.0, error=EXIT_7),
    )
    assert progress.failed is not None
    assert progress.failed.id == "cause"


def test_nothing_failed_when_all_was_cancelled() -> None:
    assert after(StepUpdated("a", "n", started=1.0, error=KILLED), BuildCancelled()).failed is None


@pytest.mark.parametrize(
    ("outcome", "running", "waiting"),
    [
        (BuildSucceeded("sha256:ab", 3.0), Status.DONE, Status.DONE),
        (BuildFailed(1, "no"), Status.CANCELLED, Status.WAITING),
        (BuildCancelled(), Status.CANCELLED, Status.WAITING),
    ],
)
def test_the_outcome_settles_what_was_left(outcome: Outcome, running: Status, waiting: Status) -> None:
    progress = after(
        StepUpdated("run", "n", started=1.0),
        StepUpdated("wait", "m"),
        OutputReceived("run", "x", time=4.0),
        outcome,
    )
    assert progress.outcome == outcome
    assert (progress.steps["run"].status, progress.steps["wait"].status) == (running, waiting)
    assert progress.steps["run"].seconds(now=99.0) == 3.0


def test_output_and_transfers_belong_to_their_step() -> None:
    half = TransferUpdated("a", "layer", "extracting", 1, 2, time=7.0)
    whole = TransferUpdated("a", "layer", "extracting", 2, 2, time=8.0)
    other = TransferUpdated("a", "context", "transferring", 1)
    progress = after(
        StepUpdated("a", "n", started=5.0),
        OutputReceived("a", "one\ntwo"),
        half,
        other,
        whole,
        OutputReceived("unknown", "x"),
    )
    assert progress.steps["a"].last_line == "two"
    assert progress.steps["a"].transfers == {"layer": whole, "context": other}
    assert (progress.started, progress.time) == (5.0, 8.0)
    assert set(progress.steps) == {"a"}


def test_the_newest_line_may_be_unfinished_and_is_never_the_notice_of_the_cut() -> None:
    progress = after(
        StepUpdated("a", "n", started=5.0),
        OutputReceived("a", "\x1b[31mone\x1b[0m\n"),
        LineBegun("a", "two ...", time=7.0),
        OutputReceived("a", "\n[output clipped, log limit 200KiB/s reached]"),
        LineBegun("unknown", "x"),
    )
    assert (progress.steps["a"].last_line, progress.steps["a"].clipped) == ("two ...", "200KiB/s")
    assert progress.time == 7.0
    again = fold_all(progress, [StepUpdated("a", "n", started=5.0, completed=8.0)])
    assert (again.steps["a"].last_line, again.steps["a"].clipped) == ("two ...", "200KiB/s")


IDS = st.sampled_from("abc")
TIMES = st.none() | st.integers(1, 9).map(float)
EVENTS = st.one_of(
    st.builds(
        StepUpdated,
        IDS,
        st.sampled_from(["[internal] x", "[1/2] FROM x", "[s 2/2] RUN y", "exporting"]),
        st.lists(IDS, max_size=2).map(tuple),
        TIMES,
        TIMES,
        st.booleans(),
        st.sampled_from(["", EXIT_7, KILLED]),
    ),
    st.builds(OutputReceived, IDS, st.just("line"), time=TIMES),
    st.builds(OutputReceived, IDS, st.just("[output clipped, log limit 2MiB reached]")),
    st.builds(LineBegun, IDS, st.just("begun"), TIMES),
    st.builds(TransferUpdated, IDS, st.sampled_from("xy"), st.just("t"), st.integers(0, 9), time=TIMES),
    st.builds(Notice, st.text(max_size=3)),
)


@given(st.lists(EVENTS, max_size=12), st.sampled_from([BuildCancelled(), BuildSucceeded("", 1.0)]))
def test_folding_one_by_one_or_at_once_is_the_same(events: list[BuildEvent], outcome: Outcome) -> None:
    progress = BuildProgress()
    for event in [*events, outcome]:
        before = (dict(progress.steps), progress.order)
        next_progress = fold(progress, event)
        assert before == (progress.steps, progress.order)
        progress = next_progress
        steps = progress.steps.values()
        assert progress.running == {step.id for step in steps if step.status is Status.RUNNING}
        assert progress.clipped == {step.id for step in steps if step.clipped}
    assert progress == fold_all(BuildProgress(), [*events, outcome])
    assert sorted(progress.order) == sorted(progress.steps)
