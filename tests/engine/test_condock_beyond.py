"""Builds elsewhere: a second engine as a context, platforms, a registry to push to and to keep layers in."""

from __future__ import annotations

import json
import shutil
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.base_images import MANIFESTS
from tests.engine.condock import GREETING, Done, Folder
from tests.engine.engine import Engine, image_of
from tests.engine.image_scan import find_in_image
from tui.core.engine.builders import inspect, list_builders
from tui.core.engine.contexts import list_contexts, reaching
from tui.core.engine.find_engine import probe
from tui.core.plan import Build

AMD64, ARM64 = "linux/amd64", "linux/arm64"
SECOND = "second"
INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")


@dataclass(frozen=True)
class Elsewhere:
    """A project folder, where docker knows the second engine as a context and DOCKER_HOST is the first."""

    folder: Folder
    second: Engine
    registry: str

    @property
    def name(self) -> str:
        """The image in the registry, without its host."""
        return self.folder.image.partition("/")[2]

    def fetch(self, kind: str, reference: str) -> dict[str, Any]:
        """A manifest or blob of the image's repository, as the registry has it."""
        repository = self.name.partition(":")[0]
        url = f"http://{self.registry}/v2/{repository}/{kind}/{reference}"
        accept = ", ".join([MANIFESTS, *INDEXES])
        request = urllib.request.Request(url, headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=10) as response:
            content: dict[str, Any] = json.load(response)
        return content

    def pushed(self) -> dict[str, Any]:
        return self.fetch("manifests", self.name.partition(":")[2])


@pytest.fixture
def elsewhere(folder: Folder, second_engine: Engine, registry: str, tmp_path: Path) -> Iterator[Elsewhere]:
    settings = tmp_path / "docker"
    settings.mkdir()
    shutil.copytree(Path(folder.env["DOCKER_CONFIG"]) / "cli-plugins", settings / "cli-plugins", symlinks=True)
    image = f"{registry}/{folder.image}"
    env = {**folder.env, "DOCKER_CONFIG": str(settings)}
    found = Elsewhere(replace(folder, env=env, image=image), second_engine, registry)
    here = Engine(env, None)
    here.docker("context", "create", SECOND, "--docker", f"host={second_engine.env['DOCKER_HOST']}")
    try:
        yield found
    finally:
        for engine in (folder.engine, second_engine):
            engine.docker("image", "rm", "--force", image)


def test_what_there_is_and_what_it_can_do(elsewhere: Elsewhere) -> None:
    env = elsewhere.folder.env
    assert {(context.name, context.current) for context in list_contexts(env)} == {
        ("default", True),
        (SECOND, False),
    }
    first, second = sorted(list_builders(env), key=lambda builder: builder.name)
    assert (first.name, first.current, first.builds_several, first.exports_cache) == (
        "default",
        True,
        False,
        False,
    )
    assert (second.name, second.current, second.builds_several, second.exports_cache) == (
        SECOND,
        False,
        True,
        True,
    )
    assert inspect("", reaching(env, SECOND)) == replace(second, current=False)
    assert [builder.runs(AMD64) and not builder.emulates(AMD64) for builder in (first, second)] == [True, True]


def test_the_plans_context_goes_before_docker_host(elsewhere: Elsewhere, key: str, tmp_path: Path) -> None:
    folder = elsewhere.folder
    folder.init("--docker-context", SECOND)
    done = folder.run("build", key=key)
    assert done.code == 0, done.stderr
    assert folder.engine.docker("image", "ls", "--quiet", folder.image) == ""
    assert elsewhere.second.docker("run", "--rm", "--network=none", folder.image) == GREETING
    assert find_in_image(elsewhere.second, folder.image, key, tmp_path) == set()
    assert f", context {SECOND}\n" in folder.run("doctor", key=key).stdout


def test_a_key_in_an_image_of_the_containerd_store_is_found(
    elsewhere: Elsewhere, key: str, tmp_path: Path
) -> None:
    """As of the other store: how images are saved differs (OCI), and what is looked through has to follow."""
    (tmp_path / "key").write_text(key)
    base = f"FROM {elsewhere.folder.images.runtime.pinned}"
    lines = f"{base}\nRUN --mount=type=secret,id=key cp /run/secrets/key /planted"
    options = ["--no-cache", f"--secret=id=key,src={tmp_path / 'key'}"]
    with image_of(elsewhere.second, lines, elsewhere.folder.scratch, *options) as image:
        assert find_in_image(elsewhere.second, image, key, tmp_path) == {"layer"}


def test_a_push_ends_in_the_registry(elsewhere: Elsewhere, key: str) -> None:
    folder = elsewhere.folder
    missing = f"{elsewhere.registry}/condock-test/no-such:{uuid.uuid4().hex}"  # which is no failure
    folder.init("--push", "--cache-from", missing)
    assert_pushed(elsewhere, folder.run("build", key=key))


def test_a_push_from_the_containerd_store(elsewhere: Elsewhere, key: str) -> None:
    folder, cache = elsewhere.folder, elsewhere.folder.path / "cache"
    folder.init("--docker-context", SECOND, "--push", "--cache-to", "type=local,dest=cache")
    assert_pushed(elsewhere, folder.run("build", key=key))
    assert json.loads((cache / "index.json").read_text())["manifests"]


def assert_pushed(elsewhere: Elsewhere, done: Done) -> None:
    assert done.code == 0, done.stderr
    where = f"can be pulled by everyone who reaches {elsewhere.registry} on the builder's own machine."
    assert where in done.stderr.partition("FROM ")[0]  # said before anything is built
    config = elsewhere.fetch("blobs", elsewhere.pushed()["config"]["digest"])
    assert config["config"]["Entrypoint"] == ["greet"]


def test_several_platforms_are_one_index(elsewhere: Elsewhere) -> None:
    """Without emulation nothing runs on the other machine: what is only copied can be for both."""
    second, image = elsewhere.second, elsewhere.folder.image
    folder = elsewhere.folder.scratch
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY Dockerfile /\n")
    second.docker("buildx", "build", "--push", f"--platform={AMD64},{ARM64}", "--tag", image, str(folder))
    index = elsewhere.pushed()
    listed = {f"{e['platform']['os']}/{e['platform']['architecture']}" for e in index["manifests"]}
    assert {AMD64, ARM64} <= listed


def test_what_the_engine_cannot_do_is_said_before_it_is_tried(elsewhere: Elsewhere, key: str) -> None:
    folder = elsewhere.folder
    cache = f"type=registry,ref={folder.image}-cache,mode=max"
    folder.init("--platform", f"{AMD64},{ARM64}", "--cache-to", cache)
    done = folder.run("build", key=key)
    assert done.code == 2
    for sentence in (
        "The builder `default` makes images for one platform at a time.",
        f"The builder `default` cannot run commands for {ARM64}.",
        "The builder `default` cannot keep its cache elsewhere.",
    ):
        assert sentence in done.stderr
    assert folder.channel.requests == []


def test_a_platform_without_emulation(elsewhere: Elsewhere, key: str) -> None:
    folder = elsewhere.folder
    folder.init("--docker-context", SECOND, "--platform", ARM64)
    done = folder.run("doctor", key=key)
    assert done.code == 2
    assert f"The builder `{SECOND}` cannot run commands for {ARM64}." in done.stdout
    assert "may be of one platform, and would be used for all." in done.stdout


ELF_ARM64 = bytes.fromhex("7f454c4602010100 0000000000000000 0200b700 01000000") + bytes(104)


def test_commands_of_another_machine_fail_by_their_format(elsewhere: Elsewhere, key: str) -> None:
    """A base made for another machine, pinned by the digest of that platform alone."""
    folder = elsewhere.folder
    (folder.scratch / "sh").write_bytes(ELF_ARM64)
    (folder.scratch / "sh").chmod(0o755)
    with image_of(folder.engine, "FROM scratch\nCOPY sh /bin/sh", folder.scratch) as base:
        folder.init("--builder", base)
        done = folder.run("build", "--json", key=key)
    (folder.scratch / "sh").unlink()
    assert done.code == 1
    assert "exec format error" in done.stdout
    assert done.failed.stage == "builder"


def test_layers_kept_in_the_registry_are_used_by_another_engine(elsewhere: Elsewhere, key: str) -> None:
    folder, cache = elsewhere.folder, f"{elsewhere.folder.image}-cache"
    form, kept_at = ("--form", "isolated"), f"type=registry,ref={cache},mode=max"
    folder.init(*form, "--docker-context", SECOND, "--platform", AMD64, "--cache-to", kept_at)
    kept = folder.run("build", key=key)
    assert kept.code == 0, kept.stderr
    assert "All layers, also those of the builder stage, can be pulled" in kept.stderr
    asked = len(folder.channel.requests)

    (folder.path / "condock.yml").unlink()
    folder.init(*form, "--cache-from", cache)
    used = folder.run("build", "--json", key=key)
    assert used.code == 0, used.stderr
    [created] = {e["name"] for e in used.events if "--download-only" in str(e.get("name")) and e.get("cached")}
    assert "--mount=type=secret" in str(created)
    assert len(folder.channel.requests) == asked  # nothing was fetched again
    assert folder.in_image() == GREETING


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--docker-context", "secnd"], "There is no Docker context `secnd`. Did you mean `second`?"),
        (["--buildx-builder", "nope"], "There is no builder `nope`."),
        (["--buildx-builder", SECOND], f"The builder `{SECOND}` is the engine of the context `{SECOND}`."),
        (["--platform", "arm64"], "condock makes no images for `arm64`. Write `linux/arm64`."),
        (["--push", "--image", "greeter"], "`greeter` would be pushed to docker.io/library/greeter"),
    ],
)
def test_what_cannot_be_is_refused(elsewhere: Elsewhere, key: str, options: list[str], says: str) -> None:
    elsewhere.folder.init(*options)
    done = elsewhere.folder.run("build", key=key)
    assert done.code == 2
    assert says in done.stderr


def test_a_remote_builder_that_does_not_answer(elsewhere: Elsewhere) -> None:
    env = elsewhere.folder.env
    Engine(env, None).docker("buildx", "create", "--name", "far", "--driver", "remote", "tcp://127.0.0.1:1")
    report = probe(env, Build(builder="far"))
    assert report.builder is not None
    assert (report.builder.driver, report.builder.known) == ("remote", False)
