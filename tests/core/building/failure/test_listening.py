"""Where a program listens, read from the kernel's tables, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess
from types import SimpleNamespace

import pytest

from tui.core.building.failure import trial_run
from tui.core.building.failure.listening import Listener, listeners
from tui.core.building.failure.trial_run import Trial
from tui.core.project import open_project

TABLES = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000 10001        0 1 1 0 100 0 0 10 0
   1: 0100007F:2253 00000000:0000 0A 00000000:00000000 00:00000000 00000000 10001        0 1 1 0 100 0 0 10 0
   2: 0100007F:1F40 0100007F:D431 01 00000000:00000000 00:00000000 00000000 10001        0 1 1 0 100 0 0 10 0
  sl  local_address                         remote_address                        st tx_queue rx_queue tr
   0: 00000000000000000000000000000000:22B8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:0
   1: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:0
   2: 0000000000000000FFFF00000100007F:1F91 00000000000000000000000000000000:0000 0A 00000000:00000000 00:0
"""
OPEN, LOOPBACK = Listener("0.0.0.0", 8000), Listener("127.0.0.1", 8000)


def test_the_kernels_tables_say_who_listens_where() -> None:
    found = listeners(TABLES)
    assert [str(one) for one in found] == [
        "0.0.0.0:8000",
        "127.0.0.1:8787",
        "[::]:8888",
        "[::1]:8080",
        "127.0.0.1:8081",
    ]
    assert [one.open for one in found] == [True, False, True, False, False]
    assert listeners("") == listeners("0: 0:0 0A\n" + "x" * 100) == ()


@pytest.mark.parametrize(
    ("trial", "good", "words"),
    [
        (Trial(0), True, "It starts, and ends by itself without an error."),
        (Trial(3), False, "It does not start."),
        (Trial(None, seconds=3), True, "It starts: it was still running after 3 s, and was stopped again."),
        (
            Trial(None, port="8000", listening=(OPEN,), status=200),
            True,
            "answers with HTTP 200 on 0.0.0.0:8000; it was stopped again.",
        ),
        (Trial(None, port="8000", listening=(LOOPBACK, OPEN)), True, "It starts, and listens on 0.0.0.0:8000; it"),
        (Trial(None, listening=(OPEN,)), True, "again. The plan has no port."),
        (
            Trial(None, port="8000", listening=(LOOPBACK,), status=200),
            False,
            "127.0.0.1:8000 alone, which",
        ),
        (Trial(None, port="80", listening=(OPEN,)), False, "listens on 0.0.0.0:8000, and the plan says port 80:"),
        (Trial(None, port="80", seconds=20), False, "listened on no port within 20 s; the plan says 80."),
    ],
)
def test_a_trial_says_whether_it_can_be_reached(trial: Trial, good: bool, words: str) -> None:
    assert trial.good is good
    assert words in trial.words
    unreached = trial.code is None and not good
    assert (trial.fault is not None and trial.fault.step == "application") is unreached


@pytest.mark.parametrize(
    ("trial", "field"),
    [
        (Trial(None, port="80", command="uvicorn a:b --port 8000", listening=(OPEN,)), "command"),
        (Trial(None, port="80", command="uvicorn a:b --port 80"), "port"),
        (Trial(None, port="80", command="python a.py", listening=(OPEN,)), "port"),
        (Trial(None, port="8000", command="python a.py", listening=(LOOPBACK,)), "command"),
    ],
)
def test_it_is_mended_where_it_is_wrong(trial: Trial, field: str) -> None:
    assert trial.fault
    assert trial.fault.field == f"application.{field}"


@pytest.mark.parametrize(
    ("ends", "listens", "words"),
    [
        (8.0, None, "ends by itself"),
        (99.0, None, "still running after 20 s"),
        (99.0, 5.0, "listens on 0.0.0.0:8000;"),
    ],
)
def test_a_script_that_has_printed_is_waited_for_and_a_server_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: float, listens: float | None, words: str
) -> None:
    clock = [0.0]

    def sleep(seconds: float) -> None:
        clock[0] += seconds

    def ask(argv: Sequence[str], *_: object, **__: object) -> CompletedProcess[str]:
        running = "false 0" if clock[0] >= ends else "true 0"
        return CompletedProcess(
            [],
            0,
            running
            if "inspect" in argv
            else "2026-11-30T19:00:01.000000000Z all of it\n"
            if "logs" in argv
            else "",
            "",
        )

    def listeners_now(*_: object) -> tuple[Listener, ...]:
        return () if listens is None or clock[0] < listens else (OPEN,)

    monkeypatch.setattr(
        trial_run, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: clock[0], time=lambda: 0.0)
    )
    monkeypatch.setattr(trial_run, "ask", ask)
    monkeypatch.setattr(trial_run, "find_listeners", listeners_now)
    (tmp_path / "environment.yml").write_text("dependencies: [python]\n")
    trial = trial_run.try_image(open_project(tmp_path), {})
    assert words in trial.words
    assert trial.why == ("│ all of it",)


def test_it_shows_the_last_that_was_printed() -> None:
    assert Trial(0, printed=tuple(map(str, range(20)))).why == tuple(f"│ {n}" for n in range(13, 20))
    assert Trial(0).why == ("It printed nothing.",)


def test_what_it_printed_stands_in_the_order_in_which_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(argv: Sequence[str], *_: object, **__: object) -> CompletedProcess[str]:
        if "logs" not in argv:
            return CompletedProcess([], 0, "false 0" if "inspect" in argv else "", "")
        at = "2026-11-30T19:00:0{}Z {}\n".format
        errors = (
            at("1.000000000", "Started  server") + at("1.000000000", "") + at("3.000000000", "10%\n20%")
        )  # a carriage return
        return CompletedProcess([], 0, at("2.500000000", "GET / 200 OK"), errors)

    monkeypatch.setattr(trial_run, "ask", ask)
    (tmp_path / "environment.yml").write_text("dependencies: [python]\n")
    trial = trial_run.try_image(open_project(tmp_path), {})
    assert trial.printed == ("Started  server", "", "GET / 200 OK", "10%", "20%")


def test_an_address_with_a_token_is_not_shown_of_what_was_stopped() -> None:
    printed = ("Or copy one of these:", "    http://127.0.0.1:8888/lab?token=0123abcd", "http://x:80/?a=1")
    shown = Trial(None, port="8888", printed=printed).why
    assert shown[0] == "│ Or copy one of these:"
    assert shown[1] == "│     (an address with a token, gone with the container)"
    assert shown[2] == "│ http://x:80/?a=1"
