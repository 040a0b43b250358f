"""The platforms an image is built for: how they are written, and which of them the bases have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tui.core.engine.builder import machine
from tui.core.errors import CondockError, Problem
from tui.core.images.catalogue import catalogue
from tui.core.images.reference import parse_reference
from tui.core.plan import Base
from tui.core.platforms import DOCKER_NAMES, PLATFORMS
from tui.core.untrusted_text import printable

FIELD = "build.platforms"

_OTHER_NAMES = {
    name: platform.docker
    for platform in PLATFORMS
    for name in (platform.architecture, platform.machine, platform.conda, platform.docker)
}


def platform_problems(platforms: Iterable[str], base: Base) -> Iterator[Problem]:
    """The problems of the platforms, in their form and with the bases, as far as they are known offline."""
    for platform in platforms:
        if not re.fullmatch(r"linux/[a-z0-9]+(/v[0-9]+)?", platform) or machine(platform) not in DOCKER_NAMES:
            from difflib import get_close_matches

            near = get_close_matches(platform.lower(), _OTHER_NAMES, n=1)
            hint = f"Write `{_OTHER_NAMES[near[0]]}`." if near else f"Use one of: {', '.join(DOCKER_NAMES)}."
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
