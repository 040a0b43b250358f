"""The conda of a builder image, asked of the image itself where the engine has it."""

from __future__ import annotations

from collections.abc import Mapping

from tui.core.engine.docker_cli import DOCKER, ask
from tui.core.images.conda_version import version_said

_PATIENCE = 20  # seconds: a container has to start, and conda's Python


def ask_conda(reference: str, env: Mapping[str, str]) -> tuple[int, ...]:
    """The version of conda in this image; empty where the engine does not have it, or there is no answer.

    Nothing is pulled, and the container has no network.
    """
    if not reference or reference.startswith("-"):
        return ()
    run = [DOCKER, "run", "--rm", "--pull=never", "--network=none", "--entrypoint=conda", reference, "--version"]
    answer = ask(run, env, _PATIENCE)
    return version_said(answer.stdout) if answer.returncode == 0 else ()
