"""The settings of a folder's .env that decide where a key goes, and those of them that count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from tui.core.trust.agreement import agreed
from tui.core.trust.claim import Claim, ClaimKind, exact

_HOLD_KEYS = {f"ANACONDA_{plugin}_{name}" for plugin in ("AUTH", "CLOUD") for name in ("API_KEY", "KEYRING")}
"""Variables that give a key of the folder's own, and show nobody one of the user's."""

_WITH_VARIABLE = (
    "There is a variable in it, so condock itself uses no setting of this file, even after a yes: only a build "
    "that mounts the file does."
)


def setting_claims(values: Mapping[str, str | None], source: str) -> Iterator[Claim]:
    """A claim for each setting of anaconda-auth in these lines of a .env file, written as NAME=value.

    The values have to be those of the file, with no variable filled in: what is agreed to must not change with
    the environment, and a key in it must not be shown.
    """
    for name, value in values.items():
        if is_setting(name):
            note = _WITH_VARIABLE if "$" in (value or "") else ""
            yield Claim(ClaimKind.SETTING, f"{exact(name.upper())}={exact(value or '')}", source, note)


def is_setting(name: str) -> bool:
    """True if a variable of this name, in any case, steers anaconda-auth; a key itself does not."""
    return name.upper().startswith("ANACONDA_") and name.upper() not in _HOLD_KEYS


def settings_count(values: Mapping[str, str | None], folder: Path, env: Mapping[str, str]) -> bool:
    """True if the user agreed to every setting in these lines; one alone that is not agreed to bars them all.

    So does one with a `$`: anaconda-auth would put a variable of the process there, such as the key.
    """
    claims = set(setting_claims(values, ""))
    if any(claim.note for claim in claims):
        return False
    return not claims or claims <= agreed(folder, env)
