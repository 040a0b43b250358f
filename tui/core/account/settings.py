"""The settings of anaconda-auth in the order in which it lets one win over the other, without importing it.

The order is that of anaconda-auth 0.15.3 (config.py) on anaconda-cli-base 0.9.1 (config.py). Sites given by
variables (`ANACONDA_SITES`), which nothing documents, are left out.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from tui.core.account.key_lookup import Source
from tui.core.account.sources import Layer, configuration, dotenv_file, secrets_folder, variables
from tui.core.dataclass import dataclass, field, replace
from tui.core.errors import Problem
from tui.core.plan import DEFAULT_DOMAIN
from tui.core.untrusted_text import printable

DEFAULT_SITE = "ANACONDA_DEFAULT_SITE"
"""The variable by which `anaconda --at` chooses a site (anaconda-auth 0.15.3, cli.py)."""


@dataclass(frozen=True)
class Settings:
    """The layers of settings, the strongest first."""

    layers: tuple[Layer, ...]
    site: str = ""
    """The name of the site in force; empty where none is configured for the domain."""
    sites: Mapping[str, Mapping[str, object]] = field(default_factory=dict, repr=False)
    """The tables `[sites.NAME]` of the configuration."""

    def get(self, name: str, default: str = "") -> str:
        """A plain setting, from the first layer that has it."""
        values = (layer.values.get(name) for layer in self.layers)
        return next((value for value in values if isinstance(value, str)), default)

    @property
    def domain(self) -> str:
        """The host, with its port where it has one, whose key is looked for."""
        return host_of(self.get("domain", DEFAULT_DOMAIN))


def read_settings(folder: Path, env: Mapping[str, str], site: str = "") -> Settings:
    """The settings in force for a project folder. Reads some small files; raises nothing.

    `site` is a site's name or domain, as `anaconda --at` takes it; empty for the default one.
    """
    env = {**env, DEFAULT_SITE: site} if site else env
    read = (variables(env), secrets_folder(env), dotenv_file(folder, env))
    config = configuration(env)
    strongest = tuple(layer.under("anaconda_auth_") for layer in read)
    plugins = _table(config.values, "plugin")
    tables = _table(config.values, "sites")
    sites = {name: _table(tables, name) for name in tables}
    top = Settings(tuple(layer.under("anaconda_") for layer in read))
    name, problem = _site(Settings(strongest), top, config, sites)
    where = f"[sites.{printable(name)}] in {config.where}" if name else config.where
    old = [layer.under("anaconda_cloud_").values for layer in read] + [_table(plugins, "cloud")]
    return Settings(
        (
            *strongest,
            Layer(Source.SITE, where, sites.get(name, {}), problem),
            Layer(Source.LEGACY, f"ANACONDA_CLOUD_API_KEY, or [plugin.cloud] in {config.where}", _merged(old)),
            replace(config, values=_table(plugins, "auth")),
        ),
        name,
        sites,
    )


def _site(
    settings: Settings, top: Settings, config: Layer, sites: Mapping[str, Mapping[str, object]]
) -> tuple[str, Problem | None]:
    """The chosen site: by its name, else by the domain, else the default one, else the first."""
    name, domain = settings.get("site"), settings.get("domain")
    default = config.values.get("default_site")
    fallback = default if isinstance(default, str) else next(iter(sites), DEFAULT_DOMAIN)
    wanted = name or domain or top.get("default_site", fallback)
    names = [wanted] if wanted in sites and (name or not domain) else []
    if not names and not name:
        names = _at(host_of(wanted), sites)
    if len(names) == 1:
        return names[0], None
    optional = not name and not names and (domain or wanted == DEFAULT_DOMAIN)
    return "", None if optional else _unknown(wanted, config.where)


def _at(host: str, sites: Mapping[str, Mapping[str, object]]) -> list[str]:
    """The names of the sites at a host."""
    return [name for name, site in sites.items() if host_of(str(site.get("domain", DEFAULT_DOMAIN))) == host]


def _unknown(site: str, where: str) -> Problem:
    return Problem(
        f"{printable(site)} does not name one site in {where}.",
        "Choose another site (`default_site` there, or ANACONDA_DEFAULT_SITE), or add it.",
    )


def _merged(values: list[Mapping[str, object]]) -> Mapping[str, object]:
    return ChainMap(*(dict(layer) for layer in values))


def _table(parent: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = parent.get(name)
    return table if isinstance(table, dict) else {}


def host_of(domain: str) -> str:
    """The host, with its port where it has one, of a domain that may be written as an address."""
    try:
        return urlsplit(domain if re.match("https?://", domain) else f"https://{domain}").netloc or domain
    except ValueError:
        return domain
