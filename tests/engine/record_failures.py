"""Records builds that fail: `python -m tests.engine.record_failures [NAME ...]`, all of them without a name."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from tests.engine import base_images
from tests.engine.channel import serving
from tests.engine.engine import Engine, find
from tests.engine.failing import Failed, fail, places, start
from tests.engine.failures import REAL, RIGHT, SAYS, STARTS
from tests.paths import DATA

FAILURES = DATA / "failures"


def main(names: list[str]) -> None:
    """Run the builds and write a file each; the engine has to be that of tests/engine/up."""
    engine = find()
    if engine is None or engine.state is None:
        sys.exit("This needs the engine of tests/engine/up.")
    registry = engine.env["CONDOCK_TEST_REGISTRY"]
    images = base_images.prepare(engine, registry)
    busybox = (engine.state / "root/bin/busybox").read_bytes()
    with (
        tempfile.TemporaryDirectory() as folder,
        serving([RIGHT], busybox) as channel,
        places(images, registry, channel, Path(folder)) as where,
    ):
        for name in names or [*REAL, *SAYS, *STARTS]:
            (scratch := Path(folder, name)).mkdir()
            if name in STARTS:
                failed = start(STARTS[name], where, engine, scratch)
            else:
                failed = fail((REAL | SAYS)[name], where, engine, scratch)
            kind = "start.txt" if name in STARTS else "txt" if name.endswith(".plain") else "rawjson"
            (FAILURES / f"{name}.{kind}").write_bytes(_impersonal(failed, engine, scratch))
            print(f"{name}: exit code {failed.code}, {len(failed.output):,} bytes")


def _impersonal(failed: Failed, engine: Engine, scratch: Path) -> bytes:
    """What was said, without the names that only this machine has."""
    said = failed.output.replace(str(scratch).encode(), b"/project")
    if engine.state:
        usual = {"run": "/var/run", "docker": "/var/lib/docker", "docker-config": "/root/.docker"}
        for name, path in usual.items():
            said = said.replace(f"{engine.state}/{name}/".encode(), f"{path}/".encode())
    return re.sub(rb"(on )[\d.]+(:53:)", rb"\g<1>192.0.2.53\2", said)


if __name__ == "__main__":
    main(sys.argv[1:])
