"""Which channel gets the key, for the stand-in for conda: the rules of anaconda-auth's conda plugin.

It follows facts/anaconda.md sections 4 and 9 and anaconda_auth/_conda/auth_handler.py, which can't be imported
without conda. Reading the key is anaconda-auth's own code: TokenInfo.load asks its ConfigKeyring, and that asks
AnacondaAuthConfig, so names, trimming, .env parsing and precedence are the real ones.
"""

from __future__ import annotations

import os
import re
import urllib.error
import urllib.request
from fnmatch import fnmatch
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import yaml
from anaconda_auth.exceptions import TokenNotFoundError
from anaconda_auth.token import TokenInfo
from rattler.networking import AddHeadersMiddleware, Client

DEFAULTS = "https://repo.anaconda.com/pkgs/main"
_TOKEN_DOMAINS = {"repo.anaconda.com": "anaconda.com", "repo.anaconda.cloud": "anaconda.com"}
_HTTP_ERROR = re.compile(r"HTTP status \w+ error \((\d{3}) ([^)]*)\) for url \((\S+)\)")


class ChannelError(Exception):
    """A channel refused or did not answer; the text is conda's, and has no key in it."""


class Channels:
    """The channels of one command, and the header that each of them gets."""

    def __init__(self, prefix: Path, urls: list[str]) -> None:
        settings = _channel_settings(prefix)
        self.urls = [url.rstrip("/") for url in urls]
        self._handled = {url: setting for url in self.urls if (setting := _setting(url, settings)) is not None}
        self._headers = {url: _header(url, setting) for url, setting in self._handled.items()}

    def client(self) -> Client:
        """An HTTP client that sends each channel what it gets."""
        return Client([AddHeadersMiddleware(self._middleware)])

    def download(self, url: str) -> bytes:
        """The bytes of one file of a channel."""
        request = urllib.request.Request(url, headers=self._headers.get(self._channel(url), {}))
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                body: bytes = response.read()
        except urllib.error.HTTPError as error:
            raise self.refusal(error.code, error.reason, url) from None
        except OSError:
            raise self.unreachable(url) from None
        return body

    def explain(self, error: Exception) -> ChannelError:
        """What conda says where py-rattler raised this."""
        if found := _HTTP_ERROR.search(str(error)):
            return self.refusal(int(found[1]), found[2], found[3])
        return self.unreachable(self.urls[0])

    def refusal(self, status: int, reason: str, url: str) -> ChannelError:
        """conda's words for a status that is no success."""
        channel = self._channel(url)
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN) and channel in self._handled:
            if self._headers[channel]:
                return ChannelError(
                    f"AnacondaAuthError: Received authentication error ({status}) when accessing {channel}. "
                    "If your token is invalid or expired, please re-install with `anaconda login`."
                )
            return ChannelError(
                f"AnacondaAuthError: Token not found for {channel}. Please install token with `anaconda login`."
            )
        kind = "UnavailableInvalidChannel" if status == HTTPStatus.NOT_FOUND else "CondaHTTPError"
        return ChannelError(f"{kind}: HTTP {status} {reason.upper()} for url <{url}>\nElapsed: 00:00.010000")

    @staticmethod
    def unreachable(url: str) -> ChannelError:
        """conda's words for a host that does not answer."""
        return ChannelError(
            f"CondaHTTPError: HTTP 000 CONNECTION FAILED for url <{url}>\nElapsed: -\n\n"
            "An HTTP error occurred when trying to retrieve this URL.\n"
            "HTTP errors are often intermittent, and a simple retry will get you on your way."
        )

    def _channel(self, url: str) -> str:
        return next((channel for channel in self.urls if url.startswith(f"{channel}/")), "")

    def _middleware(self, host: str, path: str) -> dict[str, str] | None:
        for channel, header in self._headers.items():
            parts = urlsplit(channel)
            if host in (parts.netloc, parts.hostname) and path.startswith(f"{parts.path}/"):
                return header
        return None


def _channel_settings(prefix: Path) -> list[dict[str, str]]:
    files = sorted((prefix / "condarc.d").glob("*.yml"))
    return [setting for file in files for setting in yaml.safe_load(file.read_text()).get("channel_settings", [])]


def _setting(url: str, settings: list[dict[str, str]]) -> dict[str, str] | None:
    """The last entry that names this channel; without one, anaconda-auth never sees the request."""
    matching = [setting for setting in settings if fnmatch(f"{url}/", setting["channel"])]
    return matching[-1] if matching and matching[-1].get("auth") == "anaconda-auth" else None


def _header(url: str, setting: dict[str, str]) -> dict[str, str]:
    if key := os.environ.get("ANACONDA_AUTH_API_KEY"):
        return {"Authorization": f"Bearer {key}"}
    host = urlsplit(url).netloc.lower()
    domain = setting.get("auth_domain") or _TOKEN_DOMAINS.get(host, host)
    try:
        found = TokenInfo.load(domain).api_key
    except TokenNotFoundError:
        return {}
    return {"Authorization": f"Bearer {found}"} if found else {}
