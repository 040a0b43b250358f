"""The catalogue of pinned base images (assets/base_images.yml)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from tui.core.assets import ASSETS
from tui.core.errors import CondockError
from tui.core.images.reference import parse_reference

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class CatalogueImage:
    """One image of the catalogue; a field without evidence is empty."""

    name: str
    tag: str
    digest: str
    notes: str
    evidence: str
    python: str = ""
    glibc: str = ""
    platforms: tuple[str, ...] = ()
    deprecated: bool = False
    recommended: bool = False
    tos: bool = False

    @property
    def reference(self) -> str:
        """`name:tag@digest`, as a Dockerfile pins it."""
        return f"{self.name}:{self.tag}@{self.digest}"


@dataclass(frozen=True)
class Catalogue:
    """What condock offers to build with and to run on."""

    builders: tuple[CatalogueImage, ...]
    runtimes: tuple[CatalogueImage, ...]
    glibc: tuple[tuple[str, str], ...]

    @property
    def builder(self) -> CatalogueImage:
        """The builder image to start with."""
        return next(image for image in self.builders if image.recommended)

    @property
    def runtime(self) -> CatalogueImage:
        """The runtime image to start with."""
        return next(image for image in self.runtimes if image.recommended)

    def glibc_of(self, reference: str) -> str:
        """The glibc version inside this image, by its name and tag; empty where it is not known."""
        named = _familiar(reference)
        return next((glibc for beginning, glibc in self.glibc if named.startswith(beginning)), "")

    def has_name_of(self, reference: str) -> bool:
        """Whether an image of this name, with whatever tag, would stand in the place of one of the catalogue's."""
        name = re.split("[:@]", _familiar(reference))[0]
        return any(name == image.name for image in (*self.builders, *self.runtimes))

    def asks_for_tos(self, reference: str) -> bool:
        """Whether conda in this image refuses to work before Anaconda's Terms of Service are accepted."""
        return any(image.tos for image in self._named(reference))

    def may_ask_for_tos(self, reference: str) -> bool:
        """The same, and whether that is not known, as of an image that is not in the catalogue."""
        return self.asks_for_tos(reference) or not self._named(reference)

    def _named(self, reference: str) -> list[CatalogueImage]:
        name = re.split("[:@]", _familiar(reference))[0]
        return [image for image in self.builders if image.name == name]


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue."""
    content = yaml.load((ASSETS / "base_images.yml").read_bytes(), Loader=_LOADER)  # noqa: S506  # a safe one
    return Catalogue(
        builders=tuple(_image(entry) for entry in content["builders"]),
        runtimes=tuple(_image(entry) for entry in content["runtimes"]),
        glibc=tuple(content["glibc"].items()),
    )


def _familiar(reference: str) -> str:
    """The reference as Docker shows it, such as `debian:13`; empty for a malformed one."""
    try:
        return str(parse_reference(reference))
    except CondockError:
        return ""


def _image(entry: dict[str, Any]) -> CatalogueImage:
    return CatalogueImage(**{**entry, "platforms": tuple(entry.get("platforms", ()))})
