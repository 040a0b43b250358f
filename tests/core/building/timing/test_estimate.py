"""The time left of a build, from what its steps took before."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
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
    recorded,
    running,
    waiting,
)
from tui.core.building.events import BuildEvent, BuildFailed, BuildSucceeded, TransferUpdated
from tui.core.building.progress import BuildProgress
from tui.core.building.timing.estimate import Estimate, estimate
from tui.core.building.timing.history import History, build_record

SUCCESS = BuildSucceeded("", 1.0)
USER = "[runtime 2/3] RUN useradd app"
TAKE = "[runtime 3/3] COPY --from=builder /env /env"


def history(*builds: Sequence[BuildEvent]) -> History:
    records = (build_record(progress(*events), 0.0) for events in builds)
    return History(tuple(record for record in records if record))


def graph(*changed: BuildEvent) -> list[BuildEvent]:
    """The steps of a build that waits, but for those given."""
    steps = [waiting(FROM), waiting(COPY, FROM), waiting(CREATE, COPY), waiting(CLEAN, CREATE)]
    return [*steps, *changed]


FIRST = (
    ran(FROM, seconds=0),
    ran(COPY, FROM, seconds=1),
    ran(CREATE, COPY, seconds=60),
    ran(CLEAN, CREATE, seconds=5),
    ran(EXPORT, seconds=10),
    SUCCESS,
)
CACHED = (
    cached(FROM),
    cached(COPY, FROM),
    cached(CREATE, COPY),
    cached(CLEAN, CREATE),
    ran(EXPORT, seconds=0.1),
    SUCCESS,
)
ONCE, TWICE = history(FIRST), history(FIRST, CACHED)


@pytest.mark.parametrize("known", [History(), history([ran(COPY, seconds=1), BuildFailed(1, "no")])])
def test_the_first_build_does_not_know(known: History) -> None:
    assert estimate(known, progress(*graph()), now=0.0) is None


@pytest.mark.parametrize(
    ("known", "events", "now", "expected"),
    [
        # Nothing is known of the steps yet: what the last build did.
        (ONCE, [], 0.0, Estimate(76, at_least=True)),
        (TWICE, [], 0.0, Estimate(0, at_least=True)),
        # The steps wait: each as it was last time, and nothing to export where all is cached.
        (ONCE, graph(), 0.0, Estimate(76)),
        (TWICE, graph(), 0.0, Estimate(0)),
        (TWICE, graph(cached(COPY, FROM), cached(CREATE, COPY)), 0.0, Estimate(0)),
        # One below runs, so they will too, whatever the cache had last time.
        (TWICE, graph(ran(COPY, FROM, seconds=1)), 0.0, Estimate(75)),
        (TWICE, graph(running(CREATE, COPY, since=100)), 120.0, Estimate(55)),
        (TWICE, graph(running(CLEAN, CREATE, since=100)), 101.0, Estimate(14)),
        (TWICE, graph(ran(CLEAN, CREATE, seconds=5), running(EXPORT, since=5)), 8.0, Estimate(7)),
        # A base image that is only looked at says nothing; one that is pulled does.
        (TWICE, graph(ran(FROM, seconds=0.1)), 0.0, Estimate(0)),
        (TWICE, graph(ran(FROM, seconds=9), TransferUpdated(FROM, "l", "", 1, 9)), 0.0, Estimate(76)),
        # Longer than usual: more is likely; much longer: it is slow.
        (TWICE, graph(running(CREATE, COPY, since=0)), 61.0, Estimate(15, at_least=True)),
        (TWICE, graph(running(CREATE, COPY, since=0)), 90.0, Estimate(15, at_least=True)),
        (TWICE, graph(running(CREATE, COPY, since=0)), 90.1, Estimate(15, at_least=True, slow={CREATE: 60})),
        # A second more is not slow, though it is twice as long.
        (TWICE, graph(running(COPY, FROM, since=0)), 3.9, Estimate(75, at_least=True)),
        (TWICE, graph(running(COPY, FROM, since=0)), 4.1, Estimate(75, at_least=True, slow={COPY: 1})),
        # How long an export takes depends on how much is new.
        (TWICE, graph(ran(CLEAN, CREATE, seconds=5), running(EXPORT, since=0)), 99.0, Estimate(0, at_least=True)),
        # A new instruction counts for nothing, and it is said.
        (ONCE, [*graph(), waiting("[builder 5/5] RUN new", CLEAN)], 0.0, Estimate(76, at_least=True)),
        # What has failed takes no more time.
        (TWICE, graph(failed(CREATE, COPY, seconds=1)), 5.0, Estimate(0)),
    ],
)
def test_time_left(known: History, events: Sequence[BuildEvent], now: float, expected: Estimate) -> None:
    assert estimate(known, progress(*events), now) == expected


def test_of_a_build_of_very_many_steps_nothing_is_told() -> None:
    steps = [waiting(f"[a {number}/1001] RUN make {number}") for number in range(1, 1_002)]
    assert estimate(ONCE, progress(*steps[:1_000]), now=0.0) is not None
    assert estimate(ONCE, progress(*steps), now=0.0) is None


def test_the_usual_time_is_the_median_of_the_times_it_ran() -> None:
    builds = [(ran(CREATE, seconds=seconds), SUCCESS) for seconds in (10, 90, 20)]
    assert estimate(history(*builds, CACHED), progress(running(CREATE, since=0)), now=5.0) == Estimate(15)


def test_an_export_takes_as_long_as_where_about_as_much_was_new() -> None:
    small = (cached(FROM), cached(COPY, FROM), cached(CREATE, COPY), ran(CLEAN, CREATE, seconds=5))
    known = history(FIRST, CACHED, (*small, ran(EXPORT, seconds=0.5), SUCCESS))
    assert estimate(known, progress(*graph(running(CLEAN, CREATE, since=100))), now=101.0) == Estimate(4.5)
    assert estimate(known, progress(*graph(running(COPY, FROM, since=100))), now=100.0) == Estimate(76)


def test_stages_side_by_side_count_once() -> None:
    steps = [running(CREATE, since=0), running(USER, since=0), waiting(TAKE, CREATE, USER)]
    before = (ran(CREATE, seconds=60), ran(USER, seconds=50), ran(TAKE, CREATE, USER, seconds=3), SUCCESS)
    assert estimate(history(before), progress(*steps), now=10.0) == Estimate(53)


def test_without_the_graph_one_step_comes_after_the_other() -> None:
    before = (ran(CREATE, seconds=60), ran(CLEAN, seconds=5), SUCCESS)
    assert estimate(history(before), progress(waiting(CREATE), waiting(CLEAN)), now=0.0) == Estimate(65)


def test_a_circle_of_inputs_is_no_failure() -> None:
    before = (ran(CREATE, seconds=60), ran(CLEAN, seconds=5), SUCCESS)
    circle = progress(waiting(CREATE, CLEAN), waiting(CLEAN, CREATE))
    assert estimate(history(before), circle, now=0.0) == Estimate(65)


def test_a_recorded_build_is_foreseen_by_itself() -> None:
    """Once its steps are known, the time left is told within half a second, though two stages run side by side."""
    events = recorded("success")
    known = history([*events, SUCCESS])
    so_far, end = BuildProgress(), progress(*events).time
    assert end is not None
    off = []
    for number in range(1, len(events) + 1):
        so_far = progress(*events[:number])
        if any(step.name.index and step.intervals for step in so_far.ordered):
            now = so_far.time or end
            told = estimate(known, so_far, now)
            assert told is not None
            off.append(abs(told.left - (end - now)))
    assert len(off) > 20
    assert max(off) < 0.5


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (Estimate(40.4), "about 40 s left"),
        (Estimate(40.4, at_least=True), "at least 40 s left"),
        (Estimate(90), "about 2 min left"),
        (Estimate(3570), "about 1 h 0 min left"),
        (Estimate(7500), "about 2 h 5 min left"),
        (Estimate(0.9), "nearly done"),
        (Estimate(0.9, at_least=True), ""),
    ],
)
def test_words(told: Estimate, words: str) -> None:
    assert told.words == words


STEPS = st.lists(
    st.builds(
        lambda make, name, needs: make(name, needs),
        st.sampled_from(
            [
                lambda name, needs: waiting(name, *needs),
                lambda name, needs: cached(name, *needs),
                lambda name, needs: running(name, *needs, since=5),
                lambda name, needs: ran(name, *needs, seconds=2),
                lambda name, needs: failed(name, *needs, seconds=2),
            ]
        ),
        st.sampled_from([FROM, COPY, CREATE, CLEAN, EXPORT]),
        st.lists(st.sampled_from([FROM, COPY, CREATE, "unknown"]), max_size=2),
    ),
    max_size=8,
)


@given(before=STEPS, events=STEPS, now=st.floats(0, 1000))
def test_it_is_never_negative_and_shrinks_as_time_goes_by(
    before: list[BuildEvent], events: list[BuildEvent], now: float
) -> None:
    known, so_far = history([*before, SUCCESS]), progress(*events)
    told, later = estimate(known, so_far, now), estimate(known, so_far, now + 1)
    assert told is not None
    assert later is not None
    assert 0 <= later.left <= told.left <= later.left + 2 * len(events) + 1
    assert told.slow.keys() <= later.slow.keys()
