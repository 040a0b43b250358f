from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.building.events import BuildCancelled, LineBegun, Notice, OutputReceived, StepUpdated
from tui.core.building.log.log import BuildLog
from tui.core.building.log.save import file_lines, log_name, save_log
from tui.core.errors import CondockError


def texts(log: BuildLog, step: str | None = None) -> list[str]:
    return [log.text(number) for number in log.numbers(step)]


def test_lines_are_kept_in_order_and_by_step() -> None:
    log = BuildLog()
    log.add(OutputReceived("a", "one\ngrün"))
    log.add(OutputReceived("b", "two"))
    log.add(LineBegun("b", "half a line"))
    log.add(BuildCancelled())
    log.add(Notice("ERROR: no"))
    log.add(OutputReceived("a", ""))
    assert texts(log) == ["one", "grün", "two", "ERROR: no", ""]
    assert [log.step(number) for number in log.numbers()] == ["a", "a", "b", "", "a"]
    assert {step: texts(log, step) for step in ("a", "b", "", "unknown")} == {
        "a": ["one", "grün", ""],
        "b": ["two"],
        "": ["ERROR: no"],
        "unknown": [],
    }


def test_what_the_builder_quotes_in_an_error_is_not_said_again() -> None:
    log = BuildLog()
    quoted = ["Dockerfile:7", "--------------------", "   6 |     ", "   7 | >>> RUN conda \\", "   8 | >>>  env"]
    error = 'ERROR: failed to solve: process "/bin/sh -c conda  env" did not complete successfully: exit code: 1'
    log.add(*map(Notice, ["WARNING: old", *quoted, "-" * 20, error]))
    assert texts(log) == ["WARNING: old", error.replace("/bin/sh -c conda  env", "…")]
    log.add(OutputReceived("a", "\n".join(quoted)))
    assert texts(log, "a") == quoted


def test_the_oldest_lines_are_dropped_and_numbers_stay() -> None:
    log = BuildLog(lines=32)
    for number in range(1000):
        log.append("even" if number % 2 == 0 else "odd", str(number))
        assert len(log.numbers()) <= 34
    assert len(log) == 1000
    assert log.first >= 1000 - 34
    for step in (None, "even", "odd"):
        assert all(log.text(number) == str(number) for number in log.numbers(step))
    assert len(log.numbers("even")) + len(log.numbers("odd")) == len(log.numbers())
    assert log.dropped("even") + log.dropped("odd") == log.dropped() == log.first
    assert log.step(999) == "odd"


def test_no_more_text_is_kept_than_there_is_room_for() -> None:
    log = BuildLog(room=100_000)
    for number in range(100):
        log.append("a", f"{number} " + "x" * 10_000)
        assert log.size <= 110_000
    assert log.text(99).startswith("99 ")
    assert log.size == sum(len(text) + 1 for text in texts(log))
    log.append("b", "y" * 200_000)
    assert texts(log) == ["y" * 200_000]


@pytest.mark.parametrize("length", [0, 16_383, 16_384, 16_385, 40_000])
def test_lines_as_long_as_a_block_come_back_from_one_text(length: int) -> None:
    lines = ["", "x" * length, "", "after it", "y" * length]
    log = BuildLog()
    log.append("a", "\n".join(lines))
    assert texts(log) == lines
    assert [*log.numbers("a")] == [*range(5)]


@pytest.mark.parametrize("number", [-1, 0, 1000])
def test_a_line_that_is_not_there_is_an_index_error(number: int) -> None:
    log = BuildLog(lines=32)
    log.append("a", "\n".join(map(str, range(1000))))
    for ask in (log.text, log.styled, log.step, log.seconds):
        with pytest.raises(IndexError):
            ask(number)
    with pytest.raises(IndexError):
        log.numbers("a")[len(log.numbers("a"))]


LINES = st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=5), min_size=1, max_size=40)


@given(st.lists(st.tuples(st.sampled_from("ab"), LINES, st.none() | st.floats(0, 9)), max_size=12))
def test_lines_in_any_portions_come_back(
    batches: list[tuple[str, list[str], float | None]],
) -> None:
    log = BuildLog(lines=64)
    given_lines = []
    for step, lines, time in batches:
        log.append(step, "\n".join(lines), time)
        given_lines += [(step, line) for line in lines]
    assert len(log) == len(given_lines)
    kept = list(enumerate(given_lines))[log.first :]
    assert [(n, (log.step(n), log.styled(n))) for n in log.numbers()] == kept
    for step in "ab":
        numbers = log.numbers(step)
        assert list(numbers) == [n for n, (owner, _) in kept if owner == step]
        assert list(numbers[-3:]) == list(numbers)[-3:]
        assert len(numbers) + log.dropped(step) == sum(owner == step for owner, _ in given_lines)


def test_a_line_knows_when_it_was_printed_since_the_start_of_its_step_and_of_the_build() -> None:
    log = BuildLog()
    log.add(OutputReceived("a", "before anything started"))
    log.add(StepUpdated("a", "n", started=100.0))
    log.add(StepUpdated("b", "n", started=103.0))
    log.add(OutputReceived("b", "one\ntwo", time=104.0))
    log.add(OutputReceived("b", "much later", time=110.5))
    log.add(Notice("a notice bears no time:\nit is as late as what came before"))
    assert [log.seconds(number) for number in log.numbers()] == [None, 4.0, 4.0, 10.5, 10.5, 10.5]
    assert [log.seconds(number, "b") for number in log.numbers("b")] == [1.0, 1.0, 7.5]
    assert log.seconds(1, "never started") is None


def test_lines_of_one_moment_share_a_block_and_those_of_another_step_or_time_do_not() -> None:
    log = BuildLog()
    for time, step in [(1.0, "a"), (1.01, "a"), (1.02, "b"), (1.03, "a"), (9.0, "a")]:
        log.append(step, "x", time)
    assert [len(log.lines_of(block)) for block in log.blocks()] == [2, 1, 1, 1]
    assert list(log.blocks("a")) == [0, 2, 3]
    starts = [log.start_of(block) for block in log.blocks()]
    assert all(before < after for before, after in pairwise(starts))


def test_colours_stay_in_the_line_and_out_of_its_text() -> None:
    log = BuildLog()
    log.append("a", "\x1b[1;31mred\x1b[0m\nplain")
    assert texts(log) == ["red", "plain"]
    assert log.styled(0) == "\x1b[1;31mred\x1b[0m"
    assert "".join(file_lines(log)) == "red\nplain\n"


def test_a_log_is_saved_as_text_and_no_file_is_replaced_unasked(tmp_path: Path) -> None:
    log = BuildLog()
    log.append("a", "\x1b[31mgrün\x1b[0m\ntwo")
    log.append("b", "three")
    path = tmp_path / "build.log"
    save_log(log, tmp_path, path.name, "b")
    assert path.read_text("utf-8") == "three\n"
    with pytest.raises(CondockError, match="already"):
        save_log(log, tmp_path, path.name)
    assert path.read_text("utf-8") == "three\n"
    path.unlink()
    save_log(log, tmp_path, path.name)
    assert path.read_text("utf-8") == "grün\ntwo\nthree\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["build.log"]


def test_a_saved_log_says_what_was_dropped(tmp_path: Path) -> None:
    log = BuildLog(lines=32)
    log.append("a", "\n".join(map(str, range(1000))))
    save_log(log, tmp_path, "log")
    first, second, *_ = (tmp_path / "log").read_text().splitlines()
    assert first == f"… {log.first} earlier lines were dropped"
    assert second == str(log.first)


@pytest.mark.parametrize("name", ["missing/build.log", "linked/build.log", "dangling", ".", "a\0b"])
def test_a_log_that_cannot_be_saved_is_a_problem_in_words(tmp_path: Path, name: str) -> None:
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "linked").symlink_to("../elsewhere")
    (folder / "dangling").symlink_to("../elsewhere/build.log")
    with pytest.raises(CondockError) as caught:
        save_log(BuildLog(), folder, name)
    assert caught.value.hint
    assert list(elsewhere.iterdir()) == []


def test_a_file_name_is_suggested_from_the_image_and_the_time() -> None:
    assert log_name("registry.example:5000/team/my-app:1.0", 0.0).startswith("my-app-1.0-")
    assert log_name("", 0.0).startswith("build-")
    assert log_name("x/../..", 0.0).startswith("build-")
    assert log_name("my-app:latest", 0.0).endswith(".log")
