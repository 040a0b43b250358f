"""Whatever is pressed, pasted, clicked and resized: the wizard goes on, and shows what it holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.stages.monkey import hostile_folder, visit

SEEDS = [int(seed) for seed in os.environ.get("CONDOCK_MONKEY_SEEDS", "13").split()]
ACTIONS = int(os.environ.get("CONDOCK_MONKEY_ACTIONS", "1000"))


@pytest.mark.usefixtures("key", "docker")
@pytest.mark.parametrize("seed", SEEDS)
async def test_a_monkey_loses_nothing_and_ends_nothing(
    folder: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nothing listens there
    hostile_folder(folder)
    assert await visit(folder, seed, ACTIONS)
