"""Asks the servers whose key it is, and which channels it opens."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tui.core.account.anaconda_auth import FAILURES, library_errors, sign_in_failed, words_of
from tui.core.account.session import bearer, open_session, refuse_unsendable
from tui.core.account.waiting import answer
from tui.core.channels.addresses import addresses, channel_problem
from tui.core.channels.hosts import HostKey, build_settings
from tui.core.channels.report import NO_KEY_HINT, ChannelReport, ChannelState, report, state_of, unanswered
from tui.core.dataclass import dataclass
from tui.core.errors import CondockError
from tui.core.plan import SecretMode
from tui.core.secret import Secret
from tui.core.untrusted_text import printable, shown

if TYPE_CHECKING:
    from anaconda_auth.client import BaseClient

ANSWER_WITHIN = 15.0
"""Seconds a server may take for one answer."""
_AT_ONCE = 4
_FILES = ("noarch/repodata.json", "noarch/repodata.json.zst")
"""Every channel has one of these; the second is asked for only where the first is not there."""


class KeyRefusedError(CondockError):
    """The server does not accept the key."""


@dataclass(frozen=True)
class Identity:
    """Whose key it is, as far as the server tells."""

    domain: str
    name: str = ""
    email: str = ""
    username: str = ""

    @property
    def words(self) -> str:
        """Such as `Ada Lovelace (ada@example.com)`."""
        first, *more = [text for text in (self.name, self.email, self.username) if text] or ["someone unnamed"]
        return f"{first} ({more[0]})" if more else first


def who_is(key: Secret, folder: Path, cancel: Event) -> Identity:
    """Asks the site in force whose key this is, as `anaconda auth whoami` does. Call it in a thread.

    `folder` is the project's, whose .env may hold settings. Raises CancelledError as soon as `cancel` is set, and
    CondockError where the key is refused or the server cannot be reached or understood.
    """
    refuse_unsendable(key)
    with library_errors():
        client = open_session(folder)
        domain = printable(client.config.domain)
        status, account = answer(partial(_account, client, key), cancel, ANSWER_WITHIN)
        if status == 200:
            return _identity(account, domain)
    raise _refused(status, domain)


def check_channels(
    channels: Sequence[str], key: Secret | None, folder: Path, cancel: Event, trusted: Collection[str] = ()
) -> Iterator[ChannelReport]:
    """Asks for each channel as the build will, and yields a report of each as they come.

    The key is sent where the build would send it (see hosts.build_settings, also for `trusted`), over what
    anaconda-auth is configured to use; without one, all are asked without. Call it in a thread. Raises
    CancelledError as soon as `cancel` is set, and CondockError where no channel can be asked at all.
    """
    if key:
        refuse_unsendable(key)
    with library_errors():
        client = open_session(folder)
        client.headers.clear()  # a build sends none of them
    channels = tuple(dict.fromkeys(channels))
    for channel in channels:
        if problem := channel_problem(channel):
            yield ChannelReport(shown(channel), "", ChannelState.NOT_ASKED, problem)
    check = partial(_check, client=client, key=key, cancel=cancel)
    pool = ThreadPoolExecutor(_AT_ONCE)
    try:
        targets = _targets(channels, key, client.config.domain, trusted)
        for done in as_completed(pool.submit(check, target) for target in targets):
            yield done.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


@dataclass(frozen=True)
class _Target:
    """One channel to ask, at all its addresses."""

    channel: str
    hosts: Mapping[str, HostKey]
    """By the address."""


def _targets(
    channels: Sequence[str], key: Secret | None, domain: str, trusted: Collection[str]
) -> Iterator[_Target]:
    settings = build_settings(channels, SecretMode.VARIABLE if key else SecretMode.NONE, domain, trusted)
    for channel in channels:
        if hosts := {address: settings.host_of(address) for address in addresses(channel)}:
            yield _Target(channel, hosts)


def _check(target: _Target, client: BaseClient, key: Secret | None, cancel: Event) -> ChannelReport:
    """The report of the first address that does not let one in, or of the last."""
    for address in target.hosts:
        found = _report(target, address, client, key, cancel)
        if not found.works:
            break
    return found


def _report(target: _Target, address: str, client: BaseClient, key: Secret | None, cancel: Event) -> ChannelReport:
    channel, host = target.channel, target.hosts[address]
    sent = key if host.gets_key else None
    try:
        status, answered_by = _ask(client, address, sent, cancel)
        state = state_of(status, moved=answered_by != _netloc(address), sent=bool(sent))
        if state is ChannelState.OPENED and _ask(client, address, None, cancel)[0] == 200:
            state = ChannelState.PUBLIC
    except FAILURES as error:
        return unanswered(channel, address, *words_of(error))
    reason = host.reason if key else NO_KEY_HINT
    return report(state, channel, address, other=answered_by, status=status, reason=reason)


def _ask(client: BaseClient, address: str, key: Secret | None, cancel: Event) -> tuple[int, str]:
    """The status of a channel's index, and the host that gave it in the end."""
    status, host = 404, ""
    for file in _FILES:
        if status == 404:
            status, host = answer(partial(_status, client, f"{address}/{file}", key), cancel, ANSWER_WITHIN)
    return status, host


def _status(client: BaseClient, url: str, key: Secret | None) -> tuple[int, str]:
    # GET as in the build, since not every server knows HEAD; of the body nothing is read.
    with client.get(url, auth=bearer(key), stream=True, timeout=ANSWER_WITHIN) as response:
        return response.status_code, _netloc(response.url)


def _account(client: BaseClient, key: Secret) -> tuple[int, object]:
    response = client.get("/api/account", auth=bearer(key), timeout=ANSWER_WITHIN)
    if _netloc(response.url) != client.config.domain.lower():
        raise ValueError  # the key did not follow: whatever is said there is not said of it
    return response.status_code, response.json() if response.status_code == 200 else None


def _netloc(address: str) -> str:
    return urlsplit(address).netloc.lower()


def _identity(account: object, domain: str) -> Identity:
    if not isinstance(account, dict) or not isinstance(user := account.get("user"), dict):
        raise TypeError
    told = {name: printable(value) for name, value in user.items() if isinstance(value, str)}
    name = " ".join(filter(None, (told.get("first_name"), told.get("last_name"))))
    return Identity(domain, name, told.get("email", ""), told.get("username", ""))


def _refused(status: int, domain: str) -> CondockError:
    words = {
        401: (
            f"{domain} does not accept this key.",
            "It may have expired, been revoked, or be one of another site: sign in again, or choose another key.",
        ),
        403: (
            f"{domain} does not let this key see whose it is.",
            "A key for channels alone is like that, and enough for a build: check the channels.",
        ),
        404: (f"{domain} has no account service.", "Look at the site's domain; builds may work all the same."),
    }
    error = (f"{domain} answers with an error ({status}).", "Try again later; if it stays, ask whoever runs it.")
    failed = sign_in_failed(*words.get(status, error))
    return KeyRefusedError(failed.message, failed.hint, failed.exit_code) if status == 401 else failed
