"""Whether a pin still holds, asked of a real registry through the real engine."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest

from tests.engine.base_images import BaseImages, Image, digest
from tests.engine.engine import Engine, image_of
from tui.core.engine.base_contents import Inside, look_inside
from tui.core.engine.pin import PinState, check_pin


class Tag:
    """A tag of its own in the registry, that images are pushed to."""

    def __init__(self, engine: Engine, registry: str, folder: Path) -> None:
        self._engine = engine
        self._registry = registry
        self._folder = folder
        self._name = f"condock-test/pinned:{uuid.uuid4().hex[:12]}"
        self.reference = f"{registry}/{self._name}"

    def push(self, content: str) -> Image:
        (self._folder / "content").write_text(content)
        with image_of(self._engine, "FROM scratch\nCOPY content /", self._folder) as image:
            self._engine.docker("tag", image, self.reference)
            self._engine.docker("push", "--quiet", self.reference)
            self._engine.docker("image", "rm", self.reference)
        return Image(self.reference, digest(self._registry, self._name))


@pytest.fixture
def tag(engine: Engine, registry: str, tmp_path: Path) -> Tag:
    return Tag(engine, registry, tmp_path)


def test_a_pin_holds_until_another_image_has_its_tag(engine: Engine, tag: Tag) -> None:
    first = tag.push("first")
    before = check_pin(first.pinned, engine.env)
    second = tag.push("second")
    after = check_pin(first.pinned, engine.env)
    assert (before.state, before.digest) == (PinState.AGREES, first.digest)
    assert (after.state, after.digest) == (PinState.MOVED, second.digest)
    assert before.kind == after.kind == "manifest"
    assert (
        before.platforms
        == after.platforms
        == (engine.docker("version", "--format={{.Server.Os}}/{{.Server.Arch}}"),)
    )


def test_an_image_without_a_digest_is_told_its_own(engine: Engine, tag: Tag) -> None:
    pushed = tag.push("only")
    report = check_pin(tag.reference, engine.env)
    assert (report.state, report.digest) == (PinState.UNPINNED, pushed.digest)


@pytest.mark.parametrize("registry_at", ["", "127.0.0.1:1"], ids=["unknown image", "no registry"])
def test_what_the_registry_cannot_say(engine: Engine, registry: str, registry_at: str) -> None:
    report = check_pin(f"{registry_at or registry}/condock-test/no-such:1@sha256:{'0' * 64}", engine.env)
    assert report.state is PinState.UNKNOWN
    assert report.reason
    assert "\n" not in report.describe()


def test_what_is_inside_a_base_is_asked_of_a_container(
    engine: Engine, base_images: BaseImages, tmp_path: Path
) -> None:
    lines = f"FROM {base_images.builder.pinned}\nLABEL of={uuid.uuid4().hex}"  # an image that no other test has
    with image_of(engine, lines, tmp_path) as made:
        inside = look_inside(made, engine.env)
        assert engine.docker("ps", "--all", "--quiet", f"--filter=ancestor={made}") == ""
    assert re.fullmatch(r"\d+\.\d+\.\d+", inside.conda)
    assert inside.tos is False
    assert look_inside("condock-test/no-such:1", engine.env) == Inside()
