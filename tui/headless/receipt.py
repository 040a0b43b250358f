"""The search behind a build, and its receipt, in a plain terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tui.core.errors import CondockError, ExitCode
from tui.core.units import human_size
from tui.headless.views.views import View

if TYPE_CHECKING:
    from tui.core.building.attempt import Attempt, Result
    from tui.core.building.log.log import BuildLog

_SOON, _OFTEN = 1.5, 10.0
"""Seconds until it is said that the image is being searched, and how far that is."""


def search_built(attempt: Attempt, result: Result, log: BuildLog, view: View) -> None:
    """Search what was built for the key, say what came of it, and push it where it was held back for that.

    CondockError where the key is there, a layer could not be searched, or it could not be pushed.
    """
    from tui.core.building.held import is_held
    from tui.core.proof.after import audit_build
    from tui.core.proof.held_push import push_searched
    from tui.core.proof.receipt import to_statement
    from tui.core.proof.receipt_words import receipt_line

    receipt = audit_build(attempt, result, log, Told(view.say))
    if receipt is None:
        return
    say_receipt(view, receipt_line(receipt), to_statement(receipt), found=bool(receipt.findings))
    if is_held(attempt.project):
        view.say(f"Pushing {attempt.project.plan.build.image} …")
        view.say(push_searched(attempt, result, receipt))
    if receipt.layers:
        insist_on_all(receipt.result)


def say_receipt(view: View, line: str, statement: Mapping[str, object], *, found: bool) -> None:
    """Give a receipt by its line; CondockError with KEY_FOUND where the key was found."""
    view.record({"type": "receipt", "line": line, "statement": statement})
    if found:
        raise key_found(line)
    view.say(line)


def insist_on_all(result: str) -> None:
    """Raise CondockError where this `result` of a receipt says that not all of the image was searched."""
    if result in ("partly searched", "not searched"):
        part = "Not all of the image was" if result == "partly searched" else "The image was not"
        raise CondockError(f"{part} searched.", "See above why.", ExitCode.NO_ENGINE)


def key_found(line: str) -> CondockError:
    """That the key was found, with what to do; `line` is that of the receipt."""
    hint = (
        "Share this image with nobody: make a new key and revoke this one, then build without what took it. "
        "`condock audit --last` shows the receipt."
    )
    return CondockError(line, hint, ExitCode.KEY_FOUND)


class Told:
    """Says now and then how far a search is."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._next = time.monotonic() + _SOON

    def __call__(self, size: int) -> None:
        """So many bytes were read."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _OFTEN
            self._say(f"Searching the image for the key: {human_size(size)} so far. It can be used meanwhile.")
