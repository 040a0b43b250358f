"""Who sees the key of a plan, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from tui.core.channels.hosts import PUBLIC_HOST, build_settings
from tui.core.claims import unagreed
from tui.core.errors import CondockError, Problem
from tui.core.images.catalogue import catalogue
from tui.core.images.reference import parse_reference
from tui.core.plan import HOST_NETWORK, SecretMode
from tui.core.project import Project
from tui.core.untrusted_text import printable, shown


def key_audience(project: Project) -> str:
    """Hosts of the channels, the builder image and where it is built; while a yes is missing, that nobody does."""
    if project.plan.secret.mode is SecretMode.NONE:
        return "Nobody sees a key: the plan uses none."
    if unagreed(project):
        return "Nobody sees the key yet: something here waits for your yes."
    shown_to = hosts_in_words(key_hosts(project), image_names(project), "no channel")
    return f"Who sees the key: {shown_to}; the image it is built in, `{_image(project)}`; {build_place(project)}."


def host_network(project: Project) -> str:
    """The build's reach where it has the network of the machine that builds; empty where it has not."""
    if project.plan.build.network != HOST_NETWORK:
        return ""
    return "Built on the network of the host: scripts with a network reach what listens on its 127.0.0.1."


def key_hosts(project: Project) -> tuple[str, ...]:
    """The hosts that are shown the key in the build, safe to show."""
    plan, account = project.plan, project.plan.account
    settings = build_settings(project.build_channels(), plan.secret.mode, account.domain, account.hosts)
    return tuple(printable(urlsplit(host.origin).netloc) for host in settings.hosts if host.gets_key)


def image_names(project: Project) -> tuple[str, ...]:
    """The channels by whose names the builder image may mean other addresses than conda does by itself.

    None where condock's own catalogue has the image: nothing is set in it.
    """
    if catalogue().is_ours(project.plan.base.builder):
        return ()
    return tuple(shown(name) for name in project.build_channels() if "://" not in name and name != "nodefaults")


def hosts_in_words(hosts: Iterable[str], names: Iterable[str], none: str) -> str:
    """The hosts, and that the builder image may have others behind these names."""
    said = ", ".join(hosts) or none
    named = ", ".join(names)
    return f"{said}, or what the builder image means by {named}" if named else said


def unkeyed_advice(project: Project) -> Problem | None:
    """Hosts of the channels that would be shown a key, where the plan has none; packages of theirs may be missing.

    Anaconda's own, repo.anaconda.com, has its public channels to everybody.
    """
    plan, account = project.plan, project.plan.account
    if plan.secret.mode is not SecretMode.NONE:
        return None
    settings = build_settings(project.build_channels(), SecretMode.VARIABLE, account.domain, account.hosts)
    hosts = [urlsplit(host.origin).netloc for host in settings.hosts if host.gets_key]
    if not (keyed := ", ".join(printable(host) for host in hosts if host != PUBLIC_HOST)):
        return None
    hint = "Sign in or give a key at Account, or remove the channel."
    return Problem(
        f"The plan uses no key, and {keyed} may show its packages only to who has one.", hint, "account"
    )


def _image(project: Project) -> str:
    try:
        return shown(parse_reference(project.plan.base.builder).repository.rpartition("/")[2])
    except CondockError:
        return shown(project.plan.base.builder)


def build_place(project: Project) -> str:
    """Who builds, in words."""
    build = project.plan.build
    if build.builder:
        return f"the builder `{shown(build.builder)}`"
    if build.context:
        return f"buildx on the context `{shown(build.context)}`"
    chosen = project.engine.chosen if project.engine else ""
    return f"buildx on the engine of {chosen}" if chosen else "buildx on this machine"
