"""Waiting for a server's answer, no longer than the user wants to."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Event, Thread
from typing import TypeVar

from tui.core.errors import CondockError, ExitCode

T = TypeVar("T")


class CancelledError(CondockError):
    """The user no longer waits."""

    def __init__(self, message: str = "The check was cancelled.", hint: str = "Nothing was changed.") -> None:
        super().__init__(message, hint, ExitCode.NO_KEY)


def answer(call: Callable[[], T], cancel: Event, within: float) -> T:
    """The call's result. Raises CancelledError once `cancel` is set, TimeoutError after `within` seconds.

    It runs in a daemon thread: a server that never answers keeps neither the user nor the end of the program.
    """
    future: Future[T] = Future()
    if not cancel.is_set():
        Thread(target=_settle, args=(future, call), daemon=True).start()
    end = time.monotonic() + within
    while not cancel.is_set():
        if wait([future], timeout=0.05).done:
            return future.result()
        if time.monotonic() > end:
            raise TimeoutError
    raise CancelledError


def _settle(future: Future[T], call: Callable[[], T]) -> None:
    try:
        future.set_result(call())
    except BaseException as error:  # it is raised again by whoever waits
        future.set_exception(error)
