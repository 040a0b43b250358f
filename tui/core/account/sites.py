"""The sites a user can sign in to: those of the configuration, and the plain domain in force."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from pathlib import Path

from tui.core.account.key_lookup import Source
from tui.core.account.keyrings import read_keyring
from tui.core.account.settings import DEFAULT_SITE, Settings, host_of, read_settings
from tui.core.account.sources import Layer
from tui.core.dataclass import dataclass
from tui.core.errors import Problem
from tui.core.plan import DEFAULT_DOMAIN
from tui.core.untrusted_text import printable


@dataclass(frozen=True)
class Site:
    """One place with accounts of its own."""

    name: str
    """Of `[sites.NAME]`; the domain where it is not configured. As `anaconda --at` takes it."""
    domain: str
    """The host, with its port where it has one."""
    auth_domain: str
    """The host that one signs in at; mostly the same."""
    has_key: bool
    """True if one is stored for it: in the keyring, or written into its table."""
    in_force: bool
    """True if it is the one used as long as nobody chooses another."""


def find_sites(folder: Path, env: Mapping[str, str]) -> tuple[Site, ...]:
    """The sites of `[sites.NAME]` in their order, and the domain in force where it is none of theirs.

    Reads some small files and, where it is configured, the system's keyring: call it in a thread.
    """
    settings = read_settings(folder, env)
    sites = tuple(_site(name, table, settings, env) for name, table in settings.sites.items())
    return sites if settings.site else (*sites, _site(settings.domain, {}, settings, env))


def site_obstacle(site: Site, folder: Path, env: Mapping[str, str]) -> Problem | None:
    """Why choosing this site would change nothing: a setting that is stronger than the choice names another."""
    settings = read_settings(folder, env, site.name)
    if settings.domain == site.domain and settings.site in (site.name, ""):
        return None
    for layer in settings.layers:
        named = {"domain", "site"} & layer.values.keys()
        if layer.source in (Source.VARIABLE, Source.SECRETS, Source.DOTENV) and named:
            variable = f"ANACONDA_AUTH_{min(named).upper()}"
            where = variable if layer.source is Source.VARIABLE else f"{variable} ({layer.source})"
            message = f"{where} names another site, and wins over the choice of {site.name}."
            return Problem(message, "Remove it there, then start condock again.")
    message = f"{site.name} is not a site of your configuration."
    return Problem(message, "Choose one that is, or add it with `anaconda sites add`.")


def use_site(name: str, env: MutableMapping[str, str]) -> None:
    """Makes a site the one used from now on, as `anaconda --at` does: by a variable.

    With `os.environ`, all that condock and anaconda-auth do in this process follows: finding the key, signing in
    and out, the checks.
    """
    env[DEFAULT_SITE] = name


def _site(name: str, table: Mapping[str, object], settings: Settings, env: Mapping[str, str]) -> Site:
    in_force = name == (settings.site or settings.domain)
    domain = _domain(table) if table or not in_force else settings.domain
    # Its own table before what holds for all; the table of another site is no concern of it.
    shared = (layer for layer in settings.layers if layer.source is not Source.SITE)
    own = Settings((Layer(Source.SITE, name, {**table, "domain": domain}), *shared))
    has_key = "api_key" in table or bool(read_keyring(own, env).values)
    auth_domain = host_of(own.get("auth_domain_override") or domain)
    return Site(printable(name), printable(domain), printable(auth_domain), has_key, in_force)


def _domain(table: Mapping[str, object]) -> str:
    return host_of(str(table.get("domain", DEFAULT_DOMAIN)))
