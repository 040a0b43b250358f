"""A session of anaconda-auth's own (0.15.3, client.py): its proxies, certificates and TLS settings.

It differs in one thing: it sends the key that it is given, and no other.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tui.core.account.anaconda_auth import configured, sign_in_failed
from tui.core.account.key import check_key
from tui.core.secret import Secret

if TYPE_CHECKING:
    from anaconda_auth.client import BaseClient
    from requests import PreparedRequest


def open_session(folder: Path) -> BaseClient:
    """A session with the site in force for a project folder. Raises CondockError where the settings are wrong."""
    from http.cookiejar import DefaultCookiePolicy

    from anaconda_auth.client import BaseClient

    client = BaseClient(configured(folder))
    client.auth = bearer(None)
    client.hooks["response"].clear()  # it would read the whole answer of a server that refuses
    client.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # each request stands for itself
    return client


def bearer(key: Secret | None) -> Callable[[PreparedRequest], PreparedRequest]:
    """A function that puts the key on a request; without a key, it keeps requests from looking for another.

    To another host that a server redirects to, requests does not take it along.
    """

    def authorize(request: PreparedRequest) -> PreparedRequest:
        if key:
            request.headers["Authorization"] = f"Bearer {key.reveal()}"
        return request

    return authorize


def refuse_unsendable(key: Secret) -> None:
    """Raises CondockError for what cannot be a key; whether one has expired is for the server's clock to say."""
    report = check_key(key, time.time())
    if report.problem and not report.expires:
        raise sign_in_failed(report.problem.message, report.problem.hint)
