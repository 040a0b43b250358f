"""Every test runs in a home of its own, without keys, engines or settings of whoever runs it."""

from __future__ import annotations

import gc
import os
import signal
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

from tui.headless.views import ci_groups

settings.register_profile("condock", deadline=None)  # no test is of time: a busy machine may take its own
settings.load_profile("condock")

SETTINGS = ("ANACONDA", "CONDA_", "TEXTUAL", "BUILDX_", "NO_COLOR", "COLORTERM", "CONDOCK_")
SERVICES = ("CI", *(service.variable for service in ci_groups.SERVICES))
_HOMES = count()


def pytest_configure(config: pytest.Config) -> None:
    """Have what the tests start get every signal, also under `nohup` and in the background of a shell.

    A process hands on that it ignores a signal, but not that it catches one: so these stay without effect here.
    """
    for number in (signal.SIGHUP, signal.SIGINT):
        if signal.getsignal(number) is signal.SIG_IGN or (
            hasattr(config, "workerinput") and number == signal.SIGHUP
        ):
            signal.signal(number, lambda *_: None)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Have the garbage collector leave alone what was imported and collected: a tenth of the processor's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True)
def empty_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty HOME, an environment without Anaconda's, conda's and Textual's settings, and no CI service."""
    for name in list(os.environ):
        ours = name == "TEXTUAL_SNAPSHOT_TEMPDIR"  # pytest-textual-snapshot's own
        if name in SERVICES or (name.startswith(SETTINGS) and not ours):
            monkeypatch.delenv(name)
    home = tmp_path_factory.getbasetemp() / "homes" / str(next(_HOMES))  # mktemp looks through all there are
    home.mkdir(0o700, parents=True)
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    return home
