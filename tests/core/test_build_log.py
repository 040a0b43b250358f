from __future__ import annotations

import pytest

from tui.core.image.events import BuildCancelled, Notice, OutputReceived
from tui.core.image.log import BuildLog


def texts(log: BuildLog, step: str | None = None) -> list[str]:
    return [log.text(number) for number in log.numbers(step)]


def test_lines_are_kept_in_order_and_by_step() -> None:
    log = BuildLog()
    log.add(OutputReceived("a", ("one", "grün")))
    log.add(OutputReceived("b", ("two",)))
    log.add(BuildCancelled())
    log.add(Notice("ERROR: no"))
    log.add(OutputReceived("a", ("",)))
    assert texts(log) == ["one", "grün", "two", "ERROR: no", ""]
    assert [log.step(number) for number in log.numbers()] == ["a", "a", "b", "", "a"]
    assert {step: texts(log, step) for step in ("a", "b", "", "unknown")} == {
        "a": ["one", "grün", ""],
        "b": ["two"],
        "": ["ERROR: no"],
        "unknown": [],
    }


def test_the_oldest_lines_are_dropped_and_numbers_stay() -> None:
    log = BuildLog(limit=32)
    for number in range(1000):
        log.append("even" if number % 2 == 0 else "odd", (str(number),))
        assert len(log.numbers()) < 32 + 2
    assert len(log) == 1000
    assert log.first >= 1000 - 34
    for step in (None, "even", "odd"):
        assert all(log.text(number) == str(number) for number in log.numbers(step))
    assert len(log.numbers("even")) + len(log.numbers("odd")) == len(log.numbers())
    assert log.step(999) == "odd"


@pytest.mark.parametrize("number", [0, 1000])
def test_a_line_that_is_not_there_is_an_index_error(number: int) -> None:
    log = BuildLog(limit=32)
    log.append("a", map(str, range(1000)))
    with pytest.raises(IndexError):
        log.text(number)
