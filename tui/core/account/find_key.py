"""Every source of an API key, in anaconda-auth's order: which one wins, which are shadowed, what is wrong."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from tui.core.account.key import KeyReport, check_key
from tui.core.account.keyrings import read_keyring
from tui.core.account.settings import read_settings
from tui.core.account.sources import Layer, Source
from tui.core.dataclass import dataclass
from tui.core.errors import Problem
from tui.core.secret import KEY_VARIABLE, Secret

_ALWAYS = (Source.VARIABLE, Source.SECRETS, Source.DOTENV, Source.CONFIGURATION, Source.KEYRING)
"""The sources that are listed also where nothing is in them."""


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
class KeySearch:
    """All sources, the strongest first."""

    rows: tuple[KeySource, ...]
    domain: str
    """The host the key is for."""

    @property
    def winner(self) -> KeySource | None:
        """The source that counts, also where its key cannot work (see its report)."""
        return next((row for row in self.rows if row.state is State.WON), None)

    @property
    def problem(self) -> Problem | None:
        """Why there is no usable key, if there is none."""
        if self.winner:
            return self.winner.report.problem if self.winner.report else None
        unread = (row.report.problem for row in self.rows if row.state is State.UNREADABLE and row.report)
        return next(unread, None) or Problem("No API key was found.", f"Sign in, or set {KEY_VARIABLE}.")


def find_key(folder: Path, env: Mapping[str, str], now: float | None = None, site: str = "") -> KeySearch:
    """Looks for the API key of a project folder in every source anaconda-auth 0.15.3 reads.

    `env` is the environment, `now` seconds since the epoch (the clock's by default), `site` a site's name or
    domain as `anaconda --at` takes it (the default one's by default). Reads some small files and, where it is
    configured, the system's keyring: call it in a thread. Writes and prints nothing, needs no network.

    The first source that has the setting wins, even one set to nothing; only the keyring is then still asked
    (`AnacondaAuthConfig().api_key or TokenInfo.load().api_key`). A source that cannot be read is passed over,
    though anaconda-auth itself would stop at it.
    """
    settings = read_settings(folder, env, site)
    layers = (*settings.layers, read_keyring(settings, env))
    rows = [_row(layer, time.time() if now is None else now) for layer in layers]
    found = [row for row in rows if row.key is not None]
    # An empty setting does not keep anaconda-auth from its keyring, which is the last row.
    winner = found[-1] if found and not found[0].key and found[-1] is rows[-1] else next(iter(found), None)
    return KeySearch(
        tuple(_judged(row, winner, found) for row in rows if row.state is not State.ABSENT or row.name in _ALWAYS),
        settings.domain,
    )


def _row(layer: Layer, now: float) -> KeySource:
    key = layer.values.get("api_key")
    if isinstance(key, Secret):
        row = KeySource(layer.source, layer.where, State.SHADOWED, key)
        return replace(row, report=check_key(key, now, row.renewal))
    problem = layer.problem
    if key is not None:
        problem = Problem(f"The API key in {layer.where} is not text.", "Put it in quotes there.")
    if problem:
        return KeySource(
            layer.source, layer.where, State.UNREADABLE, report=KeyReport(problem, words="unreadable")
        )
    return KeySource(layer.source, layer.where, State.ABSENT)


def _judged(row: KeySource, winner: KeySource | None, found: list[KeySource]) -> KeySource:
    if row is winner:
        return replace(row, state=State.WON)
    if row.key is None or winner is None:
        return row
    # Between an empty setting and the keyring that counts in its place, it is the empty one that shadows.
    return replace(row, shadowed_by=winner.where if row is found[0] else found[0].where)
