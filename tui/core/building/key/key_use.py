"""Which steps the key had no part in: BuildKit's cache does not know secrets, and a wrong key succeeds from it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tui.core.building.events import BuildSucceeded
from tui.core.building.progress import BuildProgress, BuildStep, Status

KEY_NOT_USED = "from cache: key not used"
"""The words beside such a step."""

_AUTHENTICATED = r"RUN\s+(?:--\S+\s+)*--mount=\S*\btype=secret\b"


def key_unused(progress: BuildProgress) -> tuple[BuildStep, ...]:
    """The authenticated steps that came from the cache, in the order they are shown."""
    return tuple(filter(came_without_key, progress.ordered))


def came_without_key(step: BuildStep) -> bool:
    """True if it is an authenticated step that came from the cache."""
    return _from_cache(step) and is_authenticated(step)


def key_accepted(progress: BuildProgress) -> bool:
    """True if the key was used, and every step that shows it came to a good end."""
    steps = _authenticated(progress)
    ended = all(step.status in (Status.DONE, Status.CACHED) for step in steps)
    return ended and not all(map(_from_cache, steps))


def key_untested(progress: BuildProgress, changed: bool | None = None) -> bool:
    """True if a build has succeeded that shows nothing about its key; nor has an earlier one, by `key_changed`."""
    steps = _authenticated(progress)
    return (
        changed is not False
        and bool(steps)
        and isinstance(progress.outcome, BuildSucceeded)
        and all(map(_from_cache, steps))
    )


def unused_key_words(progress: BuildProgress, changed: bool | None) -> tuple[str, ...]:
    """A sentence to put below the success of an untested key; `changed` is `key_record.key_changed`."""
    if not key_untested(progress):
        return ()
    words = "The key was not used: the authenticated steps came from the cache."
    since: Mapping[bool | None, str] = {
        True: " They were made with another key.",
        False: " They were made with this key.",
    }
    return (words + since.get(changed, ""),)


def _authenticated(progress: BuildProgress) -> list[BuildStep]:
    return list(filter(is_authenticated, progress.ordered))


def is_authenticated(step: BuildStep) -> bool:
    """True if it is an instruction that mounts a secret."""
    return bool(step.name.index and re.match(_AUTHENTICATED, step.name.text))


def _from_cache(step: BuildStep) -> bool:
    """Also where the builder never said that it began: then nothing shows that it ran."""
    return step.status is Status.CACHED or (step.status is Status.DONE and not step.intervals)
