"""The fixtures of the wizard, and of the commands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flows.shop import Project, sound_project
from tests.stages.wizard import docker, engine, folder, key

__all__ = ["docker", "engine", "folder", "key", "project"]


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Project]:
    with sound_project(tmp_path, monkeypatch, capfd) as made:
        yield made
