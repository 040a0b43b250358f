from __future__ import annotations

import pytest

from tests.paths import RECORDINGS
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import BuildEvent, BuildSucceeded, StepUpdated
from tui.core.building.fold import fold_all
from tui.core.building.progress import BuildProgress, Interval
from tui.core.building.timing.timeline import bar, critical_path
from tui.core.units import short_time
from tui.core.untrusted_text import Redactor


def ran(step: str, started: float, completed: float | None, *inputs: str, cached: bool = False) -> StepUpdated:
    return StepUpdated(step, f"[{step} 1/1] RUN {step}", inputs, started, completed, cached)


def path(*events: BuildEvent, now: float = 100.0) -> str:
    return " ".join(critical_path(fold_all(BuildProgress(), events), now))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], ""),
        ([StepUpdated("a", "waits")], ""),
        ([ran("a", 0, 1), ran("b", 1, 2, "a"), ran("c", 2, 3, "b")], "a b c"),
        # of two inputs the one that ended last was waited for
        ([ran("a", 0, 5), ran("b", 0, 1), ran("c", 5, 6, "a", "b")], "a c"),
        # what ran beside the path is not on it
        ([ran("a", 0, 1), ran("long", 0, 4), ran("b", 1, 9, "a")], "a b"),
        # a step without inputs waited for whatever had ended last
        ([ran("a", 0, 1), ran("b", 1, 3, "a"), ran("export", 3, 4)], "a b export"),
        # one that runs ends now; of several the one that has run the longest
        ([ran("a", 0, 1), ran("b", 1, None, "a"), ran("c", 2, None, "a")], "a b"),
        # what comes from the cache keeps nobody waiting
        ([ran("long", 0, 1), ran("b", 1, 1, cached=True), ran("c", 1, 3, "b")], "c"),
        ([ran("a", 0, 1, "a"), ran("b", 0, 2, "unknown")], "b"),
        ([ran("a", 0, 1, "b"), ran("b", 1, 2, "a")], "a b"),
    ],
)
def test_the_critical_path_is_the_chain_that_ended_last(events: list[BuildEvent], expected: str) -> None:
    assert path(*events) == expected


def recorded(name: str) -> BuildProgress:
    decoder = RawJsonDecoder(Redactor())
    events = decoder.feed((RECORDINGS / f"{name}.rawjson").read_bytes()) + decoder.close()
    return fold_all(BuildProgress(), [*events, BuildSucceeded("", 5.0)])


def test_the_critical_path_of_a_real_build_with_parallel_stages() -> None:
    progress = recorded("parallel")
    steps = [progress.steps[id].name for id in critical_path(progress, progress.time or 0.0)]
    assert [f"{name.stage} {name.index}" for name in steps if name.index] == [
        "base 2",
        "packages 1",
        "packages 2",
        *(f"runtime {index}" for index in range(1, 6)),
    ]
    assert steps[-1].text == "exporting to image"


def test_a_long_chain_is_no_trouble() -> None:
    events = [ran(f"s{n}", n, n + 1, f"s{n - 1}") for n in range(10_000)]
    assert len(path(*events).split()) == 10_000


@pytest.mark.parametrize(
    ("intervals", "expected"),
    [
        ([Interval(0, 4)], "████████"),
        ([Interval(0, 1)], "██      "),
        ([Interval(2, 4)], "    ████"),
        ([Interval(0, 0.25)], "▌       "),
        ([Interval(1, 1)], "  ▏     "),
        ([Interval(4, 4)], "       █"),
        ([Interval(0, 0.5), Interval(3, 3.5)], "█     █ "),
        ([Interval(2, None)], "    ████"),
        ([], "        "),
    ],
)
def test_intervals_are_drawn_to_scale(intervals: list[Interval], expected: str) -> None:
    assert bar(intervals, 0.0, 4.0, 4.0, 8) == expected


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0.0s"), (9.96, "10.0s"), (99.96, "1m40s"), (125, "2m05s"), (6_000, "1h40m")]
)
def test_times_are_short(seconds: float, shown: str) -> None:
    assert short_time(seconds) == shown
