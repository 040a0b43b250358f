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

_FOUND = (
    "Share this image with nobody: make a new key and revoke this one, then build without what took it. "
    "`condock audit --last` shows the receipt."
)
_NOT_SEARCHED = "The key may be in what was not searched: `condock audit --last` shows the receipt."


def search_built(attempt: Attempt, result: Result, log: BuildLog, view: View) -> None:
    """Search what was built for the key, say what came of it, and push it where it was held back for that.

    CondockError where the key is there, not all could be searched, or it could not be pushed.
    """
    from tui.core.building.held_image import is_held
    from tui.core.proof.after import audit_build
    from tui.core.proof.held_push import push_searched
    from tui.core.proof.receipt import to_statement
    from tui.core.proof.receipt_words import receipt_line

    receipt = audit_build(attempt, result, log, Told(view.say))
    if receipt is None:
        return
    held, line = is_held(attempt.project), receipt_line(receipt)
    if held and receipt.exit_code:
        line = f"{line} Nothing was pushed."
    say_receipt(view, line, to_statement(receipt), receipt.exit_code)
    if held:
        view.say(f"Pushing {attempt.project.plan.build.image} …")
        view.say(push_searched(attempt, result, receipt))


def say_receipt(view: View, line: str, statement: Mapping[str, object], code: ExitCode) -> None:
    """Give a receipt by its line; CondockError where its exit code is not that of a good end."""
    view.record({"type": "receipt", "line": line, "statement": statement})
    if code:
        raise not_clean(line, code)
    view.say(line)


def not_clean(line: str, code: ExitCode) -> CondockError:
    """The failure that a receipt tells by this line and exit code, with what to do."""
    return CondockError(line, _FOUND if code is ExitCode.KEY_FOUND else _NOT_SEARCHED, code)


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
