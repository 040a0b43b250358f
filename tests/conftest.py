"""Every test runs in a home of its own, without keys, engines or settings of whoever runs it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SETTINGS = ("ANACONDA", "CONDA_", "TEXTUAL", "BUILDX_", "NO_COLOR", "COLORTERM", "CONDOCK_")
SERVICES = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "BUILDKITE")


@pytest.fixture(autouse=True)
def empty_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty HOME, an environment without Anaconda's, conda's and Textual's settings, and no CI service."""
    for name in list(os.environ):
        ours = name == "TEXTUAL_SNAPSHOT_TEMPDIR"  # pytest-textual-snapshot's own
        if name in SERVICES or (name.startswith(SETTINGS) and not ours):
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    return home
