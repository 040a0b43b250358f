"""`make bench`: what condock costs, as ratios to a floor measured in the same run wherever there is one.

`python -m tests.bench start editor` runs some of it.
"""

from __future__ import annotations

import compileall
import sys

from tests.bench import build_view, condock_build, doctor, editor, proof, solving, start, walking
from tests.paths import ROOT

PARTS = {
    "start": start.rows,
    "walking": walking.rows,
    "editor": editor.rows,
    "doctor": doctor.rows,
    "solving": solving.rows,
    "build": condock_build.rows,
    "view": build_view.rows,
    "proof": proof.rows,
}


def main() -> None:
    """Print a table as it is measured; a goal that is not reached is marked."""
    for folder in ("tui", "screens"):  # each start would compile it anew where PYTHONDONTWRITEBYTECODE is set
        compileall.compile_dir(ROOT / folder, quiet=1)
    for name in sys.argv[1:] or PARTS:
        for row in PARTS[name]():
            print(row, flush=True)


if __name__ == "__main__":
    main()
