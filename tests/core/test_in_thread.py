from __future__ import annotations

import threading

import pytest

from tui.core.in_thread import in_thread


def test_the_answer_is_there_when_it_is_asked_for() -> None:
    assert in_thread(divmod, 7, 2)(None) == (3, 1)


def test_what_was_raised_is_raised_where_it_is_waited_for() -> None:
    answer = in_thread(divmod, 7, 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            answer(None)


def test_one_that_takes_longer_can_be_asked_again() -> None:
    go_on = threading.Event()
    answer = in_thread(go_on.wait, 30)
    with pytest.raises(TimeoutError):
        answer(0.01)
    go_on.set()
    assert answer(None) is True
