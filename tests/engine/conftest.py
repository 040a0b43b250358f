"""The engine, its registry, its base images and a channel that wants a key, all of them real."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from tests.engine import base_images as images
from tests.engine import engine as engines
from tests.engine.channel import Channel, Serve, files_of, running, serving
from tests.engine.conda_packages import tools_packages
from tests.engine.condock import Folder, new_folder, project_folder
from tests.engine.pip_packages import IndexHandler, python_and_pip, simple_index
from tests.engine.scripted import publish_scripted
from tests.engine.thief import SDIST, thieving_sdist, with_company
from tests.engine.throwaway import Throwaway, throwaway
from tests.stages.turns import one_at_a_time

HERE = Path(__file__).parent
HOW = "no Docker engine: start yours (on Linux), or run tests/engine/up as root on Debian"
# Shaped like a real one (three parts of base64), so that whatever looks for keys sees it as one.
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJjb25kb2NrIiwiZXhwIjo0MTAyNDQ0ODAwfQ.c2lnbmF0dXJlLW9mLWEtdGVzdC1rZXk"
OPAQUE = "opaque+test/key=0f9e8d7c6b5a4938"  # looks different URL-encoded


LONG = ("brought", "forms", "survives", "build", "cache_truth", "locks", "failures", "endures", "beyond", "proof")
"""Files that take minutes: begun last, each would have the others' processes wait for its end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.engine)
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """The place of its file among the engine's; of all others the order stays."""
    name = item.path.stem.removeprefix("test_").removeprefix("condock_")
    is_long = HERE in item.path.parents and name in LONG
    return LONG.index(name) if is_long else len(LONG)


@pytest.fixture(scope="session")
def engine() -> engines.Engine:
    """The engine, or a skip that says how to get one; CONDOCK_TEST_ENGINE=required makes that a failure."""
    found = engines.find()
    if found is None and os.environ.get("CONDOCK_TEST_ENGINE") == "required":
        pytest.exit(HOW, returncode=1)
    return found or pytest.skip(HOW)


@pytest.fixture(scope="session")
def second_engine(engine: engines.Engine) -> engines.Engine:
    """Another engine of the same packages, with the containerd image store."""
    return engines.second(engine) or pytest.skip("the second engine is one of tests/engine/up")


@pytest.fixture(scope="session")
def registry(engine: engines.Engine) -> Iterator[str]:
    """`host:port` of a loopback registry."""
    if known := engine.env.get("CONDOCK_TEST_REGISTRY"):
        yield known
        return
    # Somebody's own engine: not exercised by CI.
    container = engine.docker("run", "--detach", "--rm", "--publish=127.0.0.1::5000", "registry:2")
    try:
        yield engine.docker("port", container, "5000/tcp").splitlines()[0]
    finally:
        engine.docker("rm", "--force", container)


@pytest.fixture(scope="session")
def base_images(engine: engines.Engine, registry: str) -> images.BaseImages:
    """The builder and the runtime image, in the registry."""
    with one_at_a_time("base-images"):
        return images.prepare(engine, registry)


@pytest.fixture(scope="session")
def key() -> str:
    """A key that can be searched for; it opens the private channel and nothing else in the world."""
    return JWT


@pytest.fixture(scope="session")
def opaque_key() -> str:
    """Another key of the private channel, which is no JWT."""
    return OPAQUE


@pytest.fixture(scope="session")
def busybox(engine: engines.Engine) -> bytes:
    """A static busybox, the one program in the test packages."""
    binary = engine.state / "root/bin/busybox" if engine.state else Path("/bin/busybox")
    if not binary.exists():
        pytest.skip(f"{binary} is missing: install busybox-static")
    return binary.read_bytes()


@pytest.fixture(scope="session")
def tools() -> Iterator[str]:
    """The public channel, one for all tests as it is for everybody: what is installed of it is in the cache."""
    with running(Channel([], files_of("tools", tools_packages()))) as public:
        yield public.tools


@pytest.fixture(scope="session")
def serve(busybox: bytes, tools: str) -> Serve:
    """A new server of the usual channel for these keys."""
    return partial(serving, busybox_binary=busybox, tools=tools)


@pytest.fixture
def channel(key: str, opaque_key: str, serve: Serve) -> Iterator[Channel]:
    """A new server for each test, so that no step with the key of an earlier build is in the cache."""
    with serve([key, opaque_key]) as running:
        yield running


@pytest.fixture
def debian_python(engine: engines.Engine, base_images: images.BaseImages) -> images.Image:
    """The runtime for tests with the Python packages: they stand on the Python that Debian 12 has."""
    if engine.state is None:
        pytest.skip("the test packages for Python stand on that of Debian 12, in the images of tests/engine/up")
    return base_images.python


@pytest.fixture(scope="session")
def thief_files() -> dict[str, bytes]:
    """Channels with a Python, pip and the thieves."""
    name, sdist = thieving_sdist()
    index = simple_index("/tools/simple", SDIST, sdist, name)
    return files_of("private", [*with_company(), *python_and_pip()]) | index


@pytest.fixture
def thief_channel(key: str, thief_files: dict[str, bytes], tools: str) -> Iterator[Channel]:
    """A channel with packages that look for the key, new for each test."""
    with running(Channel([key], thief_files, tools), IndexHandler) as channel:
        yield channel


@pytest.fixture
def folder(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    engine: engines.Engine,
    base_images: images.BaseImages,
    channel: Channel,
) -> Iterator[Folder]:
    """A project folder to run condock on."""
    if "debian_python" in request.fixturenames:
        base_images = replace(base_images, runtime=request.getfixturevalue("debian_python"))
    with project_folder(tmp_path, engine, base_images, channel) as made:
        yield made


@pytest.fixture
def package_cache() -> Iterator[None]:
    """The cache of downloads, of which an engine has one for all plans, for this test alone."""
    with one_at_a_time("package-cache"):
        yield


@pytest.fixture
def daemon(engine: engines.Engine) -> Iterator[Throwaway]:
    """An engine that a test may fill up and kill."""
    if engine.state is None:
        pytest.skip("an engine to be killed is one of tests/engine/up")
    with throwaway(engine) as started:
        yield started


@pytest.fixture(scope="session")
def scripted_image(
    engine: engines.Engine, registry: str, busybox: bytes, tmp_path_factory: pytest.TempPathFactory
) -> images.Image:
    """A builder, and a runtime, whose conda does what `scripted.script` says."""
    with one_at_a_time("scripted"):
        return publish_scripted(engine, registry, busybox, tmp_path_factory.mktemp("scripted"))


@pytest.fixture
def scripted(tmp_path: Path, daemon: Throwaway, scripted_image: images.Image, channel: Channel) -> Folder:
    """A project folder on the engine that may be killed, built from that image."""
    everywhere = images.BaseImages(*[scripted_image] * 4)
    folder = new_folder(tmp_path, daemon.engine, everywhere, channel)
    folder.init("--form", "guide")
    return folder
