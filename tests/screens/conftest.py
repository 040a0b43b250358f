"""The fixtures of the wizard."""

from collections.abc import Iterator

import pytest

from tests.stages.solving_channel import SolvingChannel, solving_channel
from tests.stages.wizard import KEY, docker, engine, folder, key

__all__ = ["docker", "engine", "folder", "key"]


@pytest.fixture(scope="module")
def channel() -> Iterator[SolvingChannel]:
    """A channel that solves and wants the key."""
    with solving_channel(KEY) as channel:
        yield channel
