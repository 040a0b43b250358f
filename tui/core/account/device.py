"""Signing in by the OAuth device flow: a code to type into a browser, on this machine or any other.

The requests, the key and its storage are anaconda-auth's own (0.15.3: device_flow.py, actions.py, token.py).
Waiting is ours: it can be cancelled at any moment, ends in time, and prints nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from types import SimpleNamespace
from typing import TYPE_CHECKING, TypeVar, cast

from tui.core.account.anaconda_auth import configured, library_errors, sign_in_failed
from tui.core.account.key_lookup import KeyLookup, Source, State
from tui.core.account.stored_key import store_key
from tui.core.account.waiting import CancelledError, answer
from tui.core.dataclass import dataclass, field
from tui.core.errors import Problem
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.untrusted_text import printable

if TYPE_CHECKING:
    from anaconda_auth.config import AnacondaAuthConfig, AnacondaAuthSite
    from anaconda_auth.device_flow import DeviceCodeFlow

T = TypeVar("T")

ANSWER_WITHIN = 30.0
"""Seconds a server may take for one answer; anaconda-auth itself would wait for ever."""
_SLOWER = 5
"""Seconds that `slow_down`, or an answer that never came, adds to the interval (RFC 8628, section 3.5)."""


class SignInCancelledError(CancelledError):
    """The user no longer waits for the sign-in."""

    def __init__(self) -> None:
        super().__init__("The sign-in was cancelled.", "Nothing was stored.")


@dataclass(frozen=True)
class DeviceCode:
    """The code and the address that the user signs in with elsewhere, while condock waits."""

    user_code: str
    verification_uri: str
    verification_uri_complete: str
    """The address with the code in it: for a browser on this machine, or a QR code."""
    expires_at: datetime
    """In UTC."""
    interval: int
    """Seconds between two questions to the server."""
    flow: DeviceCodeFlow = field(repr=False, compare=False)
    config: AnacondaAuthConfig = field(repr=False, compare=False)


def sign_in_obstacle(search: KeyLookup) -> Problem | None:
    """Why signing in would fail or change nothing: told before, since anaconda-auth notices only at the end."""
    unread = [row.report for row in search.rows if row.state is State.UNREADABLE and row.report]
    winner = search.winner
    if unread:
        return unread[0].problem
    if winner is None or winner.name is Source.KEYRING or not winner.key:
        return None
    return Problem(
        f"The API key in {winner.where} ({winner.name}) would win over the one that signing in stores.",
        "Use that key, or remove it there and start condock again.",
    )


def start(folder: Path, cancel: Event, clock: Callable[[], float] = time.time) -> DeviceCode:
    """Asks the server for a code. Blocks until it answers or `cancel` is set: call it in a thread.

    `folder` is the project's, whose .env may hold settings; `clock` gives seconds since the epoch.
    Raises SignInCancelledError, and CondockError where the configuration or the server stands in the way.
    """
    with library_errors():
        config = _without_key(folder)
        flow = _answer(lambda: _flow(config), cancel)
        asked = clock()
        given = _answer(flow.initiate_device_authorization, cancel)
        expires_at = datetime.fromtimestamp(asked, UTC) + timedelta(seconds=given.expires_in)
    addresses = (given.verification_uri, given.verification_uri_complete)
    # They are handed to a browser, which would open local files and other programs just as well.
    if not all(address.startswith("https://") and address.isprintable() for address in addresses):
        raise sign_in_failed("The server sent an address that is not a web page's.", "Look who answers there.")
    return DeviceCode(printable(given.user_code), *addresses, expires_at, max(1, given.interval), flow, config)


def wait(code: DeviceCode, cancel: Event, clock: Callable[[], float] = time.time) -> Secret:
    """Waits until the user has signed in, then stores their new API key and returns it. Call it in a thread.

    Raises SignInCancelledError as soon as `cancel` is set, and CondockError where the user declines, the code
    expires, the server fails or cannot be reached, or the key cannot be stored.
    """
    with library_errors():
        token = _poll(code, cancel, clock)
        key = _answer(lambda: _new_key(token, code.config), cancel)
    store_key(key, code.config, "You are signed in, but the API key could not be stored.")
    return key


def _without_key(folder: Path) -> AnacondaAuthConfig:
    """The configuration of the project; refused where it already has a key."""
    config = configured(folder)
    if config.api_key or config.keyring:
        raise sign_in_failed(
            "A key in the settings would win over the one that signing in stores.",
            f"Remove it from {KEY_VARIABLE}, .env, the secrets folder or ~/.anaconda/config.toml first.",
        )
    return config


def _flow(config: AnacondaAuthConfig) -> DeviceCodeFlow:
    from anaconda_auth.device_flow import DeviceCodeFlow

    flow = DeviceCodeFlow(config)
    # `config.oidc` fetches the OpenID configuration at every access: here once for the whole sign-in.
    once = SimpleNamespace(client_id=config.client_id, oidc=config.oidc)
    flow.config = cast("AnacondaAuthSite", once)
    # Otherwise the client would send the key it has, and stumble over one that is no JWT.
    flow.client.auth = lambda request: request
    return flow


def _poll(code: DeviceCode, cancel: Event, clock: Callable[[], float]) -> Secret:
    """Asks at intervals whether the user has signed in; until the code expires, a lost answer is no failure."""
    from anaconda_auth.exceptions import DeviceFlowError, DeviceFlowTimeout
    from requests.exceptions import ConnectionError, SSLError, Timeout

    interval = code.interval
    trouble: Exception = DeviceFlowTimeout()
    while clock() < code.expires_at.timestamp():
        if cancel.wait(interval):
            raise SignInCancelledError
        try:
            return Secret(_answer(code.flow._request_token, cancel)["access_token"])
        except DeviceFlowError as error:
            if str(error) not in ("authorization_pending", "slow_down"):
                raise
            interval += _SLOWER if str(error) == "slow_down" else 0
            trouble = DeviceFlowTimeout()
        except SSLError:
            raise
        except (ConnectionError, Timeout, TimeoutError) as error:
            interval, trouble = interval + _SLOWER, error
    raise trouble


def _new_key(token: Secret, config: AnacondaAuthConfig) -> Secret:
    from anaconda_auth.actions import get_api_key

    key = get_api_key(token.reveal(), config)
    if not isinstance(key, str) or not key:
        raise TypeError
    return Secret(key)


def _answer(call: Callable[[], T], cancel: Event) -> T:
    try:
        return answer(call, cancel, ANSWER_WITHIN)
    except CancelledError:
        raise SignInCancelledError from None
