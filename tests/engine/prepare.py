"""Makes ahead, on the engine of `up`, what its tests would each wait for: the base images and wheels of PyPI."""

from __future__ import annotations

import sys

from tests.engine import base_images
from tests.engine.company import fetch
from tests.engine.engine import find
from tests.stages.turns import one_at_a_time


def main() -> int:
    """The exit code: 1 where no engine of ours is up."""
    engine = find()
    if engine is None or engine.state is None:
        print("no engine of tests/engine/up is running", file=sys.stderr)
        return 1
    with one_at_a_time("base-images"):
        base_images.prepare(engine, engine.env["CONDOCK_TEST_REGISTRY"])
    with one_at_a_time("wheels"):
        fetch(engine.state / "cache")
    return 0


if __name__ == "__main__":
    sys.exit(main())
