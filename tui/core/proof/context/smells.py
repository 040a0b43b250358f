"""The smells of a folder that is about to become an image, by names and by a look into small files."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from fnmatch import fnmatchcase

from tui.core.account.others_keys import OTHERS_KEYS

_NAMES = {
    ".env": "variables, perhaps with keys",
    ".env.*": "variables, perhaps with keys",
    ".envrc": "variables, perhaps with keys",
    ".git/": "the whole history of the folder",
    ".condarc": "settings of conda, perhaps with a token",
    ".anaconda/": "settings of Anaconda, perhaps with a key",
    ".netrc": "passwords",
    ".pypirc": "passwords",
    ".npmrc": "settings, perhaps with a token",
    ".aws/": "keys of another kind",
    ".ssh/": "keys of another kind",
    "id_rsa*": "a key of another kind",
    "id_ed25519*": "a key of another kind",
    "*.pem": "a key of another kind, or a certificate",
    "*.key": "a key of another kind",
    "*.p12": "a key of another kind",
    ".venv/": "a virtual environment",
    "venv/": "a virtual environment",
    "conda-meta/": "an environment of conda",
    "node_modules/": "packages of another language",
    ".ipynb_checkpoints/": "older states of notebooks",
}
_CONTENTS = {
    re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----"): "holds a private key",
    **{re.compile(known.whole.encode()): f"holds something like {known.words}" for known in OTHERS_KEYS},
    re.compile(rb"\beyJ[\w-]{8,500}\.eyJ[\w-]{8,8000}\.[\w-]{16,}"): "holds something like a token (JWT)",
    re.compile(rb"/t/[\w-]{8,}/"): "holds an address with a token",
}
_OUTPUTS = rb'"outputs": *\[\s*\{'
_MOST_BYTES = 1_000_000


def smell_of_name(path: str) -> str:
    """The smell of a path, of a folder with a slash at its end; empty for none."""
    folder = path.endswith("/")
    name = path.rstrip("/").rpartition("/")[2]
    for pattern, what in _NAMES.items():
        if pattern.endswith("/") == folder and fnmatchcase(name, pattern.rstrip("/")):
            return what
    return ""


def smell_of_content(path: str, size: int) -> str:
    """The smell of a file by what is in it; empty for none, and for one of more than a megabyte."""
    if size > _MOST_BYTES:
        return ""
    content = b""
    with suppress(OSError), open(path, "rb", opener=_no_link) as file:
        content = file.read(_MOST_BYTES)
    if path.endswith(".ipynb") and re.search(_OUTPUTS, content):
        return "a notebook with its outputs"
    return next((what for pattern, what in _CONTENTS.items() if pattern.search(content)), "")


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
