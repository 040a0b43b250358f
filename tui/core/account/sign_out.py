"""Signing out: the stored key is removed as `anaconda logout` does it (anaconda-auth 0.15.3, actions.py)."""

from __future__ import annotations

from pathlib import Path

from tui.core.account.anaconda_auth import configured, library_errors, sign_in_failed
from tui.core.account.key_lookup import KeyLookup, Source, State
from tui.core.errors import Problem


def sign_out_obstacle(search: KeyLookup) -> Problem | None:
    """Why signing out would change nothing, or cannot be done."""
    unread = [row.report for row in search.rows if row.state is State.UNREADABLE and row.report]
    winner = search.winner
    if unread:
        return unread[0].problem
    if winner is None or not winner.key:
        return Problem(f"No API key is stored for {search.domain}.", "There is nothing to sign out of.")
    if winner.name is Source.KEYRING:
        return None
    return Problem(
        f"The API key in {winner.where} ({winner.name}) is used, and signing out would not change that.",
        "Remove it there instead.",
    )


def sign_out(search: KeyLookup, folder: Path) -> None:
    """Removes the stored key of the search's domain, and with it the repo tokens stored for that domain.

    Other domains' keys stay. The key itself stays good until it expires: only its owner's web page revokes it.
    `folder` is the project's. Blocks while anaconda-auth is imported: call it in a thread. Raises CondockError
    where it would change nothing, or the keyring does not let go of the key.
    """
    if obstacle := sign_out_obstacle(search):
        raise sign_in_failed(obstacle.message, obstacle.hint)
    with library_errors():
        config = configured(folder)
        from anaconda_auth.actions import logout
        from anaconda_auth.token import KEYRING_NAME
        from keyring import get_password
        from keyring.errors import KeyringError

        try:
            logout(config)
            if get_password(KEYRING_NAME, config.domain) is not None:
                raise KeyringError  # anaconda-auth takes an entry that cannot be removed for one that is not there
        except (KeyringError, OSError, ValueError, TypeError, AttributeError):
            raise sign_in_failed(
                "The stored API key could not be removed.",
                "See that the keyring can be written (~/.anaconda/keyring), and that no other .env or variable "
                "holds a key; then try again.",
            ) from None
