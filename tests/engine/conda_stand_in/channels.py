"""Channels: what their names stand for, and which of them gets the key, by the rules of anaconda-auth's plugin.

It follows facts/anaconda.md sections 4 and 9 and anaconda_auth/_conda/auth_handler.py, which wants more of conda
than there is here. Reading the key is anaconda-auth's own code: TokenInfo.load asks its ConfigKeyring, and that
asks AnacondaAuthConfig, so names, trimming, .env parsing and precedence are the real ones.
"""

from __future__ import annotations

import os
import re
import urllib.error
import urllib.request
from collections.abc import Iterable
from fnmatch import fnmatch
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from . import RELEASE, CondaError
from .base.context import context

if TYPE_CHECKING:
    from rattler.networking import Client

DEFAULTS = "defaults"
ANACONDA = ["https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"]
ALIAS = "https://conda.anaconda.org"

_INDEX = "/linux-64/repodata.json"
_NO_CHANNEL = """\
HTTP 404 Not Found for channel {name} <{url}>

The channel is not accessible or is invalid.

You will need to adjust your conda configuration to proceed.
Use `conda config --show channels` to view your configuration's current state,
and use `conda config --show-sources` to view config file locations.
"""

_TOKEN_DOMAINS = {"repo.anaconda.com": "anaconda.com", "repo.anaconda.cloud": "anaconda.com"}
_HTTP_ERROR = re.compile(r"HTTP status \w+ error \((\d{3}) ([^)]*)\) for url \((\S+)\)")


class AnacondaAuthError(CondaError):
    """A channel refused a request that anaconda-auth had to do with; the text has no key in it."""


class CondaHTTPError(CondaError):
    """A channel did not answer, or with a failure."""


class UnavailableInvalidChannel(CondaError):
    """There is no such channel."""


class OfflineError(CondaError):
    """Something would have to be fetched."""


def addresses(names: Iterable[str]) -> list[str]:
    """The address of each channel; `defaults` has several."""
    found: list[str] = []
    for name in names:
        if name == DEFAULTS:
            found += context.default_channels or ANACONDA
        else:
            found.append(name if "://" in name else f"{ALIAS}/{name}")
    return [address.rstrip("/") for address in dict.fromkeys(found)]


def canonical(address: str) -> str:
    """What conda calls the channel of an address, or `defaults`."""
    return DEFAULTS if address.rstrip("/") in addresses([DEFAULTS]) else address.rstrip("/")


def short(address: str) -> str:
    """The channel as conda's tables have it: without scheme and host."""
    return urlsplit(address).path.strip("/")


class Channels:
    """The channels of one command by their addresses, and the header that each of them gets."""

    def __init__(self, urls: Iterable[str]) -> None:
        settings = context.channel_settings
        self.urls = list(urls)
        self._handled = {url: setting for url in self.urls if (setting := _setting(url, settings)) is not None}
        # Offline nothing is asked, and anaconda-auth takes long to import.
        self._headers = {u: {} if context.offline else _header(u, setting) for u, setting in self._handled.items()}

    def client(self) -> Client:
        """An HTTP client that sends each channel what it gets."""
        from rattler.networking import AddHeadersMiddleware, Client

        return Client([AddHeadersMiddleware(self._middleware)])

    def download(self, url: str) -> bytes:
        """The bytes of one file of a channel; OfflineError where nothing may be fetched."""
        if context.offline:
            raise OfflineError(
                f"EnforceUnusedAdapter called with url {url}.\n"
                "This command is using a remote connection in offline mode."
            )
        request = urllib.request.Request(url, headers=self._headers.get(self._channel(url), {}))
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                body: bytes = response.read()
        except urllib.error.HTTPError as error:
            raise self._refusal(error.code, error.reason, url) from None
        except OSError:
            raise _unreachable(url) from None
        return body

    def explain(self, error: Exception) -> CondaError:
        """What conda says where py-rattler raised this while it read an index."""
        if found := _HTTP_ERROR.search(str(error)):
            return self._refusal(int(found[1]), found[2], found[3], is_index=True)
        return _unreachable(next((url for url in self.urls if f"{url}/" in str(error)), self.urls[0]), _INDEX)

    def _refusal(self, status: int, reason: str, url: str, *, is_index: bool = False) -> CondaError:
        """conda's words for a status that is no success."""
        channel = self._channel(url)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) and channel in self._handled:
            name = _asked_name(channel, is_index)
            if self._headers[channel]:
                return AnacondaAuthError(
                    f"Received authentication error ({status}) when accessing {name}. "
                    "If your token is invalid or expired, please re-install with `anaconda login`."
                )
            return AnacondaAuthError(f"Token not found for {name}. Please install token with `anaconda login`.")
        if is_index and status == HTTPStatus.NOT_FOUND:
            return UnavailableInvalidChannel(_NO_CHANNEL.format(name=short(channel), url=channel))
        return CondaHTTPError(f"HTTP {status} {reason.upper()} for url <{url}>\nElapsed: 00:00.010000")

    def _channel(self, url: str) -> str:
        return next((channel for channel in self.urls if url.startswith(f"{channel}/")), "")

    def _middleware(self, host: str, path: str) -> dict[str, str] | None:
        for channel, header in self._headers.items():
            parts = urlsplit(channel)
            if host in (parts.netloc, parts.hostname) and path.startswith(f"{parts.path}/"):
                return header
        return None


def _asked_name(channel: str, is_index: bool) -> str:
    """The channel as the plugin calls it; 26.7 asks for shards first, and has their file in the name."""
    if is_index and RELEASE >= (26, 7):
        return f"{short(channel) if canonical(channel) == DEFAULTS else channel}/repodata_shards.msgpack.zst"
    return canonical(channel)


def _unreachable(url: str, index: str = "") -> CondaError:
    """conda's words for a host that does not answer; of a channel's index they name its folder again."""
    folder = f"{url}{index}".rpartition("/")[0].replace("://", "//")
    return CondaHTTPError(
        f"HTTP 000 CONNECTION FAILED for url <{url}{index}>\nElapsed: -\n\n"
        "An HTTP error occurred when trying to retrieve this URL.\n"
        "HTTP errors are often intermittent, and a simple retry will get you on your way."
        + (f"\n'{folder}'\n" if index else "")
    )


def _setting(url: str, settings: list[dict[str, str]]) -> dict[str, str] | None:
    """The last entry that names this channel; without one, anaconda-auth never sees the request."""
    matching = [setting for setting in settings if fnmatch(f"{url}/", setting["channel"])]
    return matching[-1] if matching and matching[-1].get("auth") == "anaconda-auth" else None


def _header(url: str, setting: dict[str, str]) -> dict[str, str]:
    if key := os.environ.get("ANACONDA_AUTH_API_KEY"):
        return {"Authorization": f"Bearer {key}"}
    host = urlsplit(url).netloc.lower()
    from anaconda_auth.exceptions import TokenNotFoundError
    from anaconda_auth.token import TokenInfo

    domain = setting.get("auth_domain") or _TOKEN_DOMAINS.get(host, host)
    try:
        found = TokenInfo.load(domain).api_key
    except TokenNotFoundError:
        return {}
    return {"Authorization": f"Bearer {found}"} if found else {}
