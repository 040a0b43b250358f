"""Starting the image for a moment, on the real engine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.engine.base_images import BaseImages
from tests.engine.engine import Engine
from tui.core.building.failure.trial_run import Trial, try_image
from tui.core.project import open_project

IMAGE = "condock-test/trial:latest"


@pytest.mark.parametrize(
    ("entrypoint", "code", "cause", "words"),
    [
        ('["sleep", "600"]', None, "", "It starts: it was still running"),
        ('["true"]', 0, "", "ends by itself without an error"),
        ('["greet"]', 127, "entrypoint-missing", "It does not start."),
        ('["sh", "-c", "echo [/etc] >&2; exit 3"]', 3, "unknown", "It does not start."),
    ],
)
def test_what_comes_of_it(
    *,
    tmp_path: Path,
    engine: Engine,
    base_images: BaseImages,
    entrypoint: str,
    code: int | None,
    cause: str,
    words: str,
) -> None:
    trial = tried(tmp_path, engine, f"FROM {base_images.runtime.pinned}\nENTRYPOINT {entrypoint}\n")
    assert (trial.code, trial.diagnosis.cause if trial.diagnosis else "") == (code, cause)
    assert words in trial.words
    assert "condock-trial-" not in engine.docker("ps", "--all", "--format", "{{.Names}}")


def tried(folder: Path, engine: Engine, dockerfile: str) -> Trial:
    """Build this as the project's image, and start it."""
    (folder / "Dockerfile").write_text(dockerfile)
    command = ["docker", "build", "--tag", IMAGE, str(folder)]
    subprocess.run(command, env=engine.env, check=True, capture_output=True)
    project = open_project(folder).change("build", image=IMAGE)
    return try_image(project, engine.env, patience=0.5)
