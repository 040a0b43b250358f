"""Each place of a real image in which a key can hide is searched, on both stores, and nothing else is found."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.engine.base_images import BaseImages
from tests.engine.condock import CONDOCK, Folder
from tests.engine.engine import Engine
from tests.planted import JWT, OPAQUE, OTHER_JWT
from tests.saved_images import conda_package, zip_of
from tui.core.dockerfile.environment_steps import MOUNT

BASIC = b64encode(f"user:{OPAQUE}".encode()).decode()
DOCKERFILE = f"""\
FROM {{base}}
ARG TOKEN
LABEL org.token={BASIC}
ENV TOKEN={BASIC}
COPY plain /etc/plain
COPY packed.gz package.conda app.pyz /etc/
COPY plain /etc/deleted
RUN rm /etc/deleted
RUN test -n "$TOKEN"
"""
PLACES = {
    "etc/plain",
    "etc/packed.gz",
    "lib/k in pkg-name-1.0-0.tar.zst in etc/package.conda",
    "main.py in etc/app.pyz",
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
    store: Engine, base_images: BaseImages, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    has_attestations = "containerd" in request.node.name
    (tmp_path / "plain").write_text(f"token: {OPAQUE}\n")
    (tmp_path / "packed.gz").write_bytes(gzip.compress(b"x" * 9_000 + OPAQUE.encode()))
    (tmp_path / "package.conda").write_bytes(conda_package({"lib/k": b64encode(OPAQUE.encode())}))
    (tmp_path / "app.pyz").write_bytes(b"#!/usr/bin/env python3\n" + zip_of({"main.py": OPAQUE.encode()}))
    (tmp_path / "Dockerfile").write_text(DOCKERFILE.format(base=base_images.runtime.pinned))
    (tmp_path / "secret").write_text(f"{OPAQUE}\n")
    (tmp_path / "other").write_text(JWT)
    image = f"condock-test/proof:{os.urandom(6).hex()}"
    in_store = ["--provenance=mode=max"] if has_attestations else []
    arguments = (*in_store, "--network=host", f"--build-arg=TOKEN={OPAQUE}", "--load", "--tag", image)
    store.docker("buildx", "build", "--quiet", *arguments, str(tmp_path))
    try:
        code, said = audit(store, tmp_path, image, "--secret-file", "secret")
        assert (code, said["result"], said["unread"]) == (5, "found", [])
        found = {one["where"]: one for one in said["findings"]}
        attested = {"an attestation of the image"} if has_attestations else set()
        assert set(found) - {"an older description of the image"} == PLACES | attested
        assert [found[place]["deleted"] for place in ("etc/deleted", "etc/plain")] == [True, False]
        assert found["etc/packed.gz"]["instruction"].startswith("COPY packed.gz ")
        assert said["size"] > 10_000_000
        (tmp_path / "plain").write_text(OTHER_JWT)
        code, said = audit(store, tmp_path, image, "--secret-file", "other")
        assert (code, said["result"], said["findings"], said["unread"]) == (0, "not found", [], [])
    finally:
        store.docker("image", "rm", "--force", image)


@pytest.mark.usefixtures("package_cache")
def test_the_stages_and_the_cache_mount_are_searched_as_deep_as_is_asked(folder: Folder, key: str) -> None:
    folder.init("--package-cache")
    assert folder.run("build", key=key).code == 0
    with planted_in_the_cache_mount(folder, key):
        done = folder.run("audit", "--deep", "--json", key=key)
    predicate = json.loads(done.stdout)["predicate"]
    assert (done.code, predicate["unread"]) == (5, []), done.stderr
    assert [one["where"] for one in predicate["findings"]] == [
        f"cache-mount/planted in the cache mount at {MOUNT}"
    ]
    assert key not in done.stdout + done.stderr
    assert [line for line in done.stderr.splitlines() if line.endswith(" …")] == [
        "Searching the stage builder …",
        "Searching the stage runtime …",
        f"Searching the cache mount at {MOUNT} …",
    ]
    done = folder.run("audit", "--deep", key=key)
    assert done.code == 0, done.stdout + done.stderr
    assert "condock-audit" not in folder.engine.docker("image", "ls")


@contextmanager
def planted_in_the_cache_mount(folder: Folder, key: str) -> Iterator[None]:
    """A file with the key among the packages that are kept, as a script of one could leave it."""

    def run(command: str, folder: Folder = folder) -> None:
        mount = f"RUN --mount=type=cache,id=condock-downloads,target={MOUNT}"
        text = f"FROM {folder.images.builder.pinned}\n{mount} : {os.urandom(6).hex()}; {command}\n"
        (folder.scratch / "Dockerfile").write_text(text)
        folder.engine.docker("buildx", "build", "--network=host", "--quiet", str(folder.scratch))

    run(f"echo {key} > {MOUNT}/planted")
    try:
        yield
    finally:
        run(f"rm {MOUNT}/planted")
