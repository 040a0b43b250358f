"""The platforms an image is built for: how they are written, and which of them the bases have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from tui.core.engine.builder import machine
from tui.core.errors import CondockError, Problem
from tui.core.images.catalogue import catalogue
from tui.core.images.reference import parse_reference
from tui.core.plan import Base
from tui.core.text import printable

PLATFORMS = ("linux/amd64", "linux/arm64")
"""What condock makes images for: Anaconda's own bases have these two."""
FIELD = "build.platforms"

_OTHER_NAMES = {
    "amd64": "linux/amd64",
    "x86_64": "linux/amd64",
    "linux-64": "linux/amd64",
    "arm64": "linux/arm64",
    "aarch64": "linux/arm64",
    "linux-aarch64": "linux/arm64",
    **{platform: platform for platform in PLATFORMS},
}


def platform_problems(platforms: Iterable[str], base: Base) -> Iterator[Problem]:
    """What is wrong with the platforms, in their form and with the bases, as far as that is known offline."""
    for platform in platforms:
        if not re.fullmatch(r"linux/[a-z0-9]+(/v[0-9]+)?", platform) or machine(platform) not in PLATFORMS:
            near = get_close_matches(platform.lower(), _OTHER_NAMES, n=1)
            hint = f"Write `{_OTHER_NAMES[near[0]]}`." if near else f"Use one of: {', '.join(PLATFORMS)}."
            yield Problem(f"condock makes no images for `{printable(platform)}`.", hint, FIELD)
            continue
        for reference in filter(None, (base.builder, base.runtime)):
            available = _platforms_of(reference)
            if available and machine(platform) not in available:
                message = f"{_name(reference)} is not made for {platform}, only for {', '.join(available)}."
                yield Problem(message, "Choose another base image, or leave the platform out.", FIELD)


def unsure_bases(base: Base) -> tuple[str, ...]:
    """Bases pinned by a digest of which it is not known whether it names all platforms of the image or one."""
    pinned = (reference for reference in (base.builder, base.runtime) if "@" in reference)
    return tuple(_name(reference) for reference in pinned if not _platforms_of(reference))


def _platforms_of(reference: str) -> tuple[str, ...]:
    """The platforms the catalogue knows of this image by its digest; empty where it knows none."""
    try:
        digest = parse_reference(reference).digest
    except CondockError:
        return ()
    images = (*catalogue().builders, *catalogue().runtimes)
    return next((image.platforms for image in images if digest and image.digest == digest), ())


def _name(reference: str) -> str:
    return printable(reference.partition("@")[0])
