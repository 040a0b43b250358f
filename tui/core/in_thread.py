"""An answer that a thread finds out meanwhile: as `concurrent.futures`, without the logging that brings along."""

from __future__ import annotations

from threading import Thread

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec, TypeVar

    Answer = TypeVar("Answer")
    Given = ParamSpec("Given")


def in_thread(
    work: Callable[Given, Answer], /, *given: Given.args, **named: Given.kwargs
) -> Callable[[float | None], Answer]:
    """Begin this call in a thread of its own; gives what waits for its answer.

    That takes the seconds it may wait, None for as long as it takes, and raises TimeoutError, or what the call
    raised. The thread does not keep the program from ending.
    """
    answers: list[Answer] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(work(*given, **named))
        except BaseException as error:
            errors.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()

    def wait(seconds: float | None = None) -> Answer:
        thread.join(seconds)
        if thread.is_alive():
            raise TimeoutError
        if errors:
            raise errors[0]
        return answers[0]

    return wait
