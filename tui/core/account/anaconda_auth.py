"""anaconda-auth as a library: configured for a folder, kept from the terminal, its failures in plain words."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tui.core.account.sources import dotenv_counts
from tui.core.errors import CondockError, ExitCode

if TYPE_CHECKING:
    from anaconda_auth.config import AnacondaAuthConfig

FAILURES = (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError)
"""Raised by the network, and by an answer that makes no sense."""

NO_NETWORK = "http://127.0.0.1:9"
"""A proxy at the port of the discard protocol, where nobody listens: what would use the network fails at once."""
_IN_THE_DEMO = ("ProxyError", "The demo uses no network.", "In a folder of your own, condock asks this server.")

_SILENT = logging.NullHandler()
_AGAIN = "Start the sign-in again."
_NO_SENSE = (
    "The server's answer makes no sense.",
    "Something between may have answered in its place, such as the sign-in page of a network.",
)
# By the names of the classes, so that naming them imports nothing; the first that fits is said.
_WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "SSLError",
        "The server's certificate is not trusted.",
        "Behind a company's proxy, set ANACONDA_AUTH_SSL_VERIFY to its CA file.",
    ),
    (
        "ProxyError",
        "The proxy cannot be reached.",
        "Look at HTTPS_PROXY, and at `proxy_servers` in ~/.anaconda/config.toml.",
    ),
    ("Timeout", "The server does not answer.", "Look whether it can be reached from here, then try again."),
    ("TimeoutError", "The server does not answer.", "Look whether it can be reached from here, then try again."),
    (
        "ConnectionError",
        "The server cannot be reached.",
        "Look whether this machine is online; a company's network may need a proxy (HTTPS_PROXY).",
    ),
    ("DeviceFlowTimeout", "The code was not used in time.", "Start the sign-in again for a new one."),
    ("DeviceFlowDenied", "The sign-in was declined in the browser.", _AGAIN),
    ("AuthenticationError", "You are signed in, but the server gave no API key.", "Make one on its web page."),
    ("HTTPError", "The server refused the request.", "Look whether it offers a sign-in, and try again later."),
    ("DeviceFlowError", "The server does not go on with the sign-in.", _AGAIN),
    ("RequestException", *_NO_SENSE),
    (
        "OSError",
        "A file that the settings name cannot be read.",
        "Look at `ssl_verify` and `client_cert` in ~/.anaconda/config.toml.",
    ),
    ("Exception", *_NO_SENSE),
)


def sign_in_failed(message: str, hint: str) -> CondockError:
    return CondockError(message, hint, ExitCode.NO_KEY)


def configured(folder: Path) -> AnacondaAuthConfig:
    """The configuration of a project. Raises CondockError where it cannot be used.

    Its .env counts where the user agreed to all settings in there; that of the folder condock runs in does not.
    The site is that of `ANACONDA_DEFAULT_SITE` (see sites.use_site) where nothing stronger names one.
    """
    from anaconda_auth.config import AnacondaAuthConfig, AnacondaAuthSitesConfig, AnacondaCloudConfig
    from anaconda_auth.exceptions import UnknownSiteName

    dotenv = folder / ".env" if dotenv_counts(folder, os.environ) else None
    # Of the classes: anaconda-auth makes them anew wherever it needs one, to store a key too (0.15.3, token.py).
    for settings in (AnacondaAuthConfig, AnacondaAuthSitesConfig, AnacondaCloudConfig):
        settings.model_config["env_file"] = dotenv
    try:
        return AnacondaAuthConfig()
    except (ValueError, OSError, UnknownSiteName):
        # Its own words may hold the value at fault.
        raise sign_in_failed(
            "anaconda-auth's settings cannot be used.",
            "Look at ~/.anaconda/config.toml, .env and the variables that start with ANACONDA_.",
        ) from None


@contextmanager
def library_errors() -> Iterator[None]:
    """Raises what the network and anaconda-auth raise as a CondockError, without their words.

    Those may hold a key: a header that cannot be sent is quoted in full.
    """
    _hush()
    from anaconda_auth.exceptions import AuthenticationError, DeviceFlowError

    try:
        yield
    except FAILURES as error:
        raise _plain(error) from None
    except (AuthenticationError, DeviceFlowError) as error:
        # anaconda-auth wraps what happened on the way.
        raise _plain(error.__context__ if isinstance(error.__context__, OSError) else error) from None


def _hush() -> None:
    # With LOGLEVEL=DEBUG anaconda-cli-base would log to the terminal, if the root logger had no handler yet.
    logging.getLogger().addHandler(_SILENT)
    warnings.filterwarnings("ignore", module=r"anaconda_|pydantic_settings|urllib3")
    from anaconda_cli_base.console import console

    console.quiet = True


def _plain(error: BaseException) -> CondockError:
    _, message, hint = words_of(error)
    return sign_in_failed(message, hint)


def words_of(error: BaseException) -> tuple[str, str, str]:
    """A failure's kind (the name of the class it is known by), what it means, and what to do."""
    return words_for({cls.__name__ for cls in type(error).__mro__})


def words_for(kinds: Collection[str]) -> tuple[str, str, str]:
    """The same of a failure that is known by one of these names, such as `SSLError`."""
    if "ProxyError" in kinds and os.environ.get("HTTPS_PROXY") == NO_NETWORK:
        return _IN_THE_DEMO
    return next(words for words in _WORDS if words[0] in kinds)
