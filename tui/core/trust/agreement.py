"""Keeps the claims that the user agreed to, for each folder and exact value, in their state folder.

Nothing of it is read from the folder itself, and there is no yes for everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path

from tui.core.errors import CondockError
from tui.core.state import folder_id, read_state, state_folder, write_state
from tui.core.trust.claim import Claim, ClaimKind, read_claim

VARIABLE = "CONDOCK_TRUST"
"""Of the process: more yeses for this run, KIND=VALUE, one a line."""

_FOLDER = "trust"
_MOST_FOLDERS = 1_000
_MOST_BYTES = 256_000


def agreed(folder: Path, env: Mapping[str, str]) -> frozenset[Claim]:
    """All that was agreed to for this folder: what is kept, and what the process's environment says.

    Raises CondockError where CONDOCK_TRUST holds something that cannot be agreed to.
    """
    named = (line for line in env.get(VARIABLE, "").splitlines() if line.strip())
    return kept(folder, env) | {read_claim(line) for line in named}


def kept(folder: Path, env: Mapping[str, str]) -> frozenset[Claim]:
    """The claims agreed to for this folder in earlier runs; none where the record is damaged."""
    if not (state_folder(env) / _FOLDER).is_dir():  # to hash a name for nothing takes a large library
        return frozenset()
    return _read(env, record_name(folder))


def kept_anywhere(env: Mapping[str, str]) -> Iterator[frozenset[Claim]]:
    """The claims agreed to in earlier runs, of one folder after another."""
    for record in (state_folder(env) / _FOLDER).glob("*.json"):
        yield _read(env, f"{_FOLDER}/{record.name}")


def agree(claims: Iterable[Claim], folder: Path, env: MutableMapping[str, str]) -> None:
    """Keep a yes to each of these; where nothing can be kept, it holds for this process."""
    wanted = frozenset(claims)
    if wanted <= agreed(folder, env):
        return
    _keep(kept(folder, env) | wanted, folder, env)
    if missing := wanted - kept(folder, env):
        lines = (env.get(VARIABLE, ""), *(claim.option for claim in missing if "\n" not in claim.value))
        env[VARIABLE] = "\n".join(filter(None, lines))


def take_back(claims: Iterable[Claim], folder: Path, env: Mapping[str, str]) -> None:
    """Forget the yes to each of these; CondockError for one that was never given, and where it stays."""
    before = kept(folder, env)
    for claim in claims:
        if claim not in before:
            message = f"`{claim.option}` is not among what you agreed to for this folder."
            raise CondockError(message, "`condock trust` lists what is.")
    left = before - frozenset(claims)
    _keep(left, folder, env)
    if kept(folder, env) != left:
        raise CondockError("Your yes could not be taken back.", f"Check who may write in {state_folder(env)}.")


def record_name(folder: Path) -> str:
    """The record's name in the state folder; another one for each folder."""
    return f"{_FOLDER}/{folder_id(folder)}.json"


def _read(env: Mapping[str, str], name: str) -> frozenset[Claim]:
    with suppress(ValueError, TypeError, KeyError, RecursionError):
        record = json.loads(read_state(env, name, _MOST_BYTES) or b"{}")
        return frozenset(
            Claim(ClaimKind(kind), value) for kind, value in record["agreed"] if isinstance(value, str)
        )
    return frozenset()


def _keep(claims: frozenset[Claim], folder: Path, env: Mapping[str, str]) -> None:
    agreed = sorted((claim.kind.value, claim.value) for claim in claims)
    text = json.dumps({"version": 1, "folder": str(folder.resolve()), "agreed": agreed}, indent=1)
    write_state(env, record_name(folder), text.encode(), siblings=_MOST_FOLDERS)
