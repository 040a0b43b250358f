"""Lock files that condock wrote, built on the real engine; and the switch that keeps packages between builds."""

from __future__ import annotations

import hashlib
import json
import random
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.engine import conda_packages as made
from tests.engine.channel import Channel, files_of, running
from tests.engine.condock import GREETING, Folder
from tests.engine.conftest import JWT, OPAQUE
from tests.engine.engine import image_of
from tests.engine.image_scan import find_in_image
from tests.engine.pip_packages import IndexHandler, python_and_pip, simple_index, wheel
from tui.core.environment.document import read_environment
from tui.core.locks.conda_lock import read_packages
from tui.core.locks.lock_writer import lock_text, pip_lock_text
from tui.core.locks.locks import PIP_LOCK, lock_name
from tui.core.plan import BuildPlan
from tui.core.secret import Secret
from tui.core.solving.channel_access import ChannelAccess
from tui.core.solving.channel_session import ChannelSession
from tui.core.solving.request import solve_request
from tui.core.solving.solution import Solution

PLATFORMS = ("linux-64", "linux-aarch64")
WHEEL = wheel("tiny_wheel", "hello from a wheel")
DIGEST = f"--hash=sha256:{hashlib.sha256(WHEEL).hexdigest()}"
ASK = ("/env/bin/python", "-c", "import tiny_wheel; print(tiny_wheel.SAYS)")
BIG = [f"big-{number}" for number in range(6)]
CACHE_MOUNT = "--mount=type=cache,id=condock-downloads,target=/kept"


@pytest.fixture(scope="module")
def files(busybox: bytes) -> dict[str, bytes]:
    private = [*made.sample_packages(), *made.busybox(busybox), *python_and_pip(), *map(_big, BIG)]
    index = simple_index("/tools/simple", "tiny_wheel", WHEEL)
    return files_of("private", private) | index


@pytest.fixture
def channel(files: dict[str, bytes], tools: str) -> Iterator[Channel]:
    """In the place of the usual one, with more in it."""
    with running(Channel([JWT, OPAQUE], files, tools), IndexHandler) as channel:
        yield channel


def _big(name: str) -> made.Package:
    content = random.Random(name).randbytes(300_000)
    return made.Package(name, "1.0", {f"share/{name}": made.File(content)})


async def lock(folder: Folder, key: str, *platforms: str) -> list[str]:
    """Solve the folder's environment.yml and write its lock files; their names."""
    text = (folder.path / "environment.yml").read_text()
    access = ChannelAccess(Secret(key), trusted=(urlsplit(folder.channel.url).netloc,))
    async with ChannelSession(access, folder.env) as session:
        for platform in platforms:
            request = solve_request(BuildPlan(), read_environment(text), platform)
            solution = await session.solve(request)
            assert isinstance(solution, Solution), solution
            folder.write(lock_name(platform), lock_text(solution, text, request.virtual_packages))
    names = [lock_name(platform) for platform in platforms]
    if pip := pip_lock_text(text):
        folder.write(PIP_LOCK, pip)
        names.append(PIP_LOCK)
    return names


def init(folder: Folder, locks: list[str], *options: str) -> None:
    folder.init(*(word for name in locks for word in ("--lock", name)), *options)


async def test_what_was_solved_is_built_without_solving(folder: Folder, key: str) -> None:
    init(folder, await lock(folder, key, *PLATFORMS))
    folder.channel.requests.clear()
    done = folder.run("build", key=key)
    assert done.code == 0, done.stderr
    assert folder.in_image() == GREETING
    asked = {request.path.rpartition("/")[2] for request in folder.channel.requests if "/private/" in request.path}
    assert asked == {f"{name}-0.tar.bz2" for name in ("greeting-1.1", "busybox-1.35.0", "zones-data-2026.1")}


async def test_a_lock_that_does_not_fit_any_more_is_refused_before_the_build(folder: Folder, key: str) -> None:
    init(folder, await lock(folder, key, *PLATFORMS))
    folder.write(
        "environment.yml", f"channels: [{folder.channel.private}]\ndependencies: [greeting, zones-data]\n"
    )
    done = folder.run("build", "--json", key=key)
    assert (done.code, done.stdout) == (2, "")
    assert "conda-linux-64.lock does not fit environment.yml any more." in done.stderr


async def test_a_lock_of_another_architecture_is_refused_by_condock_and_by_the_build(
    folder: Folder, key: str, tmp_path: Path
) -> None:
    init(folder, await lock(folder, key, "linux-aarch64"), "--secret", "none")
    done = folder.run("build")
    assert (done.code, "No lock file is for linux-64." in done.stderr) == (2, True)
    rendered = folder.run("render").stdout  # without an engine nothing is known of its platform
    with (
        pytest.raises(RuntimeError, match=r"There is no lock file for amd64\."),
        image_of(folder.engine, rendered, folder.path),
    ):
        pytest.fail("it was built")


async def test_a_package_that_is_not_the_one_that_was_locked_fails_the_build(folder: Folder, key: str) -> None:
    init(folder, await lock(folder, key, "linux-64"))
    file = folder.path / lock_name("linux-64")
    head, _, digest = file.read_text().rpartition("#sha256:")
    file.write_text(f"{head}#sha256:{'0' * 64}\n")
    done = folder.run("build", "--json", key=key)
    assert (done.code, done.events[-1]["type"]) == (1, "failed")
    assert "ChecksumMismatchError" in done.stdout
    assert digest.strip() in done.stdout


def with_pip(folder: Folder, *lines: str) -> None:
    listed = "".join(f"    - {json.dumps(line)}\n" for line in lines)
    text = f"channels: [{folder.channel.private}]\ndependencies:\n- python\n- pip\n- pip:\n{listed}"
    folder.write("environment.yml", text)


@pytest.mark.usefixtures("debian_python")
async def test_what_is_for_pip_is_installed_after_conda(folder: Folder, key: str) -> None:
    with_pip(folder, f"--index-url {folder.channel.wheels}", f"tiny-wheel==1.0 {DIGEST}")
    locks = await lock(folder, key, "linux-64")
    assert locks == ["conda-linux-64.lock", "conda-pip.lock"]
    init(folder, locks[:1])
    done = folder.run("build", key=key)
    assert (done.code, "environment.yml has packages for pip" in done.stderr) == (2, True)
    init(folder, locks, "--force")
    done = folder.run("build", "--json", key=key)
    assert done.code == 0, done.stdout[-3000:]
    assert folder.in_image(*ASK) == "hello from a wheel"
    wheels = [request for request in folder.channel.requests if request.path.endswith(".whl")]
    assert [request.authorized for request in wheels] == [False]


@pytest.mark.usefixtures("debian_python")
async def test_a_wheel_with_another_hash_fails_the_build(folder: Folder, key: str) -> None:
    wrong = f"--hash=sha256:{'0' * 64}"
    with_pip(folder, f"--index-url {folder.channel.wheels}", f"tiny-wheel==1.0 {wrong}")
    init(folder, await lock(folder, key, "linux-64"))
    done = folder.run("build", "--json", key=key)
    assert done.code == 1
    assert "DO NOT MATCH THE HASHES" in done.stdout


@pytest.mark.usefixtures("debian_python")
def test_conda_locks_file_becomes_lists_that_build_the_same(folder: Folder, key: str) -> None:
    python, pip_itself = python_and_pip()
    files = [f"{package.subdir}/{package.file_name}" for package in (pip_itself, python)]
    urls = [f"{folder.channel.private}/{file}" for file in files]
    conda = [{"manager": "conda", "url": url, "hash": {"md5": folder.channel.md5(url)}} for url in urls]
    url = f"{folder.channel.wheels}/tiny_wheel-1.0-py3-none-any.whl"
    pip = {"manager": "pip", "url": url, "hash": {"sha256": hashlib.sha256(WHEEL).hexdigest()}}
    plain = {"version": "1.0", "platform": "linux-64", "category": "main"}
    named = zip(["pip", "python", "tiny-wheel"], [*conda, pip], strict=True)
    packages = [{"name": name, **plain, **entry} for name, entry in named]
    content = {"version": 1, "metadata": {"platforms": ["linux-64"]}, "package": packages}
    locked = read_packages(json.dumps(content))
    folder.write(lock_name("linux-64"), lock_text(locked.solutions[0], ""))
    folder.write(PIP_LOCK, pip_lock_text("", locked.requirements))
    (folder.path / "environment.yml").unlink()
    init(folder, [lock_name("linux-64"), PIP_LOCK])
    done = folder.run("build", "--json", key=key)
    assert done.code == 0, done.stdout[-3000:]
    assert folder.in_image(*ASK) == "hello from a wheel"


# The package cache


@pytest.fixture
def empty_cache(package_cache: None, folder: Folder, tmp_path: Path) -> None:
    """`--no-cache` empties cache mounts (moby/buildkit)."""
    recipe = f"FROM {folder.images.runtime.pinned}\nRUN {CACHE_MOUNT} true"
    with image_of(folder.engine, recipe, tmp_path / "scratch", "--no-cache"):
        pass


def fetched(folder: Folder) -> set[str]:
    """The packages that were asked for since the last time."""
    paths = [request.path for request in folder.channel.requests if "/private/" in request.path]
    folder.channel.requests.clear()
    return {path.rpartition("/")[2].removesuffix("-1.0-0.tar.bz2") for path in paths if "repodata" not in path}


@pytest.mark.usefixtures("empty_cache")
@pytest.mark.parametrize("switch", [True, False])
def test_one_more_package_does_not_fetch_the_others_again(
    folder: Folder, key: str, switch: bool, tmp_path: Path
) -> None:
    folder.init("--command", "cat", *(["--package-cache"] if switch else []))
    for count in (len(BIG) - 1, len(BIG)):
        text = f"channels: [{folder.channel.private}]\ndependencies: [{', '.join(BIG[:count])}]\n"
        folder.write("environment.yml", text)
        asked_before = fetched(folder)
        done = folder.run("build", key=key)
        assert done.code == 0, done.stderr
    assert asked_before == set(BIG[:-1])
    assert fetched(folder) == ({BIG[-1]} if switch else set(BIG))
    there = folder.in_image("ls", "/env/share", "/var/cache").split()
    assert set(BIG) <= set(there)
    assert "conda" not in there


@pytest.mark.usefixtures("empty_cache")
def test_the_cache_holds_the_packages_and_not_the_key(folder: Folder, key: str, tmp_path: Path) -> None:
    folder.init("--package-cache")
    done = folder.run("build", key=key)
    assert done.code == 0, done.stderr
    recipe = f"FROM {folder.images.runtime.pinned}\nARG NOW\nRUN {CACHE_MOUNT} cp -r /kept /copy"
    with image_of(folder.engine, recipe, folder.scratch, f"--build-arg=NOW={uuid.uuid4()}") as image:
        found = folder.engine.docker("run", "--rm", "--network=none", image, "find", "/copy")
        assert "greeting-1.1" in found
        assert find_in_image(folder.engine, image, key, tmp_path) == set()
