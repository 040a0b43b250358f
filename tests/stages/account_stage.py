"""The scene of a sign-in: a stand-in service, the home of a user who goes there, and time that a test moves."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.stages.account_service import AccountService, account_service, signing_in
from tui.core.account import device
from tui.core.errors import CondockError, ExitCode
from tui.core.secret import Secret

NOW = 1_795_000_000.0
"""2026-11-18 11:06:40 UTC, in seconds since the epoch."""


class Clock(threading.Event):
    """Time that passes only by waiting for the cancellation, and then at once."""

    def __init__(self, cancel_after: float = float("inf")) -> None:
        super().__init__()
        self.now = NOW
        self.waits: list[float] = []
        self.cancel_after = cancel_after

    def __call__(self) -> float:
        return self.now

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self.now += timeout
        self.waits.append(timeout)
        if self.now - NOW > self.cancel_after:
            self.set()
        return self.is_set()


def sent(service: AccountService) -> list[tuple[str, str]]:
    """What the stand-in was asked, and with which authorization."""
    return [(asked.path, asked.authorization) for asked in service.asked]


def free_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port: int = unused.getsockname()[1]
    return port


@dataclass
class Stage:
    """A stand-in, and the home of a user who goes there."""

    service: AccountService
    home: Path
    env: dict[str, str]

    @property
    def key(self) -> Secret:
        """The one that the service gives."""
        return Secret(self.service.api_key)

    @property
    def keyring(self) -> Path:
        return self.home / ".anaconda" / "keyring"

    def sign_in(self, clock: Clock) -> str:
        code = device.start(self.home, clock, clock)
        return device.wait(code, clock, clock).reveal()

    def fail(self, clock: Clock | None = None) -> str:
        """The message of a sign-in that fails as it should: in plain words, with nothing stored or repeated."""
        with pytest.raises(CondockError) as caught:
            self.sign_in(clock or Clock())
        error = caught.value
        assert error.exit_code is ExitCode.NO_KEY
        assert error.hint
        assert error.__suppress_context__ or error.__context__ is None
        assert "stand-in" not in str(error)
        assert not self.keyring.exists() or self.service.api_key not in self.keyring.read_text()
        return error.message


@contextmanager
def sign_in_stage(certificates: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """Makes this process one of a user at `home` whose anaconda-auth goes to a stand-in."""
    import keyring.core

    with account_service(certificates) as service:
        env = signing_in(service, home)
        # anaconda-auth takes the home folder for its keyring once, at import.
        env["ANACONDA_AUTH_KEYRING_PATH"] = str(home / ".anaconda" / "keyring")
        for name in [name for name in os.environ if not name.startswith("PYTEST")]:
            monkeypatch.delenv(name)
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(keyring.core, "_keyring_backend", None)
        monkeypatch.chdir(home)
        yield Stage(service, home, env)
