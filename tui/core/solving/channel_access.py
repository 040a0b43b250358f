"""Who of the channels' hosts is shown the key when they are asked: those that the build shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from tui.core.account.settings import read_settings
from tui.core.channels.addresses import addresses
from tui.core.channels.hosts import HostSettings, build_settings
from tui.core.dataclass import dataclass
from tui.core.images.catalogue import catalogue
from tui.core.plan import DEFAULT_DOMAIN, BuildPlan, SecretMode
from tui.core.secret import Secret


@dataclass(frozen=True)
class ChannelAccess:
    """A key, and what it belongs to."""

    key: Secret | None = None
    domain: str = DEFAULT_DOMAIN
    trusted: tuple[str, ...] = ()
    """Further hosts that are shown the key."""
    ca_file: str = ""
    """The certificates to trust in the place of the system's; empty for those."""
    names_are_ours: bool = True
    """False where the builder image may mean other addresses by the names of channels, such as `defaults`."""

    def settings(self, channels: Iterable[str]) -> HostSettings:
        """The build's settings for these channels, names or addresses."""
        mode = SecretMode.VARIABLE if self.key else SecretMode.NONE
        return build_settings(channels, mode, self.domain, self.trusted)

    def hosts(self, channels: Iterable[str]) -> dict[str, bool]:
        """The hosts, without their ports, and whether each is shown the key.

        One that is asked in two ways, such as by https and by http, is shown it only where both may have it.
        """
        shown: dict[str, bool] = {}
        for host in self.settings(channels).hosts:
            name = urlsplit(host.origin).hostname or ""
            shown[name] = shown.get(name, True) and host.gets_key
        return shown


def channel_access(plan: BuildPlan, key: Secret | None, folder: Path, env: Mapping[str, str]) -> ChannelAccess:
    """The access that the plan's build has. Reads anaconda-auth's settings for the company's certificates."""
    key = key if plan.secret.mode is not SecretMode.NONE else None
    settings = read_settings(folder, env, plan.account.site)
    ca_file = settings.get("ssl_verify", env.get("REQUESTS_CA_BUNDLE", ""))
    return ChannelAccess(
        key,
        plan.account.domain,
        plan.account.hosts,
        ca_file if Path(ca_file).is_file() else "",
        catalogue().is_ours(plan.base.builder),
    )


def all_addresses(channels: Iterable[str]) -> tuple[str, ...]:
    """The addresses of channels, names or addresses, each once."""
    return tuple(dict.fromkeys(address for channel in channels for address in addresses(channel)))
