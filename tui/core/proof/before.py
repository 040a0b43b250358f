"""Looks before a build is sent anything: is the key in the files that it would be sent."""

from __future__ import annotations

from tui.core.building.attempt import Attempt
from tui.core.proof.context.search import ContextSearch, search_context
from tui.core.proof.key_search import TooShortError


def search_before(attempt: Attempt) -> ContextSearch | None:
    """Search what this build is sent; None where it mounts no key, or one too short to be told from other data.

    CondockError with KEY_FOUND where the key is in it.
    """
    project = attempt.project
    if attempt.key is None:
        return None
    try:
        return search_context(
            str(project.path), project.plan.build.dockerfile, attempt.key, attempt.env, attempt.fingerprint
        )
    except TooShortError:
        return None
