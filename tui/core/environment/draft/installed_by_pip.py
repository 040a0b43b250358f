"""What pip installed into an environment, from its own records (PEP 376, PEP 610, PEP 627)."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path

from tui.core.errors import CondockError
from tui.core.files import find_text
from tui.core.untrusted_text import holds_token

_MOST = 2_000
_RECORD = r"(?a)([A-Za-z0-9][\w.]*)-([\w.!+]+)\.dist-info"
_SITE = r"python3\.\d{1,2}"
_LARGEST = 100_000


def installed_by_pip(path: Path) -> Iterator[tuple[str, str]]:
    """The requirements that pip was asked for, each with why it cannot be installed elsewhere, or an empty text.

    Where pip did not write down what it was asked for, all that it installed.
    """
    found = [
        (folder, name)
        for folder, name in _records(path)
        if _says(path, folder, name, "INSTALLER") in ("pip", "uv")
    ]
    asked = [record for record in found if _says(path, *record, "REQUESTED") is not None]
    for folder, name in asked or found:
        if record := re.fullmatch(_RECORD, name):
            yield _requirement(
                record[1].replace("_", "-"), record[2], _says(path, folder, name, "direct_url.json")
            )


def _requirement(name: str, version: str, direct: str | None) -> tuple[str, str]:
    plain = f"{name}=={version}"
    if direct is None:
        return plain, ""
    origin: object = None
    with suppress(ValueError, RecursionError):
        origin = json.loads(direct)
    url = origin.get("url") if isinstance(origin, dict) else None
    if not isinstance(url, str) or not url.isprintable() or " " in url or not url.startswith("https://"):
        return plain, "it was installed from a folder of this machine"
    if holds_token(url):
        return plain, "the address it was installed from has a token in it"
    vcs = origin.get("vcs_info") if isinstance(origin, dict) else None
    if not isinstance(vcs, dict):
        return f"{name} @ {url}", ""
    commit = vcs.get("commit_id")
    at = f"@{commit}" if isinstance(commit, str) and re.fullmatch(r"[0-9a-f]{7,64}", commit) else ""
    return f"{name} @ git+{url}{at}", ""


def _records(path: Path) -> Iterator[tuple[str, str]]:
    """The folders of packages, and the names of the records in them."""
    for folder in ("lib", "Lib"):
        for site in _entries(path / folder):
            inner = f"{folder}/{site}/site-packages" if re.fullmatch(_SITE, site) else f"{folder}/{site}"
            if inner.endswith("/site-packages"):
                yield from ((inner, name) for name in _entries(path / inner) if name.endswith(".dist-info"))


def _entries(path: Path) -> list[str]:
    with suppress(OSError), os.scandir(path) as entries:
        return sorted(entry.name for entry in islice(entries, _MOST) if entry.name.isprintable())
    return []


def _says(path: Path, folder: str, name: str, file: str) -> str | None:
    """The text of a file of a record; None where it is not there."""
    with suppress(CondockError):
        text = find_text(path, f"{folder}/{name}/{file}", _LARGEST)
        return None if text is None else text.strip()
    return None
