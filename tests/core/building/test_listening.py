"""Where a program listens, read from the kernel's tables, and what is said of it."""

from __future__ import annotations

import pytest

from tui.core.building.failure.listening import Listener, listeners
from tui.core.building.failure.trial_run import Trial

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
        (Trial(None, seconds=3), True, "It starts: it was still running after 3 s, and was stopped."),
        (Trial(None, port="8000", listening=(OPEN,), status=200), True, "answers with HTTP 200 on 0.0.0.0:8000."),
        (Trial(None, port="8000", listening=(LOOPBACK, OPEN)), True, "It starts, and listens on 0.0.0.0:8000."),
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


def test_it_shows_the_last_that_was_printed() -> None:
    assert Trial(0, printed=tuple(map(str, range(20)))).why == tuple(f"│ {n}" for n in range(13, 20))
    assert Trial(0).why == ("It printed nothing.",)
