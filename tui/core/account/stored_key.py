"""Storing a key where `anaconda login` does: by anaconda-auth itself (0.15.3: token.py), beside what is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.core.account.anaconda_auth import configured, library_errors, sign_in_failed
from tui.core.account.key_lookup import KeyLookup, Source, State
from tui.core.errors import Problem
from tui.core.secret import Secret
from tui.core.untrusted_text import printable

if TYPE_CHECKING:
    from anaconda_auth.config import AnacondaAuthConfig


def keeping_obstacle(search: KeyLookup) -> Problem | None:
    """Why a key that is kept would not be found again: another place wins over the keyring."""
    winner = search.winner
    if winner is None or winner.name is Source.KEYRING or not winner.key:
        unread = (row.report for row in search.rows if row.state is State.UNREADABLE and row.report)
        return next((report.problem for report in unread), None)
    message = f"The API key in {printable(winner.where)} would win over one that is kept."
    return Problem(message, "Put the new key there instead, or remove the one that is there.")


def keep_key(key: Secret, folder: Path) -> str:
    """Store a key for the domain of the settings in force; gives that domain. Writes a file: call it in a thread.

    Raises CondockError where the settings cannot be used or nothing can be stored.
    """
    with library_errors():
        config = configured(folder)
    store_key(key, config, "The API key could not be kept.")
    return printable(config.domain)


def store_key(key: Secret, config: AnacondaAuthConfig, failed: str) -> None:
    """Store the key beside the repo tokens that are there; CondockError, which says `failed`, where it is not."""
    from anaconda_auth.token import TokenInfo
    from keyring.errors import KeyringError

    path = config.keyring_path
    try:
        # anaconda-auth would create it readable by all.
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.chmod(0o600)
        info = TokenInfo.load(config.domain, create=True)
        info.api_key = key.reveal()
        info.save()
        if TokenInfo.load(config.domain, create=True) != info:
            raise KeyringError  # a keyring that was switched off takes everything and keeps nothing
    except (KeyringError, OSError, ValueError, TypeError, AttributeError):
        raise sign_in_failed(
            failed,
            f"See that {printable(str(path))} can be written and is not damaged, and that keyring is not set to "
            "another place (PYTHON_KEYRING_BACKEND, keyringrc.cfg); then try again.",
        ) from None
