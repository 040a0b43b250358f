from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator

import pytest
from textual.app import App

from tui.idle_collector import IdleCollector


class Cycle:
    """Garbage that only the collector takes away."""

    def __init__(self, gone: list[str]) -> None:
        self.itself, self.gone = self, gone

    def __del__(self) -> None:
        self.gone.append("gone")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    times, thresholds = [0.0], gc.get_threshold()
    monkeypatch.setattr("tui.idle_collector.monotonic", lambda: times[0])
    yield times
    gc.set_threshold(*thresholds)


def test_nothing_is_collected_while_somebody_types(clock: list[float]) -> None:
    collector, gone = IdleCollector(), list[str]()
    Cycle(gone)
    collector.touch()
    clock[0] += 1.9
    collector.collect()
    assert not gone
    clock[0] += 0.2
    collector.collect()
    assert gone == ["gone"]


async def test_one_rests_until_nobody_has_typed_for_a_moment(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    collector, keys = IdleCollector(), iter([True, True])

    async def sleep(seconds: float) -> None:
        clock[0] += seconds
        if next(keys, False):
            collector.touch()

    monkeypatch.setattr(asyncio, "sleep", sleep)
    await collector.rest()
    assert clock[0] == pytest.approx(0.62)


def test_it_looks_once_at_what_nobody_changed(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    collector, runs = IdleCollector(), list[float]()
    monkeypatch.setattr(gc, "collect", lambda: runs.append(clock[0]))
    for clock[0] in range(1, 91):
        if clock[0] == 60:
            collector.touch()
        collector.collect()
    assert runs == [2, 30, 62, 90]


def test_what_was_there_before_goes_once_nobody_is_there(clock: list[float]) -> None:
    """Such as a dialog that was open while one read it: it is not looked at each time."""
    collector, gone = IdleCollector(), list[str]()
    kept = [Cycle(gone)]
    clock[0] = 3
    collector.collect()
    kept.clear()
    collector.touch()
    clock[0] = 6
    collector.collect()
    assert not gone
    clock[0] = 40
    collector.collect()
    assert gone == ["gone"]


async def test_python_itself_leaves_alone_what_is_old(clock: list[float]) -> None:
    app = App[None]()
    async with app.run_test():
        young, middle, _ = gc.get_threshold()
        IdleCollector().begin(app)
        assert gc.get_threshold()[:2] == (young, middle)
        assert gc.get_threshold()[2] > 100_000
