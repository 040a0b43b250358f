"""The outcome of a search for the API key, as data: the project has it, without what it takes to look."""

from __future__ import annotations

from enum import StrEnum

from tui.core.account.key import RENEWAL, KeyReport
from tui.core.dataclass import dataclass
from tui.core.errors import Problem
from tui.core.secret import KEY_VARIABLE, Secret


class Source(StrEnum):
    """The places that anaconda-auth looks in, by names for people."""

    VARIABLE = "environment variable"
    SECRETS = "secrets folder"
    DOTENV = ".env file"
    SITE = "site"
    LEGACY = "old setting"
    CONFIGURATION = "configuration"
    KEYRING = "keyring"


class State(StrEnum):
    """The state of a source after the search."""

    WON = "won"
    SHADOWED = "shadowed"
    ABSENT = "absent"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class KeySource:
    """One row of the search."""

    name: Source
    where: str
    """A variable, or a path with the home folder as `~`."""
    state: State
    key: Secret | None = None
    """The key as it was found; an empty one where the source is set to nothing."""
    report: KeyReport | None = None
    """On the key, or on why there is none to read; None where the source is absent."""
    shadowed_by: str = ""
    """The place of the source that counts instead."""

    @property
    def renewal(self) -> str:
        """The way to another key: signing in puts it into the keyring, which is asked last."""
        if self.name is Source.KEYRING:
            return "Sign in again with `anaconda login`, or in the wizard."
        return f"Put a new one into {self.where}, or remove it there and sign in with `anaconda login`."


@dataclass(frozen=True)
class KeyLookup:
    """All sources, the strongest first."""

    rows: tuple[KeySource, ...]
    domain: str
    """The host the key is for."""

    @property
    def winner(self) -> KeySource | None:
        """The source that counts, also where its key cannot work (see its report)."""
        return next((row for row in self.rows if row.state is State.WON), None)

    @property
    def renewal(self) -> str:
        """The way to another key than the one that counts."""
        return self.winner.renewal if self.winner else RENEWAL

    @property
    def problem(self) -> Problem | None:
        """Why there is no usable key, if there is none."""
        if self.winner:
            return self.winner.report.problem if self.winner.report else None
        unread = (row.report.problem for row in self.rows if row.state is State.UNREADABLE and row.report)
        return next(unread, None) or Problem("No API key was found.", f"Sign in, or set {KEY_VARIABLE}.")
