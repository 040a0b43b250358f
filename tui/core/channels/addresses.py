"""The addresses conda asks for a channel written as a name or an address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tui.core.dataclass import replace
from tui.core.environment.rule import judge
from tui.core.environment.rules import CHANNEL_RULES
from tui.core.errors import Problem
from tui.core.plan import SecretMount
from tui.core.untrusted_text import shown

ALIAS = "https://conda.anaconda.org"
"""The address before a channel that is a bare name (channel_alias; docs.conda.io, use-condarc)."""

_DEFAULTS = ("https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r")
"""`defaults` on Linux (DEFAULT_CHANNELS_UNIX of conda 26.7.1, base/constants.py)."""
_NAMED = {f"pkgs/{name}": f"https://repo.anaconda.com/pkgs/{name}" for name in ("main", "r", "pro")}
_NAME = r"(?a)[\w.-]+(?:/[\w.-]+)*"
_HOST = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?"
_ONE = f"Write one channel, such as {SecretMount().plugin_channel}."
_PLATFORM = r"/(?:noarch|(?:linux|osx|win|freebsd|emscripten|wasi|zos)-[a-z0-9]+)$"
_FILE = r"(?:/shards)?/[^/\s]+\.(?:json|jlap|msgpack|zst|bz2|conda)$"


def addresses(channel: str) -> tuple[str, ...]:
    """The addresses of a channel without the platform, two for `defaults`, none for `nodefaults` or a problem.

    As an unconfigured conda on Linux resolves it: settings in the builder's condarc are not seen from here.
    """
    text = re.sub(_PLATFORM, "", channel.strip().rstrip("/"))
    if text in ("defaults", "nodefaults"):
        return _DEFAULTS if text == "defaults" else ()
    if channel_problem(channel):
        return ()
    return (text if "://" in text else _NAMED.get(text, f"{ALIAS}/{text}"),)


def channel_of(name: str) -> str:
    """The channel's name or address in what conda takes for one: with sharded repodata, a file of it as well.

    conda 26.7.1 makes `pkgs/r/repodata_shards.msgpack.zst` of https://repo.anaconda.com/pkgs/r/noarch/repodata_shards
    .msgpack.zst (gateways/connection/session.py, get_channel_name_from_url).
    """
    return re.sub(_PLATFORM, "", re.sub(_FILE, "", name).rstrip("/"))


def channel_problem(channel: str) -> Problem | None:
    """Why a build cannot ask for this channel, or must not."""
    text = channel.strip()
    if found := judge(CHANNEL_RULES, text):
        return Problem(found.message, found.hint)
    if text == "local":
        message = "The channel local is a folder of this machine, which the build cannot see."
        return Problem(message, "Use a channel that has an address.")
    if _is_address(text) if "://" in text else re.fullmatch(_NAME, text):
        return None
    return Problem(
        f"{shown(channel)} is neither the name nor the address of a channel.",
        "Write its name, or its address with https:// before it.",
    )


def plugin_channel_problem(channel: str) -> Problem | None:
    """Why conda cannot take anaconda-registration from this channel, which is one argument of its command."""
    name = "The channel of anaconda-registration"
    if not channel.strip():
        found: Problem | None = Problem(f"{name} is empty.", _ONE)
    elif re.search(r"\s", channel):
        found = Problem(f"{name}, {shown(channel)}, has a space or line break in it.", _ONE)
    elif channel.count("://") > 1:
        found = Problem(f"{name}, {shown(channel)}, is two addresses in one.", _ONE)
    elif found := channel_problem(channel):
        found = replace(found, message=f"{name} cannot be used: {found.message}")
    return found and replace(found, field="secret.plugin_channel")


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(re.fullmatch(_HOST, parts.hostname or ""))
        and port != 0
        and not re.search(r"[\s\\?#]", text)
        and text.isprintable()
    )
