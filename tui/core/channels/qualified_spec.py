"""The channel a dependency names in front of `::`, or in its brackets, as conda reads it."""

from __future__ import annotations

import re

from tui.core.channels.addresses import channel_of
from tui.core.dataclass import dataclass

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
