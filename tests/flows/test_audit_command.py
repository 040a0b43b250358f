"""`condock audit`: any secret in any image, the plan's with its stages, and what it says where it cannot look."""

from __future__ import annotations

import json

import pytest

from tests.flows.shop import KEY, Project
from tests.saved_images import CLEAN, UNREADABLE, Image, oci_layout
from tui.main import main

LEAKY = oci_layout(Image([("COPY /env /env", {"env/a": b"a"}), ("RUN steal", {"loot": KEY.encode()})]))
DOCKER = """#!/bin/sh
echo "$*" >>{bin}/log
case "$*" in
  "image inspect"*" gone:1") exit 1 ;;
  "image inspect"*condock-audit*) echo sha256:stage ;;
  "image inspect"*) echo sha256:image ;;
  "image save"*stage) /bin/cat {bin}/stage.tar ;;
  "image save"*) /bin/cat {bin}/image.tar ;;
  "image rm"*) exit 0 ;;
  "buildx build"*)
    echo "$BUILDX_GIT_INFO" >>{bin}/git
    while [ $# -gt 1 ]; do [ "$1" != --iidfile ] || echo sha256:image >"$2"; shift; done ;;
  "buildx version") echo "github.com/docker/buildx v0.13.1 x" ;;
  *) exit 1 ;;
esac
"""


@pytest.fixture
def project(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose image is clean, on an engine that has what its stages made, too."""
    (project.bin / "docker").write_text(DOCKER.format(bin=project.bin))
    (project.bin / "image.tar").write_bytes(CLEAN)
    (project.bin / "stage.tar").write_bytes(LEAKY)
    project.write("secret", f"{KEY}\n")
    monkeypatch.chdir(project.path)
    return project


def audit(project: Project, *arguments: str) -> tuple[int, str, str]:
    project.capture.readouterr()
    code = main(["audit", *arguments])
    said = project.capture.readouterr()
    assert KEY not in said.out + said.err
    return code, said.out, said.err


def test_the_image_of_the_plan_is_searched_for_the_key(project: Project) -> None:
    code, shown, _ = audit(project)
    assert (code, shown.splitlines()[0]) == (0, "Receipt: is the key in app:latest?")
    assert "The key is nowhere in the image: 1 layer, " in shown
    assert "saw the key" not in shown


def test_an_image_with_a_layer_that_cannot_be_read_is_not_said_to_be_clean(project: Project) -> None:
    (project.bin / "image.tar").write_bytes(UNREADABLE)
    code, shown, said = audit(project)
    assert (code, "nowhere" in shown) == (4, False)
    assert "NOT ALL WAS SEARCHED for the key: layer 1 is packed in a way" in shown
    assert said.startswith("condock: NOT ALL WAS SEARCHED for the key: layer 1")


def test_any_image_for_any_secret(project: Project) -> None:
    (project.bin / "image.tar").write_bytes(LEAKY)
    code, shown, said = audit(project, "other:1", "--secret-file", "secret", "--json")
    predicate = json.loads(shown)["predicate"]
    assert (code, predicate["result"]) == (5, "found")
    assert [(found["where"], found["instruction"]) for found in predicate["findings"]] == [("loot", "RUN steal")]
    assert said.startswith("condock: THE KEY WAS FOUND in loot in layer sha256:")


def test_every_stage_of_the_plan(project: Project) -> None:
    assert project.run("build").code == 0
    code, shown, _ = audit(project, "--deep")
    assert code == 5
    assert "loot in the stage builder in layer" in shown
    log = (project.bin / "log").read_text().splitlines()
    built = [line.split("--tag ")[1].split()[0] for line in log if "--target" in line]
    assert len(built) == 2
    assert [line for line in log if "--target" in line and "--secret" in line] == []
    assert {f"image rm --force {image}" for image in built} <= set(log)


@pytest.mark.parametrize("secret", [(), ("--secret-file", "secret")])
def test_no_stage_of_a_strangers_folder_is_built_before_a_yes(project: Project, secret: tuple[str, ...]) -> None:
    """What they build runs here, though beside no key."""
    project.write("Dockerfile", "FROM evil.example/thief AS thief\nRUN steal\n")
    code, _, said = audit(project, "--deep", *secret)
    assert code == 2
    assert "--trust dockerfile=sha256:" in said
    assert "buildx build" not in (project.bin / "log").read_text()
    option = said.partition("--trust ")[2].partition(";")[0]
    project.patch.setenv("CONDOCK_TRUST", option)
    assert audit(project, "--deep", *secret)[0] == 5


def test_git_is_asked_nothing_about_the_folder_either(project: Project) -> None:
    """Its .git can name a program for git to run."""
    assert project.run("build").code == 0
    assert audit(project, "--deep")[0] == 5
    assert set((project.bin / "git").read_text().splitlines()) == {"false"}


def test_a_stage_that_cannot_be_read_is_told_by_its_name(project: Project) -> None:
    assert project.run("build").code == 0
    docker = (project.bin / "docker").read_text()
    (project.bin / "docker").write_text(docker.replace("echo sha256:stage", "exit 1"))
    code, shown, _ = audit(project, "--deep", "--json")
    predicate = json.loads(shown)["predicate"]
    assert (code, predicate["result"]) == (4, "partly searched")
    where = [unread["where"] for unread in predicate["unread"]]
    assert where == ["the stage builder", "the stage runtime"]


def test_a_stage_with_a_layer_that_cannot_be_read_is_not_said_to_be_searched(project: Project) -> None:
    assert project.run("build").code == 0
    (project.bin / "stage.tar").write_bytes(UNREADABLE)
    code, shown, said = audit(project, "--deep")
    assert (code, "nowhere" in shown) == (4, False)
    assert "condock: NOT ALL WAS SEARCHED for the key: layer 1 in the stage builder is packed" in said


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("gone:1",), 4, "There is no image gone:1 on this engine"),
        (("--secret-file", "short"), 2, "A secret of less than 8 characters"),
        (("--secret-file", "empty"), 3, "The file with the secret is empty."),
        (("--secret-file", "nowhere"), 2, "nowhere is not there."),
        (("other:1", "--deep"), 2, "Only the stages of a plan can be searched."),
        (("--last",), 2, "No build of this plan has a receipt yet."),
    ],
)
def test_what_cannot_be_searched_is_said(
    project: Project, arguments: tuple[str, ...], code: int, says: str
) -> None:
    project.write("short", "seven77\n")
    project.write("empty", "\n")
    ended, shown, said = audit(project, *arguments)
    assert ended == code
    assert says in shown + said
    assert "nowhere in the image" not in shown
