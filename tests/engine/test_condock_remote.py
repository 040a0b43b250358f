"""Builds by a builder that is no engine: buildx's `remote` driver, on the BuildKit of the second engine."""

from __future__ import annotations

import json
import shutil
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.base_images import MANIFESTS
from tests.engine.buildkit_socket import buildkit_of
from tests.engine.condock import GREETING, Folder
from tests.engine.engine import Engine
from tests.engine.image_scan import find_in_image
from tui.core.engine.builders import inspect, list_builders

AMD64, ARM64 = "linux/amd64", "linux/arm64"


@pytest.fixture
def far(folder: Folder, second_engine: Engine, tmp_path: Path) -> Iterator[Folder]:
    """A project folder where buildx knows that BuildKit as the builder `far`."""
    with far_from(folder, second_engine, tmp_path) as known:
        yield known


@contextmanager
def far_from(folder: Folder, engine: Engine, tmp_path: Path) -> Iterator[Folder]:
    """The same for the BuildKit of any engine."""
    settings = tmp_path / "docker"
    settings.mkdir()
    shutil.copytree(Path(folder.env["DOCKER_CONFIG"]) / "cli-plugins", settings / "cli-plugins", symlinks=True)
    env = {**folder.env, "DOCKER_CONFIG": str(settings)}
    with buildkit_of(engine) as address:
        Engine(env, None).docker("buildx", "create", "--name", "far", "--driver", "remote", address)
        yield replace(folder, env=env)


def test_a_remote_builder_tells_what_it_can_do(far: Folder) -> None:
    builder = inspect("far", far.env)
    assert (builder.driver, builder.known, builder.builds_several) == ("remote", True, True)
    assert builder.runs(AMD64)
    assert not builder.emulates(AMD64)
    assert builder in list_builders(far.env)


def test_a_remote_builder_gets_the_key_and_gives_the_image(
    far: Folder, second_engine: Engine, key: str, tmp_path: Path
) -> None:
    """The image is put among those of the engine, and not of the one that has built it."""
    far.init("--buildx-builder", "far")
    assert "DOCKER_HOST, builder far (remote)\n" in far.run("doctor", key=key).stdout
    done = far.run("build", key=key)
    assert done.code == 0, done.stderr
    assert far.in_image() == GREETING
    assert second_engine.docker("image", "ls", "--quiet", far.image) == ""
    private = {request for request in far.channel.requests if request.path.startswith("/private/")}
    assert {(request.authorized, request.status) for request in private} == {(True, 200)}
    assert find_in_image(far.engine, far.image, key, tmp_path) == set()


def test_what_a_remote_builder_pushes_was_searched_before(far: Folder, registry: str, key: str) -> None:
    name = f"condock-test/held:{far.image.rpartition(':')[2]}"
    far.init("--buildx-builder", "far", "--push", "--image", f"{registry}/{name}")
    done = far.run("build", key=key)
    assert done.code == 0, done.stderr
    nowhere, pushed = done.stderr.index("The key is nowhere in the image"), done.stderr.index("Pushed ")
    assert nowhere < pushed
    assert far.engine.docker("image", "ls", "--quiet", f"{registry}/{name}") == ""
    request = urllib.request.Request(f"http://{registry}/v2/{name.replace(':', '/manifests/')}")
    request.add_header("Accept", MANIFESTS)
    with urllib.request.urlopen(request, timeout=10) as answer:
        config = json.load(answer)["config"]["digest"]
    assert config in far.run("audit", "--last", "--json").stdout.replace('"sha256": "', "sha256:")


def test_several_platforms_of_a_remote_builder_cannot_be_loaded(far: Folder, key: str) -> None:
    """As the engine, without the containerd image store, has no place for them; the builder could make them."""
    far.init("--buildx-builder", "far", "--platform", f"{AMD64},{ARM64}")
    done = far.run("build", key=key)
    assert done.code == 2
    assert "An image for several platforms cannot be put among this engine's images." in done.stderr
    assert far.channel.requests == []


def test_an_engine_that_cannot_give_images_away_is_told_as_a_builder(
    folder: Folder, key: str, tmp_path: Path
) -> None:
    """The first engine has no containerd image store."""
    with far_from(folder, folder.engine, tmp_path) as near:
        near.init("--buildx-builder", "far")
        done = near.run("build", key=key)
    assert done.code == 1
    assert "This builder is a Docker engine without the containerd image store" in done.stderr
    assert "containerd-snapshotter" in done.stderr
