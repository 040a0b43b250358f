"""An image is searched before it is pushed: by an engine, and by a builder that is none."""

from __future__ import annotations

import json

import pytest

from tests.flows.shop import KEY, Done, Project
from tests.saved_images import CLEAN, UNREADABLE, Image, oci_layout
from tui.main import main

IMAGE = "registry.example.com/shop:1"
LEAKY = oci_layout(Image([("RUN steal", {"loot": KEY.encode()})]))
DOCKER = """#!/bin/sh
echo "$*" >>{bin}/log
case "$*" in
  "buildx version") echo "github.com/docker/buildx v0.13.1 x" ;;
  "buildx inspect"*)
    printf 'Name: default\\nDriver: {driver}\\n\\nNodes:\\nName: d\\nEndpoint: d\\n'
    printf 'Status: running\\nPlatforms: linux/amd64, linux/arm64\\n' ;;
  "image inspect"*) echo sha256:made ;;
  "image save"*) /bin/cat {bin}/image.tar ;;
  "image push"*) {pushes} ;;
  "buildx build"*)
    case "$*" in
      *type=oci,dest=-*) /bin/cat {bin}/image.tar; id={archived} ;;
      *push=true*) id={pushed}; {pushes} ;;
      *) id=sha256:made ;;
    esac
    while [ "$1" != --iidfile ]; do shift; done
    echo "$id" >"$2" ;;
  *) exit 1 ;;
esac
"""


@pytest.fixture
def project(project: Project) -> Project:
    project.plan("build", push=True, image=IMAGE)
    return project


def build(project: Project, image: bytes, driver: str, pushes: str = ":", **ids: str) -> Done:
    """The build by such a builder, whose image is this; `ids` are what it tells later on, `pushes` is sh."""
    told = {"archived": "sha256:made", "pushed": "sha256:made", **ids}
    (project.bin / "docker").write_text(DOCKER.format(bin=project.bin, driver=driver, pushes=pushes, **told))
    (project.bin / "image.tar").write_bytes(image)
    done = project.run("build")
    assert KEY not in done.text
    return done


def commands(project: Project) -> list[str]:
    """What docker was asked to make, read and push, in their order."""
    log = (project.bin / "log").read_text().splitlines()
    kinds = {"--push": "push", "push=true": "push", "image push": "push", "oci,dest": "read", "image save": "read"}
    kinds["buildx build"] = "build"
    asked = (next((kind for mark, kind in kinds.items() if mark in line), "") for line in log)
    return [kind for kind in asked if kind]


DRIVERS = pytest.mark.parametrize("driver", ["docker", "docker-container", "remote"])


@DRIVERS
def test_it_is_searched_and_then_pushed(project: Project, driver: str) -> None:
    done = build(project, CLEAN, driver)
    assert (done.code, commands(project)) == (0, ["build", "read", "push"]), done.stderr
    nowhere, pushed = (done.stderr.index(words) for words in ("The key is nowhere", f"Pushed {IMAGE}, after"))
    assert nowhere < pushed


@DRIVERS
def test_nothing_is_pushed_that_holds_the_key(project: Project, driver: str) -> None:
    done = build(project, LEAKY, driver)
    assert (done.code, commands(project)) == (5, ["build", "read"]), done.stderr
    assert "THE KEY WAS FOUND in loot" in done.stderr
    assert "Nothing was pushed." in done.stderr


@DRIVERS
def test_nothing_is_pushed_that_could_not_be_searched(project: Project, driver: str) -> None:
    done = build(project, b"no image", driver)
    assert (done.code, commands(project)) == (4, ["build", "read"]), done.stderr
    assert "The image was not searched for the key" in done.stderr
    assert "Nothing was pushed." in done.stderr
    assert "nowhere in the image" not in done.stderr


def test_nothing_is_pushed_of_which_a_layer_could_not_be_searched(project: Project) -> None:
    done = build(project, UNREADABLE, "docker")
    assert (done.code, commands(project)) == (4, ["build", "read"]), done.stderr
    assert "NOT ALL WAS SEARCHED for the key" in done.stderr
    assert "Nothing was pushed." in done.stderr
    assert "nowhere in the image" not in done.stderr


@pytest.mark.parametrize("driver", ["docker-container", "remote"])
def test_nothing_is_pushed_of_which_a_platform_of_the_plan_could_not_be_searched(
    project: Project, driver: str
) -> None:
    project.plan("build", platforms=("linux/amd64", "linux/arm64"))
    done = build(project, oci_layout(Image([("COPY /env /env", {"env/a": b"a"})]), absent=True), driver)
    assert (done.code, commands(project)) == (4, ["build", "read"]), done.stderr
    assert "NOT ALL WAS SEARCHED for the key: linux/arm64/v8 is not on this engine" in done.stderr
    assert "Nothing was pushed." in done.stderr


def test_another_image_than_was_built_counts_as_not_searched(project: Project) -> None:
    done = build(project, CLEAN, "remote", archived="sha256:other")
    assert (done.code, commands(project)) == (4, ["build", "read"])
    assert "the builder made another image when it was asked for it again" in done.stderr
    assert "nowhere in the image" not in done.stderr


def test_another_image_than_was_searched_is_said_to_be_pushed(project: Project) -> None:
    done = build(project, CLEAN, "remote", pushed="sha256:other")
    assert done.code == 1
    assert f"What was pushed as {IMAGE} is not what was searched" in done.stderr


@DRIVERS
def test_a_registry_that_refuses_is_told_without_the_key(project: Project, driver: str) -> None:
    done = build(project, CLEAN, driver, pushes=f"echo 'ERROR: denied for {KEY}' >&2; exit 1")
    assert done.code == 1
    assert "denied for ••••. Nothing was pushed." in done.stderr


@DRIVERS
def test_what_was_searched_is_pushed_again_without_reading_it(project: Project, driver: str) -> None:
    build(project, CLEAN, driver)
    (project.bin / "log").unlink()
    assert build(project, CLEAN, driver).code == 0
    assert commands(project) == ["build", "push"]


def test_caches_that_leave_the_builder_do_so_with_the_image(project: Project) -> None:
    project.plan("build", cache_to=(f"type=registry,ref={IMAGE}-cache",))
    build(project, CLEAN, "remote")
    giving = [line for line in (project.bin / "log").read_text().splitlines() if "--cache-to" in line]
    assert ["push=true" in line for line in giving] == [True]


def test_without_a_key_it_is_pushed_at_once(project: Project) -> None:
    project.plan("secret", mode="none")
    assert build(project, CLEAN, "docker").code == 0
    assert commands(project) == ["push"]


def test_the_receipt_is_of_the_image_that_was_held(project: Project) -> None:
    build(project, CLEAN, "remote")
    project.capture.readouterr()
    project.patch.chdir(project.path)
    assert main(["audit", "--last", "--json"]) == 0
    statement = json.loads(project.capture.readouterr().out)
    assert statement["subject"] == [{"name": IMAGE, "digest": {"sha256": "made"}}]
