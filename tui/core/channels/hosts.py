"""Which hosts of a plan's channels get the key in the build, and what its conda has to be told for it.

What is said here of anaconda-auth 0.15.3 in real conda 25.11.1 was tried, with the key as a file secret and in a
mounted .env (both the same): its handler serves the channels that `channel_settings` maps to it, and gives them
the key filed under the channel's host, or under `anaconda.com` for Anaconda's two.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from tui.core.channels.addresses import ALIAS, addresses
from tui.core.dataclass import dataclass
from tui.core.errors import Problem
from tui.core.plan import DEFAULT_DOMAIN, OLD_DOMAINS, SecretMode
from tui.core.untrusted_text import printable, shown

CONDARC = "condarc.d/condock.yml"
"""The path of `HostSettings.condarc`, below conda's own prefix in the builder."""

_CLOUD = (DEFAULT_DOMAIN, *OLD_DOMAINS[DEFAULT_DOMAIN])
PUBLIC_HOST = "repo.anaconda.com"
"""Anaconda's host with channels that need no key; with one it shows more."""

_BY_PACKAGES = (PUBLIC_HOST, "repo.anaconda.cloud")
"""Mapped by anaconda-registration and anaconda-auth themselves."""
_ANACONDAS = r"https://repo\.anaconda\.com/.+|https://repo\.anaconda\.cloud/repo/(?!(?i:conda-forge)$)[\w.-]+"
"""Channels that Anaconda fills: `repo/ORG/CHANNEL` is an organisation's, and can be public."""
_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[^\s/@?#*\\:\[\]]+)(?::\d{1,5})?"
_LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True)
class HostKey:
    """One host of the channels, and whether the build shows it the key."""

    origin: str
    """Scheme, host and port, such as `https://repo.anaconda.com`."""
    gets_key: bool
    reason: str
    """In one sentence."""
    may_be_named: bool = False
    """True if it is shown the key once it is one of the further hosts."""


@dataclass(frozen=True)
class HostSettings:
    """Settings of the builder stage by which the key reaches its hosts, and only those."""

    hosts: tuple[HostKey, ...] = ()
    """In the order of the channels."""
    condarc: str = ""
    """The text of a file for `CONDARC`, after anaconda-registration is installed; empty where none is needed."""
    condarc_why: str = ""
    auth_domain: str = ""
    """The value of ANACONDA_AUTH_DOMAIN where the key is mounted; empty where it needs none."""
    auth_domain_why: str = ""

    def host_of(self, address: str) -> HostKey:
        """The host that an address of the channels belongs to."""
        return next(host for host in self.hosts if host.origin == _origin(address))


def build_settings(
    channels: Iterable[str], mode: SecretMode, domain: str = DEFAULT_DOMAIN, trusted: Collection[str] = ()
) -> HostSettings:
    """The settings for a plan's channels, with a key of the site at `domain` (host, with its port if it has one).

    `trusted` are further hosts that the user wants to see the key, such as a company's mirror of Anaconda's
    channels: a key is shown to nobody else's host by itself. Names and addresses that no build can ask are
    passed over (see channels.channel_problem).
    """
    origins = dict.fromkeys(_origin(address) for channel in channels for address in addresses(channel))
    hosts = tuple(_host(origin, mode, domain, trusted) for origin in origins)
    if mode is SecretMode.NONE:
        return HostSettings(hosts)
    told = [host.origin for host in hosts if host.gets_key and _netloc(host.origin) not in _BY_PACKAGES]
    names = printable(", ".join(map(_netloc, told)))
    away = domain not in _CLOUD
    return HostSettings(
        hosts,
        _condarc(told, domain if away else DEFAULT_DOMAIN) if told else "",
        f"Tells conda to show the key to {names}, which its packages do not do by themselves." if told else "",
        domain if away else "",
        f"Says that the mounted key is one of {printable(domain)}: it would be taken for one of {DEFAULT_DOMAIN} "
        "and shown to Anaconda's hosts instead."
        if away
        else "",
    )


def host_problem(host: str) -> Problem | None:
    """Why this cannot be one of the further hosts, which are compared with those of the channels' addresses."""
    if re.fullmatch(_HOST, host):
        return None
    name = urlsplit(host).netloc.rpartition("@")[2] if "://" in host else host.partition("/")[0]
    example = shown(name) if re.fullmatch(_HOST, name) else "mirror.example.com"
    return Problem(f"`{shown(host)}` is not the name of a host.", f"Write it as `{example}`.", "account.hosts")


def is_anacondas(channel: str) -> bool:
    """True if the packages of this channel, by its name or address, are Anaconda's own and come untouched."""
    found = addresses(channel)
    return bool(found) and all(re.fullmatch(_ANACONDAS, address) for address in found)


def _host(origin: str, mode: SecretMode, domain: str, trusted: Collection[str]) -> HostKey:
    host, away, owner = _netloc(origin), domain not in _CLOUD, printable(domain)
    by_packages = host in _BY_PACKAGES and origin.startswith("https:")
    chosen = host.lower() in {domain.lower(), *map(str.lower, trusted)}
    in_clear = origin.startswith("http:") and urlsplit(origin).hostname not in _LOOPBACK
    stranger = (
        f"{host} does not belong to {owner}, and is not shown the key. If it may see it, add it to the further "
        "hosts of the account step."
    )
    # The first that fits is so.
    cases = (
        (mode is SecretMode.NONE, False, "The plan mounts no key: it uses public channels only."),
        (by_packages and away, False, f"The key is one of {owner}, and {host} is not shown it."),
        (by_packages, True, f"The packages that are installed into the builder show {host} the key."),
        (chosen and in_clear, False, f"{host} is asked over http, where others on the way could read the key."),
        (chosen, True, f"A setting of condock's in the builder tells conda to show {host} the key."),
        (origin == ALIAS, False, "Channels of anaconda.org need no key, or a token of anaconda.org instead."),
        (True, False, stranger),
    )
    gets_key, reason = next((gets_key, reason) for fits, gets_key, reason in cases if fits)
    return HostKey(origin, gets_key, reason, may_be_named=reason == stranger)


def _condarc(origins: Iterable[str], domain: str) -> str:
    """As YAML, in which a text in JSON's quotes is itself."""
    lines = ["# Written by condock: further hosts that anaconda-auth shows the key to.", "channel_settings:"]
    for origin in origins:
        lines.append(f"  - channel: {json.dumps(f'{origin}/*')}")
        lines += ["    auth: anaconda-auth", f"    auth_domain: {json.dumps(domain)}"]
    return "\n".join(lines) + "\n"


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _netloc(origin: str) -> str:
    return origin.partition("://")[2]
