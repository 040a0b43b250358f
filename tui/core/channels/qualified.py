"""The channel a dependency names in front of `::`, or in its brackets, as conda reads it."""

from __future__ import annotations

import re

from tui.core.channels.addresses import channel_of, channel_problem
from tui.core.dataclass import dataclass
from tui.core.environment.document import EnvironmentDocument
from tui.core.plan import BuildPlan

_FRONT = r"(?s)\s*(?P<channel>\S+)::(?P<rest>.*)"
_BRACKET = r"""[\s,]*\b(?P<name>channel|subdir)\s*=\s*["']?(?P<value>[^\s"',\]]+)["']?"""
_EMPTY = r"\[[\s,]*\]"
_SUBDIR = r".*/(?P<subdir>noarch|[a-z]+-[a-z0-9]+)/*"

_PACKAGE = (
    r"(?P<channel>https?://\S+)/(?P<subdir>noarch|[a-z]+-[a-z0-9]+)/"
    r"(?P<name>[^/\s]+)-(?P<version>[^-/\s]+)-(?P<build>[^-/\s]+)\.(?:conda|tar\.bz2)(?:#\w+)?"
)


@dataclass(frozen=True)
class Qualified:
    """A dependency without its channel: that is another matter to every solver."""

    text: str
    channel: str = ""
    """Its name or address, without a platform; empty for any."""
    subdir: str = ""
    """The part of the channel alone that it may come from, such as `noarch`; empty for any."""


def qualified(spec: str) -> Qualified:
    """`defaults/noarch::six >=1`, `six[channel=defaults, subdir=noarch]` or a package's address in its parts.

    With conda 26.7.1 (classic) a package comes from that channel alone, and where a platform is given from that
    part of it alone; a channel that stands only here is asked as well.
    """
    if package := re.fullmatch(_PACKAGE, spec.strip()):
        name, version, build = package["name"], package["version"], package["build"]
        return Qualified(f"{name}=={version}={build}", package["channel"], package["subdir"])
    found = re.fullmatch(_FRONT, spec)
    written = {"channel": found["channel"]} if found else {}
    rest = found["rest"] if found else spec
    if "[" in rest:
        head, bracket, inside = rest.partition("[")
        written |= {part["name"]: part["value"] for part in re.finditer(_BRACKET, inside)}
        rest = head + re.sub(_EMPTY, "", bracket + re.sub(_BRACKET, "", inside).lstrip(" ,"))
    channel = written.get("channel", "")
    part = re.fullmatch(_SUBDIR, channel)
    subdir = written.get("subdir", part["subdir"] if part and channel_of(channel) != channel.rstrip("/") else "")
    return Qualified(rest.strip(), channel_of(channel), subdir)


def asked_channels(plan: BuildPlan, document: EnvironmentDocument) -> tuple[str, ...]:
    """The channels that conda asks for an environment, names or addresses, each once and in its order.

    Those that stand in front of a package come last.
    """
    named = (qualified(dependency.text).channel for dependency in document.dependencies)
    return tuple(dict.fromkeys((*meant_channels(plan, document), *filter(None, named))))


def meant_channels(plan: BuildPlan, document: EnvironmentDocument) -> tuple[str, ...]:
    """The file's own channels or, where it names none, the base's; both where the plan says so."""
    own = tuple(channel for channel in document.channels if channel != "nodefaults")
    of_base = configured_channels(plan.base.builder) if plan.environment.base_channels or not own else ()
    return tuple(dict.fromkeys((*own, *of_base)))


def configured_channels(builder: str) -> tuple[str, ...]:
    """The channels in the condarc of a base, by its image: `defaults` is what conda takes by itself as well."""
    return ("conda-forge",) if "miniforge" in builder else ("defaults",)


def only_channels(plan: BuildPlan, document: EnvironmentDocument) -> tuple[str, ...]:
    """The file's channels, where conda would add the base's to them; nothing where all is as it would be anyway.

    That an image is a Miniconda or Miniforge is told by its name: another's settings are not known.
    """
    own = meant_channels(plan, document)
    known = any(name in plan.base.builder for name in ("miniconda", "miniforge"))
    added = configured_channels(plan.base.builder)
    as_it_is = not document.channels or (known and set(added) <= set(own))
    unusable = any(channel_problem(channel) or "•" in channel for channel in own)
    return () if as_it_is or plan.environment.base_channels or unusable else own
