"""Both forms, each way to the key and each source of packages: what is installed is the same, and a package whose
code looks for the key has it in the guide's form and finds nothing in the isolated one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from tests.engine.channel import Channel
from tests.engine.conda_packages import SUBDIRS
from tests.engine.condock import Done, Folder
from tests.engine.engine import Engine, image_of
from tests.engine.test_condock_remote import far_from
from tests.engine.thief import ELSEWHERE, PACKAGE, REACHING, SDIST, THIEVES, at_work, at_work_and_installed, stolen
from tui.core.secret import KEY_VARIABLE

pytestmark = pytest.mark.usefixtures("debian_python")

SCRIPTS = THIEVES - {"setup.py"}


@pytest.fixture
def channel(thief_channel: Channel) -> Channel:
    """In the place of the usual one, with a thief in it."""
    return thief_channel


def with_thieves(folder: Folder, *, pip: bool) -> None:
    """Ask for the thieves; with pip for that among the sdists too."""
    lines = [f"channels: [{folder.channel.private}]", "dependencies:", f"- {PACKAGE}"]
    lines += ["- python", "- pip", "- pip:"] if pip else []
    lines += [f"  - --index-url {folder.channel.wheels}", f"  - {SDIST}"] if pip else []
    folder.write("environment.yml", "\n".join((*lines, "")))


@contextmanager
def asking_for_thieves(folder: Folder, source: str) -> Iterator[list[str]]:
    """The flags of `condock init` for a folder whose packages are thieves, named in this kind of file."""
    with_thieves(folder, pip=source == "pip")
    url = f"{folder.channel.private}/noarch/{PACKAGE}-1.0-0.tar.bz2"
    digest = folder.channel.md5(url)
    if source == "lock":
        folder.write("conda-linux-64.lock", f"@EXPLICIT\n{url}#{digest}\n")
        yield ["--lock", "conda-linux-64.lock"]
    elif source == "conda-lock":
        plain = {"name": PACKAGE, "version": "1.0", "manager": "conda", "platform": "linux-64", "url": url}
        package = plain | {"hash": {"md5": digest}, "dependencies": {}, "category": "main"}
        lock = {"version": 1, "metadata": {"platforms": ["linux-64"]}, "package": [package]}
        folder.write("conda-lock.yml", json.dumps(lock))  # JSON is YAML
        # The guide's form takes conda-lock itself from conda's own channels, which here are the tests' too.
        lines = f"FROM {folder.images.builder.pinned}\nENV CONDA_CHANNELS={folder.channel.tools}"
        with image_of(folder.engine, lines, folder.scratch) as builder:
            yield ["--lock", "conda-lock.yml", "--builder", builder]
    else:
        yield []


def build(folder: Folder, mode: str, key: str, *options: str, code: int = 0) -> Done:
    """A new plan and its build, with the key where the mode has it, which ends with this code."""
    env_file = folder.path / ".env"
    env_file.unlink(missing_ok=True)
    if mode == "dotenv":
        folder.write(".env", f"{KEY_VARIABLE}={key}\n", 0o600)
    folder.init("--force", "--secret", mode, *options)
    done = folder.run("build", "--json", key=key if mode == "variable" else None)
    assert done.code == code, done.stderr + done.stdout[-3000:]
    return done


def receipt(done: Done) -> tuple[str, set[tuple[str, str]]]:
    """Of a build: what came of the search, and where the key was found and what made it."""
    (said,) = [event for event in done.events if event["type"] == "receipt"]
    predicate = said["statement"]["predicate"]  # type: ignore[index]
    assert predicate["unread"] == []
    return predicate["result"], {(found["where"], found["instruction"]) for found in predicate["findings"]}


@pytest.mark.parametrize("source", ["environment", "pip", "lock", "conda-lock"])
def test_both_forms_install_the_same_and_one_of_them_gives_the_key_away(
    folder: Folder, key: str, source: str, tmp_path: Path
) -> None:
    thieves = THIEVES if source == "pip" else SCRIPTS
    installed = set()
    with asking_for_thieves(folder, source) as options:
        for form in ("guide", "isolated"):
            for mode in ("variable", "dotenv"):
                ends = {"guide": 5, "isolated": 0}
                done = build(folder, mode, key, "--form", form, *options, code=ends[form])
                taken = stolen(folder, key, tmp_path)
                who, packages = at_work_and_installed(folder)
                assert who == thieves
                assert f"{PACKAGE}-1.0-0" in packages
                assert taken.keys() == (thieves if form == "guide" else set()), (form, mode)
                result, found = receipt(done)
                assert result == ("found" if form == "guide" else "not found")
                assert {place.split("/")[3] for place, _ in found} == taken.keys()
                assert {made for _, made in found} <= {"COPY /env /env # buildkit"}
                installed.add(packages)
                (said,) = [event for event in done.events if event["type"] == "key"]
                assert (said["form"], said["readable_by_packages"]) == (form, form == "guide")
    assert len(installed) == 1
    private = {request for request in folder.channel.requests if request.path.startswith("/private/")}
    assert {(request.authorized, request.status) for request in private} == {(True, 200)}


def test_the_list_of_another_platform_keeps_the_key_from_packages_too(
    folder: Folder, key: str, tmp_path: Path
) -> None:
    """By Docker itself: condock wants a builder that can run what it builds.

    Here it can, since the base images are of this machine's platform, whatever they are asked for.
    """
    wanted = [f"noarch/{PACKAGE}", f"linux-aarch64/{ELSEWHERE}"]
    for subdir, packages in ((SUBDIRS[0], [f"linux-64/{ELSEWHERE}"]), (SUBDIRS[1], wanted)):
        urls = [f"{folder.channel.private}/{package}-1.0-0.tar.bz2" for package in packages]
        lines = [f"{url}#{folder.channel.md5(url)}\n" for url in urls]
        folder.write(f"conda-{subdir}.lock", "".join(("@EXPLICIT\n", *lines)))
    locks = [word for subdir in SUBDIRS[:2] for word in ("--lock", f"conda-{subdir}.lock")]
    folder.init(*locks, "--platform", "linux/arm64")
    rendered = folder.run("render")
    assert rendered.code == 0, rendered.stderr
    folder.write("Dockerfile", rendered.stdout)
    with_key = replace(folder.engine, env=folder.environment(key))
    places = ["--platform=linux/arm64", "--network=host", f"--tag={folder.image}", str(folder.path)]
    with_key.docker("buildx", "build", "--load", f"--secret=id={KEY_VARIABLE}", *places)
    assert at_work(folder) == SCRIPTS
    assert stolen(folder, key, tmp_path) == {}


def test_a_remote_builder_keeps_the_key_from_packages_too(
    folder: Folder, second_engine: Engine, key: str, tmp_path: Path
) -> None:
    with far_from(folder, second_engine, tmp_path) as far, asking_for_thieves(far, "environment"):
        build(far, "variable", key, "--form", "isolated", "--buildx-builder", "far")
        assert at_work(far) == SCRIPTS
        assert stolen(far, key, tmp_path) == {}


def test_what_a_remote_builder_made_with_the_key_in_it_is_found_and_not_pushed(
    folder: Folder, second_engine: Engine, registry: str, key: str, tmp_path: Path
) -> None:
    """Loaded into the engine, or as it is about to go to a registry."""
    held = f"condock-test/thieves:{folder.image.rpartition(':')[2]}"
    with far_from(folder, second_engine, tmp_path) as far, asking_for_thieves(far, "environment"):
        for options in ((), ("--push", "--image", f"{registry}/{held}")):
            done = build(far, "variable", key, "--form", "guide", "--buildx-builder", "far", *options, code=5)
            result, found = receipt(done)
            assert result == "found"
            assert {made for _, made in found} == {"COPY /env /env # buildkit"}
    with pytest.raises(HTTPError, match="404"):
        urlopen(f"http://{registry}/v2/{held.replace(':', '/manifests/')}", timeout=10)


@pytest.mark.parametrize("source", ["environment", "lock"])
def test_no_archive_reaches_conda_from_where_it_is_unpacked_beside_the_key(
    folder: Folder, key: str, source: str
) -> None:
    url = f"{folder.channel.private}/noarch/{REACHING}-1.0-0.tar.bz2"
    folder.write("environment.yml", f"channels: [{folder.channel.private}]\ndependencies:\n- {REACHING}\n")
    folder.write("conda-linux-64.lock", f"@EXPLICIT\n{url}#{folder.channel.md5(url)}\n")
    options = ("--lock", "conda-linux-64.lock") if source == "lock" else ()
    done = build(folder, "variable", key, "--form", "isolated", *options, code=1)
    assert "reached conda" not in done.stdout
    assert f"{REACHING}-1.0-0 was not unpacked: a hard link in it leads out of it." in done.stderr


def test_a_builder_image_needs_nothing_but_conda_among_its_programs(folder: Folder, key: str) -> None:
    """conda's own Python is found by conda, wherever it is."""
    lines = f"""\
FROM {folder.images.builder.pinned}
RUN mkdir /only && ln -s /opt/conda/bin/conda /only/conda
ENV PATH=/only:/usr/sbin:/usr/bin:/sbin:/bin
"""
    with (
        asking_for_thieves(folder, "environment"),
        image_of(folder.engine, lines, folder.scratch) as builder,
    ):
        build(folder, "variable", key, "--form", "isolated", "--builder", builder)


def test_a_new_plan_is_isolated_where_conda_can_and_the_guides_where_it_cannot(folder: Folder) -> None:
    folder.init("--builder", folder.images.builder.pinned)
    assert "form: isolated" in (folder.path / "condock.yml").read_text()
    folder.init("--force", "--builder", folder.images.old_builder.pinned)
    assert "form: guide" in (folder.path / "condock.yml").read_text()


def test_a_conda_that_is_too_old_is_refused_before_the_key_is_shown(folder: Folder, key: str) -> None:
    """Its `--download-only` would install, as nobody knows before the image is asked."""
    folder.init("--form", "isolated", "--builder", folder.images.old_builder.pinned)
    done = folder.run("build", "--json", key=key)
    assert done.code == 1
    assert "This needs conda 26.7 or newer" in done.stdout
    assert not any(request.path.startswith("/private/") for request in folder.channel.requests)
