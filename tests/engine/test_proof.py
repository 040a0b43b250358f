"""Each place of a real image in which a key can hide is searched, on both stores, and nothing else is found."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from tests.engine.base_images import BaseImages
from tests.engine.condock import CONDOCK
from tests.engine.engine import Engine
from tests.planted import JWT, OPAQUE, OTHER_JWT

BASIC = b64encode(f"user:{OPAQUE}".encode()).decode()
DOCKERFILE = f"""\
FROM {{base}}
ARG TOKEN
LABEL org.token={BASIC}
ENV TOKEN={BASIC}
COPY plain /etc/plain
COPY packed.gz /etc/packed.gz
COPY plain /etc/deleted
RUN rm /etc/deleted
RUN test -n "$TOKEN"
"""
PLACES = {
    "etc/plain",
    "etc/packed.gz",
    "etc/deleted",
    "the variable TOKEN",
    "the label org.token",
    "the history",
}


@pytest.fixture(params=["classic store", "containerd store"])
def store(request: pytest.FixtureRequest, engine: Engine) -> Engine:
    return engine if request.param == "classic store" else request.getfixturevalue("second_engine")


def audit(engine: Engine, folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    env = {**engine.env, "HOME": str(folder)}
    argv = [str(CONDOCK), "audit", "--json", *arguments]
    done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert OPAQUE not in done.stdout + done.stderr
    return done.returncode, json.loads(done.stdout)["predicate"]


def test_each_hiding_place_is_found_and_nothing_among_other_keys(
    store: Engine, base_images: BaseImages, tmp_path: Path
) -> None:
    (tmp_path / "plain").write_text(f"token: {OPAQUE}\n")
    (tmp_path / "packed.gz").write_bytes(gzip.compress(b"x" * 9_000 + OPAQUE.encode()))
    (tmp_path / "Dockerfile").write_text(DOCKERFILE.format(base=base_images.runtime.pinned))
    (tmp_path / "secret").write_text(f"{OPAQUE}\n")
    (tmp_path / "other").write_text(JWT)
    image = f"condock-test/proof:{os.urandom(6).hex()}"
    arguments = ("--network=host", f"--build-arg=TOKEN={OPAQUE}", "--load", "--tag", image)
    store.docker("buildx", "build", "--quiet", *arguments, str(tmp_path))
    try:
        code, said = audit(store, tmp_path, image, "--secret-file", "secret")
        assert (code, said["result"], said["unread"]) == (5, "found", [])
        found = {one["where"]: one for one in said["findings"]}
        assert set(found) - {"an older description of the image"} == PLACES
        assert [found[place]["deleted"] for place in ("etc/deleted", "etc/plain")] == [True, False]
        assert found["etc/packed.gz"]["instruction"].startswith("COPY packed.gz /etc/packed.gz")
        assert said["size"] > 10_000_000
        (tmp_path / "plain").write_text(OTHER_JWT)
        code, said = audit(store, tmp_path, image, "--secret-file", "other")
        assert (code, said["result"], said["findings"], said["unread"]) == (0, "not found", [], [])
    finally:
        store.docker("image", "rm", "--force", image)
