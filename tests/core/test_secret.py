"""The key's text is asked for at few places, all of them known here."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

from tests.paths import ROOT

BORDERS = {
    # The source it was found in, or is kept in: a keyring's table, and signing in, which trades a token for it.
    "tui/core/account/keyrings.py": 1,
    "tui/core/account/device.py": 1,
    "tui/core/account/stored_key.py": 1,
    # The Authorization header of a check that the user can see; the solver's process sends its own.
    "tui/core/account/session.py": 1,
    "tui/core/solving/solver_process.py": 1,
    # The environment of the build.
    "tui/core/building/running/process.py": 1,
    # The .env file, on a clear yes.
    "tui/core/account/key_file.py": 1,
}
"""The four borders of the design that the text crosses, with the calls there."""

LOOKED_AT = {
    "tui/core/account/key.py": 1,  # judged by its form
    "tui/core/building/key/fingerprint.py": 1,  # hashed with a salt
    "tui/core/untrusted_text.py": 1,  # searched for, to be masked
    "tui/core/proof/key_search.py": 1,  # searched for in images
}
"""Where something is found out about the text, and none of it handed on."""


def calls_of_reveal(path: Path) -> int:
    nodes = ast.walk(ast.parse(path.read_text()))
    return sum(isinstance(node, ast.Attribute) and node.attr == "reveal" for node in nodes)


def test_the_text_is_revealed_at_the_borders_only() -> None:
    files = [path for folder in ("tui", "screens") for path in (ROOT / folder).rglob("*.py")]
    found = Counter({path.relative_to(ROOT).as_posix(): calls_of_reveal(path) for path in files})
    assert +found == Counter(BORDERS | LOOKED_AT)
