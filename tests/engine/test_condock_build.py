"""`condock build` on the real engine: what it makes, and that the key is nowhere in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.engine.base_images import BaseImages
from tests.engine.channel import Serve
from tests.engine.condock import DOWNLOAD, GREETING, Done, Folder, project_folder
from tests.engine.conftest import JWT, OPAQUE
from tests.engine.engine import Engine, image_of
from tests.engine.image_scan import find_in_image, leaks
from tui.core.secret import KEY_VARIABLE

WRONG = "wrong+test/key=0f9e8d7c6b5a4938"


@dataclass(frozen=True)
class Built:
    """A folder after its build."""

    folder: Folder
    key: str
    done: Done


@pytest.fixture(scope="module", params=["variable", "dotenv"])
def built(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    engine: Engine,
    base_images: BaseImages,
    serve: Serve,
) -> Iterator[Built]:
    """One build for each way the key reaches it, with an application file copied."""
    path = tmp_path_factory.mktemp(request.param)
    with serve([JWT, OPAQUE]) as channel, project_folder(path, engine, base_images, channel) as folder:
        folder.write("app.txt", "an application\n")
        folder.init("--secret", request.param, "--copy", "app.txt")
        if request.param == "variable":
            yield Built(folder, JWT, folder.run("build", "--json", key=JWT))
        else:
            folder.write(".env", f"{KEY_VARIABLE}={OPAQUE}\n", 0o600)
            yield Built(folder, OPAQUE, folder.run("build", "--json"))


def test_both_ways_build_an_image_that_runs(built: Built) -> None:
    assert built.done.code == 0, built.done.stderr
    assert built.folder.in_image() == GREETING
    private = {request for request in built.folder.channel.requests if request.path.startswith("/private/")}
    assert {(request.authorized, request.status) for request in private} == {(True, 200)}


def test_events_are_json_lines_and_nothing_else(built: Built) -> None:
    first, *_, last, about_key, receipt = built.done.events
    assert first["type"] == "step"
    assert (last["type"], about_key["type"], receipt["type"]) == ("succeeded", "key", "receipt")
    assert str(receipt["line"]).startswith("The key is nowhere in the image: 5 layers, "), receipt["line"]
    assert last["image"] == built.folder.engine.docker("image", "inspect", "--format={{.Id}}", built.folder.image)


def test_what_is_built_again_comes_from_the_cache_and_says_so(built: Built) -> None:
    key = built.key if KEY_VARIABLE in (built.folder.path / "Dockerfile").read_text() else None
    asked = len(built.folder.channel.requests)
    image = built.folder.engine.docker("image", "inspect", "--format={{.Id}}", built.folder.image)
    for _ in range(2):
        done = built.folder.run("build", "--quiet", key=key)
        assert (done.code, done.stdout) == (0, f"{image}\n")
        assert not done.stderr or "has not answered yet" in done.stderr  # as a busy engine may
        assert built.folder.channel.requests[asked:] == []
    done = built.folder.run("build", key=key)
    assert done.code == 0
    assert f"builder 7/8 RUN {DOWNLOAD} (from cache: key not used)" in done.stderr
    same = " They were made with this key.\nRun it:" if built.key == JWT else ""  # of others nothing is kept
    assert f"the authenticated steps came from the cache.{same}" in done.stderr
    assert built.folder.channel.requests[asked:] == []
    assert not leaks(done.stderr, built.key)
    assert list(built.folder.scratch.iterdir()) == []


def test_the_application_is_not_root_and_may_write_where_it_works(built: Built) -> None:
    script = "id --user && pwd && echo note > note.txt && cat note.txt app.txt"
    assert built.folder.in_image("sh", "-c", script).splitlines() == ["10001", "/app", "note", "an application"]


def test_the_key_is_nowhere_in_the_image(built: Built, tmp_path: Path) -> None:
    assert find_in_image(built.folder.engine, built.folder.image, built.key, tmp_path) == set()


def test_the_key_is_in_no_file_and_no_output(built: Built) -> None:
    files = {file.name: file.read_bytes() for file in built.folder.path.iterdir() if file.name != ".env"}
    assert {"condock.yml", "Dockerfile", "Dockerfile.dockerignore"} <= files.keys()
    assert not any(leaks(content, built.key) for content in files.values())
    assert not leaks(built.done.stdout + built.done.stderr, built.key)
    assert list(built.folder.scratch.iterdir()) == []


SECRET = "RUN --mount=type=secret,id=key"


@pytest.mark.parametrize(
    ("planted", "places"),
    [
        (f"{SECRET} cp /run/secrets/key /planted\nRUN rm /planted", {"layer"}),
        (f"{SECRET} {{ printf xx; cat /run/secrets/key; }} | base64 --wrap=0 > /planted", {"layer"}),
        ('ARG KEY\nRUN echo "$KEY" > /planted', {"layer", "history", "manifest"}),
        ("ARG KEY\nENV KEY=$KEY", {"config", "history", "manifest"}),
    ],
    ids=["removed again", "as base64", "argument", "variable"],
)
def test_a_key_that_is_in_an_image_is_found(
    planted: str, places: set[str], engine: Engine, base_images: BaseImages, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text(OPAQUE)
    # A secret is not part of what BuildKit looks a cached step up by.
    options = ["--no-cache", f"--secret=id=key,src={file}", f"--build-arg=KEY={OPAQUE}"]
    with image_of(engine, f"FROM {base_images.runtime.pinned}\n{planted}", tmp_path, *options) as image:
        assert find_in_image(engine, image, OPAQUE, tmp_path) == places


def test_explicit_lock_files(folder: Folder, key: str) -> None:
    names = [f"conda-{platform}.lock" for platform in PLATFORMS]
    for name, platform in zip(names, PLATFORMS, strict=True):
        urls = locked(folder, platform)
        folder.write(name, "\n".join(["@EXPLICIT", *(f"{url}#{folder.channel.md5(url)}" for url in urls), ""]))
    folder.init("--lock", names[0], "--lock", names[1])
    assert_built_as_locked(folder, key)


def test_a_lock_file_of_conda_lock(folder: Folder, key: str) -> None:
    packages = [conda_locked(folder, url, platform) for platform in PLATFORMS for url in locked(folder, platform)]
    lock = {"version": 1, "metadata": {"platforms": PLATFORMS}, "package": packages}
    folder.write("conda-lock.yml", json.dumps(lock))  # JSON is YAML
    # conda-lock itself comes from conda's own channels, which here are the tests' too.
    lines = [f"FROM {folder.images.builder.pinned}", f"ENV CONDA_CHANNELS={folder.channel.tools}"]
    with image_of(folder.engine, "\n".join(lines), folder.scratch) as builder:
        folder.init("--lock", "conda-lock.yml", "--builder", builder)
        assert_built_as_locked(folder, key)


PLATFORMS = ("linux-64", "linux-aarch64")


def locked(folder: Folder, platform: str) -> list[str]:
    """The packages of a lock: not the newest greeting, so that it shows."""
    packages = ("noarch/greeting-1.0", "noarch/zones-data-2026.1", f"{platform}/busybox-1.35.0")
    return [f"{folder.channel.private}/{package}-0.tar.bz2" for package in packages]


def conda_locked(folder: Folder, url: str, platform: str) -> dict[str, object]:
    name, version, _ = url.rpartition("/")[2].rsplit("-", 2)
    plain = {"name": name, "version": version, "manager": "conda", "platform": platform, "url": url}
    return plain | {"hash": {"md5": folder.channel.md5(url)}, "dependencies": {}, "category": "main"}


def assert_built_as_locked(folder: Folder, key: str) -> None:
    done = folder.run("build", key=key)
    assert done.code == 0, done.stderr
    assert folder.in_image() == "hello from greeting 1.0"
    asked = [request.path for request in folder.channel.requests if request.path.startswith("/private/")]
    assert not any("repodata" in path for path in asked)  # nothing was solved
    assert not leaks(done.stderr, key)


@pytest.mark.parametrize(
    ("mode", "wrong", "says"),
    [
        ("variable", WRONG, "Received authentication error (403)"),
        ("dotenv", WRONG, "Received authentication error (403)"),
        ("none", "", "HTTP 401"),
    ],
)
def test_a_key_that_opens_nothing_fails_where_it_is_used(folder: Folder, mode: str, wrong: str, says: str) -> None:
    folder.init("--secret", mode)
    if mode == "dotenv":
        folder.write(".env", f"{KEY_VARIABLE}={wrong}\n", 0o600)
    done = folder.run("build", "--json", key=wrong if mode == "variable" else None)
    assert done.code == 1
    assert done.events[-1]["type"] == "failed"
    command = "conda env create --yes --prefix /env --file environment.yml" if mode == "none" else DOWNLOAD
    assert (done.failed.stage, done.failed.title) == ("builder", f"RUN {command}")
    assert "The build failed at builder" in done.stderr
    assert says in done.stdout
    assert not wrong or not leaks(done.stdout + done.stderr, wrong)


@pytest.mark.parametrize("mode", ["variable", "dotenv"])
def test_a_key_of_an_on_prem_host_reaches_it(folder: Folder, key: str, mode: str) -> None:
    domain = urlsplit(folder.channel.private).netloc
    folder.init("--secret", mode, "--domain", domain)
    if mode == "dotenv":
        folder.write(".env", f"{KEY_VARIABLE}={key}\n", 0o600)
    done = folder.run("build", key=key if mode == "variable" else None)
    assert done.code == 0, done.stderr
    assert f"ANACONDA_AUTH_DOMAIN={domain}" in (folder.path / "Dockerfile").read_text()
    assert f"http://{domain}/*" in (folder.path / "Dockerfile").read_text()
    assert all(request.authorized for request in folder.channel.requests if "/private/" in request.path)


@pytest.mark.parametrize("mode", ["variable", "dotenv"])
def test_without_a_key_nothing_is_started(folder: Folder, mode: str) -> None:
    folder.init("--secret", mode)
    done = folder.run("build", "--json")
    assert (done.code, done.stdout) == (3, "")
    assert done.stderr.startswith("condock: ")
    assert not (folder.path / "Dockerfile").exists()
    assert folder.channel.requests == []
