"""Every source of an API key, in anaconda-auth's order: which one wins, which are shadowed, what is wrong."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from tui.core.account.key import KeyReport, check_key
from tui.core.account.key_lookup import KeyLookup, KeySource, Source, State
from tui.core.account.keyrings import read_keyring
from tui.core.account.settings import read_settings
from tui.core.account.sources import Layer
from tui.core.dataclass import replace
from tui.core.errors import Problem
from tui.core.secret import Secret

_ALWAYS = (Source.VARIABLE, Source.SECRETS, Source.DOTENV, Source.CONFIGURATION, Source.KEYRING)
"""The sources that are listed also where nothing is in them."""


def find_key(folder: Path, env: Mapping[str, str], now: float | None = None, site: str = "") -> KeyLookup:
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
    return KeyLookup(
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
